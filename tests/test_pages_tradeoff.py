"""The Trade-off page: a target and its defence, studies in their rooms, links that reopen a view and no more."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.report.curve import summarize
from core.report.decide import epsilon_for, line_of
from core.studies.folder import StudyFolder
from core.texts import text
from core.workspace import Workspace
from pages.shared import compare_parts, decide_parts, link, places, state
from tests.opened_pages import ROOT, badges_of, draw_frame, make_studied, open_page, private_id, sound, words_of

MARK = "NOT FOR RELEASE"


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


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """What may leave, as if this small shop had shoppers enough for figures."""
    rows = [("popularity", 1.0, 0.04), ("popularity", 4.0, 0.05), ("statistics", 1.0, 0.06), ("statistics", 4.0, 0.09)]
    table = pd.DataFrame(rows, columns=["method", "epsilon", "ndcg_at_10"])
    table = table.assign(delta=1e-5, repeat=0, ndcg_at_10_noise=0.005)
    monkeypatch.setattr(StudyFolder, "curve", lambda self: table)
    return table


def study_of(ws: Workspace, dataset_id: str) -> str:
    return next(run.id for run in ws.runs() if run.kind == "study" and run.dataset == dataset_id)


def opened(ws: Workspace, tab: str, *, private: Any = True, **state: Any) -> AppTest:
    dataset = private_id(ws) if private else ws.sample().id
    return open_page(places.TRADEOFF, **{"choice.dataset": dataset, link.TAB: tab, **state})


def follow(**address: str) -> AppTest:
    """Open an address as whoever was sent it does, in a session of their own."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    return app


def to_curve(app: AppTest) -> AppTest:
    return sound(app.switch_page(places.TRADEOFF).run())


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("plotly_chart")]


def test_a_target_is_answered_in_sentences_that_can_be_copied(ws: Workspace) -> None:
    app = opened(ws, "decide", private=False)
    (target,) = app.slider
    curve = summarize(ws.curve(study_of(ws, ws.sample().id), "sample"), "ndcg_at_10")

    answer = epsilon_for(curve, "statistics", float(str(target.value)))
    copied = app.code[-1].value if "We ask" in app.code[-1].value else app.code[0].value

    assert answer is not None
    assert target.value == round(0.9 * line_of(curve, "statistics")["mean"].iloc[-1], 3)
    assert f"NDCG@10 {target.value:.3f} needs about ε" in copied
    assert copied.startswith("We ask for ε 4 (δ 1e-05, the unit is the shopper)")
    assert MARK not in copied


def test_a_target_beyond_the_grid_is_not_answered_with_an_epsilon(ws: Workspace) -> None:
    app = opened(ws, "decide", private=False)

    sound(app.slider[0].set_value(app.slider[0].max).run())

    assert "No ε of this study reaches" in words_of(app)
    assert any("privacy costs too much here" in block.value for block in app.code)


def test_what_the_curator_decides_by_is_marked_in_picture_table_and_mail(ws: Workspace) -> None:
    for tab in ("curve", "decide", "compare"):
        app = opened(ws, tab)
        assert charts(app)
        assert all(MARK in spec for spec in charts(app)), tab
        if tab == "decide":
            assert any(block.value.startswith(MARK) for block in app.code)
            assert MARK in set(app.dataframe[0].value[text("room.curator")])


def test_only_the_open_tab_is_computed(ws: Workspace) -> None:
    assert [len(charts(opened(ws, tab, private=False))) for tab in ("curve", "decide")] == [1, 1]
    assert not opened(ws, "curve", private=False).slider


def test_the_releasable_room_decides_by_released_figures_alone(ws: Workspace, released: pd.DataFrame) -> None:
    """0.09 at ε 4 is the largest released figure: nine tenths of it is the first target."""
    app = opened(ws, "decide", **{link.ROOM: "releasable"})

    assert app.slider[0].value == round(0.9 * 0.09, 3)
    assert "Without protection" not in str(app.slider[0].help)
    assert text("decide.defend.released") in "\n".join(block.value for block in app.code)


def test_a_releasable_curve_says_draft_until_two_have_approved_it(ws: Workspace, released: pd.DataFrame) -> None:
    study = study_of(ws, private_id(ws))

    def is_draft() -> bool:
        app = opened(ws, "curve", **{link.ROOM: "releasable"})
        says = {"DRAFT" in charts(app)[0], text("tradeoff.draft.what") in words_of(app)}
        assert len(says) == 1, "the picture says what the page says"
        return says.pop()

    drafts = [is_draft()]
    ws.releases.request(study, by="Ann", reason="for the board")
    for officer in ("Bea", "Cem"):
        ws.releases.approve(study, by=officer, reason="checked")
        drafts.append(is_draft())

    assert drafts == [True, True, False]


def test_figures_of_real_shoppers_stand_beside_others_only_where_they_may(ws: Workspace) -> None:
    infos = {info.kind: info for info in ws.datasets()}

    assert compare_parts.room_of(infos["private"], "curator") == "curator"
    assert compare_parts.room_of(infos["private"], "sample") == "releasable"
    assert compare_parts.room_of(infos["private"], "releasable") == "releasable"
    assert compare_parts.room_of(infos["sample"], "releasable") == "sample"


def test_beside_the_sample_a_real_shop_shows_only_what_was_released(ws: Workspace, released: pd.DataFrame) -> None:
    other = study_of(ws, private_id(ws))
    app = opened(ws, "compare", private=False, **{f"compare.with.{study_of(ws, ws.sample().id)}": [other]})

    shown = [trace["name"] for trace in json.loads(charts(app)[0])["data"] if trace.get("name")]
    assert len(shown) == 2
    assert shown[1].startswith("My *shop*")
    assert "0.060 (0.050 to 0.070) at ε 1" in app.get("plotly_chart")[0].proto.alt


def test_a_link_reopens_exactly_the_view(ws: Workspace) -> None:
    study = study_of(ws, ws.sample().id)
    asked = {"dataset": ws.sample().id, "study": study, "room": "sample", "metric": "recall", "k": "20"}
    asked |= {"tab": "decide", "method": "popularity", "target": "0.061", "points": "statistics:4,content:0"}

    app = to_curve(follow(**asked))

    assert app.slider[0].value == 0.061
    assert app.session_state[link.METHOD] == "popularity"
    assert "Recall@20" in app.slider[0].label
    assert app.session_state[state.POINTS][study] == [("statistics", 4.0), ("content", 0.0)]
    view = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    assert view == asked, "the address says what is seen, so a reload comes back to it"


def test_the_first_target_follows_the_study_until_somebody_moves_it(ws: Workspace, released: pd.DataFrame) -> None:
    app = opened(ws, "decide", **{link.ROOM: "releasable"})
    sound(app.segmented_control(key=link.METHOD).set_value("popularity").run())

    assert app.slider[0].value == round(0.9 * 0.09, 3), "the best of all methods: the target is no method's own"

    released["ndcg_at_10"] = released["ndcg_at_10"] / 2
    assert sound(app.run()).slider[0].value == round(0.9 * 0.045, 3)
    sound(app.slider[0].set_value(0.03).run())
    released["ndcg_at_10"] = released["ndcg_at_10"] * 2
    assert sound(app.run()).slider[0].value == 0.03


def test_the_figure_is_there_as_a_table_with_its_intervals(ws: Workspace, released: pd.DataFrame) -> None:
    app = opened(ws, "curve", **{link.ROOM: "releasable"})

    table = app.dataframe[1].value
    assert table["NDCG@10"].tolist() == ["0.040", "0.050", "0.060", "0.090"]
    assert table[text("decide.gains.interval")].iloc[-1] == "0.080 to 0.100", "0.09 with two standard errors of 0.005"


def test_a_link_reopens_a_comparison(ws: Workspace, released: pd.DataFrame) -> None:
    study, other = study_of(ws, ws.sample().id), study_of(ws, private_id(ws))

    app = to_curve(follow(study=study, tab="compare", events="20", **{"with": f"{other},gone"}))

    assert app.multiselect(key=link.with_key(study)).value == [other]
    assert app.slider(key=link.EVENTS_KEY).value == 20
    assert "draws of the noise at each ε: 1; rows as they were uploaded" in words_of(app)


def test_what_is_as_ever_is_not_in_the_address(ws: Workspace) -> None:
    app = opened(ws, "decide", private=False)

    assert "target" not in app.query_params, "the first target is computed from the curve: no figure goes into a link"


def test_a_changed_target_is_in_the_address_and_survives_the_next_run(ws: Workspace) -> None:
    app = opened(ws, "decide", private=False)

    sound(app.slider[0].set_value(0.02).run())
    sound(app.run())

    assert app.slider[0].value == 0.02
    assert app.query_params["target"] in ("0.02", ["0.02"])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"dataset": "gone"}, "link.no_dataset"),
        ({"study": "gone"}, "link.no_study"),
        ({"dataset": "sample-shop", "study": "PRIVATE"}, "link.no_study"),
    ],
)
def test_a_link_to_what_is_not_here_says_so(ws: Workspace, address: dict[str, str], sentence: str) -> None:
    study = study_of(ws, private_id(ws))
    app = sound(follow(**{name: study if value == "PRIVATE" else value for name, value in address.items()}))

    assert [warning.value for warning in app.warning] == [text(sentence)]
    to_curve(app)


def test_nonsense_in_a_link_changes_nothing(ws: Workspace) -> None:
    nonsense = {"metric": "x", "k": "ten", "tab": "?", "target": "nan", "points": "a:b,hybrid:-1", "room": "all"}
    app = to_curve(follow(dataset=ws.sample().id, **nonsense))

    assert not app.warning
    assert app.session_state[link.TAB] == "curve"
    assert link.read_points(nonsense["points"]) == []


def test_a_link_cannot_call_real_shoppers_a_sample(ws: Workspace) -> None:
    app = to_curve(follow(study=study_of(ws, private_id(ws)), room="sample"))

    assert all(MARK in spec for spec in charts(app))


def test_a_link_to_the_releasable_room_opens_that_room(ws: Workspace, released: pd.DataFrame) -> None:
    app = to_curve(follow(study=study_of(ws, private_id(ws)), room="releasable"))

    assert text("place.outside") in badges_of(app)
    assert "Ceiling" not in charts(app)[0]
    assert text("tradeoff.left_out") in words_of(app)


def test_a_target_does_not_go_from_the_curators_room_into_the_other(ws: Workspace, released: pd.DataFrame) -> None:
    app = opened(ws, "decide")
    sound(app.slider[0].set_value(0.011).run())

    sound(app.segmented_control(key=link.ROOM).set_value("releasable").run())

    assert app.slider[0].value == round(0.9 * 0.09, 3)


def test_the_epsilon_to_ask_for_is_one_that_was_studied(released: pd.DataFrame) -> None:
    """The lower end goes from 0.05 to 0.08, so 0.07 is sure from above ε 1 on, and ε 4 is the next that was studied."""
    points = summarize(released, "ndcg_at_10")

    def asked(target: float) -> float | None:
        answer = epsilon_for(points, "statistics", target)
        assert answer is not None
        return decide_parts.asked_for(points, answer)

    assert [asked(target) for target in (0.04, 0.055, 0.07, 0.2)] == [1.0, 4.0, 4.0, None]
