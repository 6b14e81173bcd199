"""The caretaker: it looks at once, looks on, and is not ended by one failure."""

import io
import threading
from datetime import timedelta

import pytest

from core.serving import caretaker
from core.serving.caretaker import Caretaker
from core.store.home import Home
from core.store.schema import utc_now
from core.tables.mapping import Mapping
from core.tables.shelf import set_expiry
from core.workspace import Workspace
from tests.worked import work_now

WITHIN_S = 20.0


def test_a_server_deletes_at_its_start_what_is_past_its_time(home: Home) -> None:
    ws = Workspace(home)
    path = ws.importer.save_upload(io.BytesIO(b"UserID,ProductID,Behavior\nu1,p1,1\n"), "May.csv")
    dataset = work_now(ws, ws.importer.submit_import("Small", path, None, Mapping())).facts["dataset"]
    set_expiry(home, dataset, utc_now() - timedelta(seconds=1))
    looked = threading.Event()

    care = Caretaker(home)
    original = care.tick

    def tick() -> None:
        original()
        looked.set()

    care.tick = tick  # type: ignore[method-assign]
    care.start()
    assert looked.wait(WITHIN_S)
    care.stop()

    assert not (home.datasets_folder / dataset).exists()
    assert not path.exists()


def test_one_failure_does_not_end_the_watch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    thrice = threading.Event()

    def fail(_: Home) -> None:
        looks.append(1)
        if len(looks) == 3:
            thrice.set()
        raise OSError("locked")

    monkeypatch.setattr(caretaker, "forget_expired", fail)
    monkeypatch.setattr(caretaker, "TICK_S", 0.01)
    care = Caretaker(home)
    care.start()
    assert thrice.wait(WITHIN_S)
    care.stop()
