"""The grid from a click to its figures: queue, worker, and the section of the Trade-off page in each room."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import NotFound
from core.privacy.ledger import Ledger
from core.runs.jobs import JOBS
from core.settings import AnonymizationSettings, GridSettings, PrivacySettings
from core.texts import text
from core.workspace import Workspace
from pages.shared import link, places
from pages.shared.tradeoff_parts import ROOM
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of, work_now

OWN = AnonymizationSettings(coarsen_time="day", max_products_per_shopper=5)
RARE = AnonymizationSettings(suppress_items_below=20)


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
        rows = {"own": OWN, "publication": RARE}
        settings = GridSettings(anonymizations=rows, method="statistics", epsilons=(1.0, 4.0))
        work_now(ws.submit_grid(private_id(ws), settings))
        assert ws.runs()[0].status == "done", ws.runs()[0].error
        assert Ledger(ws.home).entries() == before
    return folder


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def opened(ws: Workspace, **state: Any) -> AppTest:
    state = {"choice.dataset": private_id(ws), "grid.new": True, link.TAB: "compare", **state}
    return open_page(places.TRADEOFF, **state)


def test_a_grid_goes_through_the_queue_and_is_read_back(ws: Workspace) -> None:
    (run,) = ws.grids(private_id(ws))
    table = ws.grid(run.id)

    assert (run.kind, run.status, run.title) == ("grid", "done", "My *shop*: anonymisation x ε")
    assert list(table["anonymization"]) == ["none"] * 3 + ["own"] * 3 + ["publication"]
    assert table["epsilon"].tolist() == [1.0, 4.0, float("inf"), 1.0, 4.0, float("inf"), float("inf")]
    assert table["why"].str.startswith("No ε").tolist() == [False] * 6 + [True]
    assert ws.grids(ws.sample().id) == []


def test_a_grid_without_figures_says_so(ws: Workspace) -> None:
    run_id = ws.submit_grid(private_id(ws), GridSettings(anonymizations={"own": OWN}))
    ws.cancel(run_id)

    with pytest.raises(NotFound, match="Start it again"):
        ws.grid(run_id)
    ws.mark_seen(run_id)


def test_the_curators_room_shows_what_each_anonymisation_costs(ws: Workspace) -> None:
    app = opened(ws)
    words = words_of(app)

    assert text("grid.title") in [found.value for found in app.subheader]
    assert "**Anonymisation buys no ε.**" in words
    assert "“chosen for this data”" in words
    assert "counts shoppers, so whether other shoppers' rows stay depends on you" in words
    assert text("grid.private") in words


def test_what_the_curator_takes_along_is_marked(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its name, in every row, and across the picture: a table on screen is a file at one click, too."""
    taken: dict[str, Callable[[], bytes]] = {}
    offer = st.download_button

    def offered(label: str, data: Callable[[], bytes], file_name: str, *more: Any, **options: Any) -> bool:
        taken[file_name] = data
        return offer(label, data, file_name, *more, **options)

    monkeypatch.setattr(st, "download_button", offered)
    curve, app = opened(ws, **{link.TAB: "curve"}), opened(ws)

    assert {name for name in taken if name.endswith(".csv")} == {
        "tact-curve-curator-NOT-FOR-RELEASE.csv",
        "tact-grid-curator-NOT-FOR-RELEASE.csv",
    }
    mark, tables = text("room.watermark"), [*curve.dataframe, *app.dataframe]
    for content in taken.values():
        first, *rows = content().decode().splitlines()  # made when it is taken along, so that it can be noted
        assert first.endswith(text("room.curator"))
        assert rows
        assert all(row.endswith(mark) for row in rows)
    assert all(set(table.value[text("room.curator")]) == {mark} for table in tables if "ndcg_at_20" in table.value)
    assert sum("ndcg_at_20" in table.value for table in tables) == 2
    assert mark in next(chart for chart in app.get("plotly_chart") if "grid" in chart.proto.id).proto.spec


def test_the_releasable_room_shows_one_line_of_it(ws: Workspace) -> None:
    app = opened(ws, **{ROOM: "releasable"})

    assert text("grid.not_here") in words_of(app)
    assert text("grid.title") not in [found.value for found in app.subheader]
    assert text("grid.private") not in words_of(app)


def test_a_click_queues_what_was_chosen(ws: Workspace) -> None:
    dataset = private_id(ws)
    ws.set_privacy(dataset, PrivacySettings(anonymization=OWN, n_shoppers=900, delta=1e-6))
    state = {
        f"grid.rows.{dataset}": ["own", "gone"],
        "grid.epsilons": [4.0, 1.0],
        "grid.method": "popularity",
        "grid.repeats": 1,
    }
    sound(opened(ws, **state).button(key="grid.submit").click().run())
    run = ws.grids(dataset)[0]
    ws.cancel(run.id)
    asked = GridSettings.model_validate(run.settings)

    assert run.status == "queued"
    assert asked == GridSettings(
        anonymizations={"own": OWN}, method="popularity", epsilons=(1.0, 4.0), repeats=1, delta=1e-6, n_shoppers=900
    )


def test_nothing_chosen_is_said_and_nothing_is_queued(ws: Workspace) -> None:
    before = len(ws.grids(private_id(ws)))
    app = sound(opened(ws, **{f"grid.rows.{private_id(ws)}": []}).button(key="grid.submit").click().run())

    assert [warning.value for warning in app.warning] == [text("grid.nothing")]
    assert len(ws.grids(private_id(ws))) == before


def test_anonymised_files_are_a_run_whose_files_only_their_owner_may_read(ws: Workspace) -> None:
    run_id = ws.anonymizer.submit(private_id(ws), OWN)
    work_now(run_id)
    run = ws.run(run_id)

    assert run.status == "done", run.error
    assert (run.out / "private").stat().st_mode & 0o777 == 0o700
    assert {"UserBehavior.csv", "ProductInfo.csv"} <= {path.name for path in (run.out / "private").iterdir()}
    assert [path.name for path in run.out.iterdir()] == ["private"]
    assert set(JOBS) == {"import", "study", "audit", "grid", "anonymize", "validate"}
