"""Who pays, and what is beyond accuracy: sentences that follow from the numbers, and the rooms they stand in."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.report import who_pays as report
from core.texts import text
from core.workspace import Workspace
from pages.shared import link, places
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, words_of


def groups(low: float, error: float, n: int = 50) -> pd.DataFrame:
    """Two groups that have 0.2 at ε 8; at ε 1 the first keeps half and the second ``low``."""
    rows = [("1", 1.0, 0.1), ("2", 1.0, low), ("1", 8.0, 0.2), ("2", 8.0, 0.2)]
    frame = pd.DataFrame(rows, columns=["group", "epsilon", "ndcg_at_10"])
    return frame.assign(method="hybrid", repeat=0, grouping="activity", n=n, ndcg_at_10_se=error)


def test_a_group_keeps_its_own_share() -> None:
    """Its error joins the relative errors of both figures: here 2 x 0.005 of 0.1 and of 0.2."""
    first, second = report.kept(report.by_group(groups(0.05, 0.005), "hybrid", "activity"), 1.0)

    assert first.group == "1"
    assert [first.share, second.share] == pytest.approx([0.5, 0.25])
    assert first.error == pytest.approx(0.5 * (0.1**2 + 0.05**2) ** 0.5)


def test_who_pays_is_said_only_where_intervals_tell_groups_apart() -> None:
    clear = report.takeaway(report.by_group(groups(0.02, 0.001), "hybrid", "activity"), "activity", 1.0)
    unclear = report.takeaway(report.by_group(groups(0.09, 0.02), "hybrid", "activity"), "activity", 1.0)

    assert "tenth 2 keep 10%" in clear
    assert "no group is shown to pay more" in unclear


def test_groups_of_few_judges_are_not_compared() -> None:
    assert report.takeaway(
        report.by_group(groups(0.02, 0.001, n=report.FEW - 1), "hybrid", "activity"), "activity", 1.0
    ) == text("pays.few", n=report.FEW)


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


def opened(ws: Workspace, tab: str, *, private: bool, room: str = "curator") -> AppTest:
    dataset = private_id(ws) if private else ws.sample().id
    return open_page(places.TRADEOFF, **{"choice.dataset": dataset, link.TAB: tab, link.ROOM: room})


@pytest.mark.parametrize("tab", ["pays", "beyond"])
def test_they_are_drawn_on_the_sample_and_for_the_curator_with_a_watermark(ws: Workspace, tab: str) -> None:
    for private in (False, True):
        app = opened(ws, tab, private=private)
        spec = "".join(chart.proto.spec for chart in app.get("plotly_chart"))
        assert (text("room.watermark") in spec) == private
        assert spec


@pytest.mark.parametrize("tab", ["pays", "beyond"])
def test_outside_they_are_left_out_and_it_is_said_why(ws: Workspace, tab: str) -> None:
    app = opened(ws, tab, private=True, room="releasable")

    assert text("pays.not_outside") in words_of(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("tab", ["pays", "beyond"])
def test_an_older_study_says_how_to_go_on(ws: Workspace, tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ws.analyst), "who_pays", lambda self, run_id: pd.DataFrame())
    monkeypatch.setattr(report, "BEYOND", ("coverage",))

    assert text("pays.old") in words_of(opened(ws, tab, private=False))
