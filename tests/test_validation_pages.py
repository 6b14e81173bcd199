"""Cross-validation from a click to its figures, and what the Trade-off page says of it in each room."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.privacy.ledger import Ledger
from core.report.validation import all_sentence, beside, lies, ranges, sentence, spoken_for
from core.settings import ValidationSettings
from core.texts import text
from core.workspace import Workspace
from pages.shared import link, places
from pages.shared.tradeoff_parts import ROOM
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of, work_now


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACT_HOME", str(folder))
        ws = Workspace()
        before = Ledger(ws.home).entries()
        settings = ValidationSettings(methods=("popularity", "content", "statistics"), epsilons=(1.0, 4.0), folds=3)
        work_now(ws.analyst.submit_validation(private_id(ws), settings))
        assert ws.runs()[0].status == "done", ws.runs()[0].error
        assert Ledger(ws.home).entries() == before
    return folder


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def opened(ws: Workspace, **state: Any) -> AppTest:
    return open_page(places.TRADEOFF, **{"choice.dataset": private_id(ws), link.TAB: "check", **state})


def test_it_goes_through_the_queue_and_is_read_back(ws: Workspace) -> None:
    (run,) = ws.analyst.validations(private_id(ws))
    table = ws.analyst.validation(run.id)

    assert (run.kind, run.status, run.title) == ("validate", "done", "My *shop*: cross-validation")
    assert list(table.columns) == ["method", "epsilon", "folds", "n", "mean", "se", "low", "high"]
    assert len(table) == 1 + 2 * 2  # content once, two methods at two ε
    assert [path.name for path in run.out.iterdir()] == ["private"]
    assert ws.analyst.validations(ws.sample().id) == []


def test_the_curators_room_sets_it_beside_the_studys_own_figures(ws: Workspace) -> None:
    app = opened(ws)
    words = words_of(app)

    assert text("validation.title") in [found.value for found in app.subheader]
    assert text("validation.lead") in words
    assert "The study says" in words
    assert "Of 5 figures of this study that were checked" in words
    chart = next(chart for chart in app.get("plotly_chart") if "validation" in chart.proto.id)
    assert text("room.watermark") in chart.proto.spec
    assert any(text("room.watermark") in frame.value.to_string() for frame in app.dataframe)


def test_the_releasable_room_shows_one_sentence_and_no_figure(ws: Workspace) -> None:
    app = opened(ws, **{ROOM: "releasable"})
    words = words_of(app)

    assert text("validation.not_here") in words
    assert text("validation.lead") not in words
    assert not [chart for chart in app.get("plotly_chart") if "validation" in chart.proto.id]


def test_the_form_starts_one_with_the_settings_of_the_study(ws: Workspace) -> None:
    app = open_page(places.TRADEOFF, **{"choice.dataset": ws.sample().id, link.TAB: "check", "validation.new": True})
    assert text("validation.none") in words_of(app)
    app.number_input(key="validation.folds").set_value(2)
    sound(app.button(key="validation.submit").click().run())
    (run,) = ws.analyst.validations(ws.sample().id)
    study = next(each for each in ws.runs() if each.kind == "study" and each.dataset == ws.sample().id)

    assert run.settings["folds"] == 2
    for name in ("methods", "epsilons", "delta", "n_shoppers", "published", "network"):
        assert run.settings[name] == study.settings[name]
    ws.cancel(run.id)
    ws.mark_seen(run.id)


def checked(own: float) -> pd.DataFrame:
    row = {
        "method": "hybrid",
        "epsilon": 1.0,
        "folds": 5,
        "n": 1000,
        "mean": 0.2,
        "se": 0.01,
        "low": 0.18,
        "high": 0.23,
    }
    exact = pd.DataFrame({"method": "hybrid", "epsilon": 1.0, "ndcg_at_10": [own - 0.01, own + 0.01]})
    return beside(pd.DataFrame([row, {**row, "epsilon": 2.0}]), exact)


@pytest.mark.parametrize(("own", "where"), [(0.18, "within"), (0.2301, "above"), (0.17, "below")])
def test_a_studys_figure_is_the_mean_of_its_repeats_and_lies_where_it_lies(own: float, where: str) -> None:
    rows = checked(own)
    (row,) = rows.to_dict("records")  # ε 2 is not in the study

    assert row["own"] == pytest.approx(own)
    assert lies(row) == where
    assert f"{own:.3f}; over all 1,000 shoppers it is 0.200 ± 0.020" in sentence(row)  # 1.96 x 0.01
    assert all_sentence(rows) == text("validation.all", n=1, inside=int(where == "within"))


def test_the_figure_has_a_bar_from_the_worst_part_to_the_best(ws: Workspace) -> None:
    del ws
    figure = ranges(checked(0.2), "not for release")

    assert list(figure.data[0].x) == [0.18, 0.23, None]
    assert list(figure.data[2].x) == [pytest.approx(0.2)]
    assert figure.layout.annotations[0].text == "not for release"


def test_a_sentence_speaks_of_the_advised_method_at_the_nearest_epsilon() -> None:
    rows = pd.DataFrame(
        {"method": ["content", "hybrid", "hybrid", "mlp"], "epsilon": [0.0, 0.5, 4.0, 1.0], "own": 0.1, "low": 0.0}
    )

    assert spoken_for(rows, "hybrid", 1.0)["epsilon"] == 0.5
    assert spoken_for(rows, "content", 1.0)["epsilon"] == 0.0
    assert spoken_for(rows, None, 1.0)["method"] == "mlp"
