"""The app opened as a visitor opens it, on workspaces in which small studies were run without TensorFlow."""

import signal
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core.runs import worker
from core.runs.queue import Runs
from core.settings import Method, StudySettings
from core.store.home import Home
from core.tables.mapping import Mapping
from core.texts import text
from core.workspace import Workspace
from pages.shared import places
from sample_data.figures import read

ROOT = Path(__file__).resolve().parents[1]


def draw_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep AppTest from serving pages/*.py without the app's frame: at each run it resets what the server sets once."""
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", type("OwnManager", (PagesManager,), {}))


def make_studied(folder: Path, files: Path) -> Path:
    """Return a home in which small studies have been run, here and now: sample and private."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACT_HOME", str(folder))
        ws = Workspace()
        study_now(ws, ws.sample().id)
        study_now(ws, import_now(ws, files))
    return folder


def study_now(ws: Workspace, dataset_id: str) -> None:
    methods: tuple[Method, ...] = ("popularity", "content", "statistics")
    settings = StudySettings(methods=methods, epsilons=(1.0, 4.0), ceiling=True)
    work_now(ws.submit_study(dataset_id, settings))
    assert ws.runs()[0].status == "done", ws.runs()[0].error


def import_now(ws: Workspace, folder: Path) -> str:
    """Import a part of the sample shop as if it were somebody's own; return its id."""
    rows = read(ROOT / "sample_data")[0].head(5_999).to_csv(index=False)
    (folder / "mine.csv").write_text(f"{rows}x,y,9,never", "utf-8")
    with (
        (folder / "mine.csv").open("rb") as behavior,
        (ROOT / "sample_data" / "ProductInfo.csv").open("rb") as products,
    ):
        paths = ws.importer.save_upload(behavior, "mine.csv"), ws.importer.save_upload(products, "ProductInfo.csv")
    work_now(ws.importer.submit_import("My *shop*", *paths, Mapping()))
    return str(ws.runs()[0].facts["dataset"])


def work_now(run_id: str) -> None:
    """Do what launcher and worker do, in this process."""
    home = Home()
    before = signal.getsignal(signal.SIGTERM)
    claimed = Runs(home).claim(1)
    assert claimed is not None
    assert claimed.id == run_id
    worker.work(home, run_id)
    signal.signal(signal.SIGTERM, before)


def open_page(place: str, **state: Any) -> AppTest:
    """Open the app as a visitor does, then the page; refuse a page that met a bug of ours."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    return sound(app if place == places.OVERVIEW else app.switch_page(place).run())


def sound(app: AppTest) -> AppTest:
    """Check that no page ended in a traceback or in the sentence that stands for one."""
    assert not app.exception
    assert text("error.ours") not in [error.value for error in app.error]
    return app


def private_id(ws: Workspace) -> str:
    return next(info.id for info in ws.datasets() if info.kind == "private")


def words_of(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.info, *app.success])


def badges_of(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown if "-badge[" in element.value)
