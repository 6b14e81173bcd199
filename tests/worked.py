"""Workspaces in which work is done at once: imports and studies without a server, for tests."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.runs import worker
from core.runs.queue import Run, Runs
from core.settings import Method, StudySettings
from core.store.home import Home
from core.tables.mapping import Mapping
from core.workspace import Workspace
from tests.made_shop import import_made, make_catalogue, make_interactions

METHODS: tuple[Method, ...] = ("popularity", "content", "statistics")
DECLARED = 20_000  # so many that figures are worth buying: their ± is below what would hide a difference
STUDY = StudySettings(methods=METHODS, epsilons=(1.0, 4.0), n_shoppers=DECLARED)


def work_now(ws: Workspace, run_id: str) -> Run:
    """Do what launcher and worker do, in this process."""
    before = signal.getsignal(signal.SIGTERM)
    claimed = Runs(ws.home).claim(1)
    assert claimed is not None
    assert claimed.id == run_id
    worker.work(ws.home, run_id)
    signal.signal(signal.SIGTERM, before)
    return ws.run(run_id)


def upload(ws: Workspace, path: Path) -> Path:
    with path.open("rb") as file:
        return ws.importer.save_upload(file, path.name)


def import_shop(ws: Workspace, folder: Path, name: str = "Tea shop") -> str:
    """Upload and import the made shop; return the dataset's id."""
    import_made(folder, make_interactions(), catalogue=make_catalogue())
    paths = upload(ws, folder / "UserBehavior.csv"), upload(ws, folder / "ProductInfo.csv")
    run = work_now(ws, ws.importer.submit_import(name, *paths, Mapping()))
    assert run.status == "done", run.error
    return str(run.facts["dataset"])


@dataclass(frozen=True)
class Studied:
    """A workspace with a finished study of private data, and the bill that was shown before it."""

    ws: Workspace
    dataset: str
    run: str
    after: float
    delta: float


def studied_workspace(folder: Path) -> Iterator[Studied]:
    """A workspace in ``folder`` with a study; its database is closed afterwards. For a fixture to yield from."""
    ws = Workspace(Home(folder / "home"))
    dataset = import_shop(ws, folder / "files")
    bill = ws.bill(dataset, STUDY)
    run = work_now(ws, ws.submit_study(dataset, STUDY))
    assert run.status == "done", run.error
    yield Studied(ws, dataset, run.id, bill.after, bill.delta)
    ws.home.close()
