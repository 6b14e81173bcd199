"""What a server does once, before its first visitor, and when it ends."""

import gc
import importlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from core.runs.launcher import Supervisor
from core.serving.caretaker import Caretaker
from core.store.home import Home

WARM = ("pandas", "pyarrow.parquet", "duckdb", "plotly.express", "core.workspace")

log = logging.getLogger(__name__)

Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


def lifespan(also_warm: Sequence[str] = ()) -> Lifespan:
    """Return the lifespan of an ASGI server: import what pages use, look after runs and retention until it ends.

    Runs go on when the server ends; the next server finds them.

    Args:
        also_warm: Modules beyond core's own that every visitor would otherwise wait for.
    """

    @asynccontextmanager
    async def live(_app: object) -> AsyncIterator[None]:
        for name in (*WARM, *also_warm):
            importlib.import_module(name)
        home = Home()
        supervisor, caretaker = Supervisor(home), Caretaker(home)
        supervisor.start()
        caretaker.start()
        # The web framework collects garbage after every rerun of a page: without what is here to stay, that takes
        # 5 ms instead of 57.
        gc.collect()
        gc.freeze()
        log.info("Looking after the runs")
        try:
            yield
        finally:
            caretaker.stop()
            supervisor.stop()

    return live
