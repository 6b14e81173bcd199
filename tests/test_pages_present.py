"""The shop's own lists on the Trade-off page: judged, written beside the study's method, drawn in the comparison."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.columns import Uploads
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import link, places
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def study_of(ws: Workspace) -> str:
    return next(run.id for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))


def opened(ws: Workspace, room: str) -> AppTest:
    return open_page(
        places.TRADEOFF,
        **{"choice.dataset": private_id(ws), link.TAB: "compare", link.ROOM: room, "present.form": True},
    )


def test_what_was_judged_stands_beside_the_studys_method_and_in_the_picture(ws: Workspace) -> None:
    run_id = study_of(ws)
    users = ws.analyst.visible_histories(run_id)[Uploads.USER].unique()
    lists = pd.DataFrame({Uploads.USER: users, Uploads.ITEM: "P5387"})
    found = ws.analyst.judge_present(run_id, BytesIO(lists.to_csv(index=False).encode()), "l.csv", "What *we* show")

    app = opened(ws, "curator")

    said = next(words for words in words_of(app).split("\n") if plain(found.name) in words)
    assert f"{found.means['ndcg_at_10']:.3f}" in said
    assert any("What *we* show" in chart.proto.spec for chart in app.get("plotly_chart"))
    sound(app.button(key=f"forget_{found.name}").click().run())
    assert ws.analyst.present(run_id) == []


def test_histories_that_are_taken_along_are_noted(ws: Workspace) -> None:
    app = opened(ws, "curator")

    sound(app.button(key="present.prepare").click().run())

    assert ws.releases.accesses()[0].action == "histories.downloaded"


def test_outside_there_is_one_sentence_and_no_form(ws: Workspace) -> None:
    app = opened(ws, "releasable")

    assert text("present.not_here") in [info.value for info in app.info]
    assert "present.prepare" not in [button.key for button in app.button]
