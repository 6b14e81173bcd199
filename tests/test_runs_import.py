"""The import run as people start it: real worker, real files, the dataset in the store."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.runs import liveness
from core.runs.files import lock_file
from core.runs.launcher import Supervisor
from core.runs.queue import ACTIVE, Run, Runs
from core.store.home import Home
from core.store.schema import datasets
from core.tables.dataset import Dataset

BEHAVIOR = b"UserID,ProductID,Behavior,Time\na,1,1,2024-05-01 10:00:00\na,2,2,2024-05-01 10:05:00\nb,1,9,2024-05-02\n"
PRODUCTS = b"ProductID,Category,Price,Rating\n1,tea,4.50,4\n2,tea,3.00,5\n"
N_BIG = 400_000  # takes a few seconds to import: time to kill or cancel it on the way
WITHIN_S = 60.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    supervisor = Supervisor(home, limit=1)
    supervisor.start()
    yield home
    for run in Runs(home).list():
        Runs(home).cancel(run.id)
    deadline = time.monotonic() + WITHIN_S
    while any(run.is_active for run in Runs(home).list()) and time.monotonic() < deadline:
        time.sleep(0.05)
    supervisor.stop()
    for child in supervisor._children.values():
        child.wait(WITHIN_S)
    home.close()


def submit(home: Home, behavior: bytes, products: bytes | None = PRODUCTS) -> str:
    (home.uploads_folder / "behavior.csv").write_bytes(behavior)
    settings: dict[str, object] = {"name": "Tea shop", "behavior": str(home.uploads_folder / "behavior.csv")}
    if products is not None:
        (home.uploads_folder / "products.csv").write_bytes(products)
        settings["products"] = str(home.uploads_folder / "products.csv")
    return Runs(home).submit("import", "Import of Tea shop", None, settings, home.datasets_folder / "d1")


def big_behavior() -> bytes:
    rows = (f"s{i % 5000},{i % 2 + 1},{i % 2 + 1},2024-05-01 10:00:{i % 60:02}\n" for i in range(N_BIG))
    return b"UserID,ProductID,Behavior,Time\n" + "".join(rows).encode()


def wait_for_end(home: Home, run_id: str) -> Run:
    deadline = time.monotonic() + WITHIN_S
    while (run := Runs(home).get(run_id)).status in ACTIVE:
        assert time.monotonic() < deadline, f"still {run.status} ({run.message})"
        time.sleep(0.02)
    return run


def wait_for_half(home: Home, run_id: str) -> None:
    """Wait until the import works on the tables: its folder is there, its end is not."""
    deadline = time.monotonic() + WITHIN_S
    while not list(home.datasets_folder.glob(".d1-*")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert Runs(home).get(run_id).status in ACTIVE


def test_an_import_run_makes_a_dataset(home: Home) -> None:
    run = wait_for_end(home, submit(home, BEHAVIOR))

    assert (run.status, run.error) == ("done", None)
    assert run.facts["dataset"] == "d1"
    with home.engine.connect() as connection:
        row = connection.execute(select(datasets)).one()
    assert (row.id, row.name, row.kind, row.population) == ("d1", "Tea shop", "private", "main")
    dataset = Dataset.open(Path(row.folder))
    assert row.report == dataset.report
    assert len(dataset.interactions()) == 3 - 1  # one row has a code that nobody knows


def test_a_wrong_file_ends_the_run_with_a_sentence_and_leaves_nothing(home: Home) -> None:
    run = wait_for_end(home, submit(home, b"Who,What\na,1\n"))

    assert run.status == "failed"
    assert run.error is not None
    assert "behavior" in run.error.lower() or "UserID" in run.error
    assert list(home.datasets_folder.iterdir()) == []


def test_a_cancelled_import_leaves_nothing(home: Home) -> None:
    run_id = submit(home, big_behavior())
    wait_for_half(home, run_id)

    Runs(home).cancel(run_id)

    assert wait_for_end(home, run_id).status == "cancelled"
    assert list(home.datasets_folder.iterdir()) == []


def test_a_killed_import_leaves_nothing_and_a_retry_finishes_it(home: Home) -> None:
    """kill -9 in the middle: no half dataset, no forgotten copy of the shoppers' rows."""
    run_id = submit(home, big_behavior())
    wait_for_half(home, run_id)
    pid = liveness.holder(lock_file(home, run_id))
    assert pid

    os.kill(pid, signal.SIGKILL)
    assert wait_for_end(home, run_id).status == "interrupted"

    deadline = time.monotonic() + 5
    while list(home.datasets_folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(home.datasets_folder.iterdir()) == []
    retried = wait_for_end(home, Runs(home).retry(run_id))
    assert (retried.status, retried.attempt) == ("done", 2)
    assert len(Dataset.open(retried.out).interactions()) == N_BIG
    assert retried.facts["dataset"] == retried.out.name == retried.id
