"""Work that is done one step behind: rows are compressed and written while the next ones are judged."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Behind:
    """Runs functions one after the other on a thread of its own. What one of them raises, the next call raises."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._running: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._pool.shutdown()

    def run(self, function: Callable[[], None]) -> None:
        """Wait for the function before, then start this one."""
        self._wait()
        self._running = self._pool.submit(function)

    def _wait(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.result()
