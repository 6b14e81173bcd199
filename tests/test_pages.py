"""Every page, empty and full, on the sample shop and on a small shop of one's own."""

import io
import math
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.queue import Runs
from core.settings import StudySettings
from core.store.home import Home
from core.tables.mapping import Mapping
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import places
from pages.shared.run_panel import duration
from pages.shared.run_words import title_of
from pages.shared.shopper_parts import default_points
from pages.shared.tradeoff_parts import clicked_points
from sample_data.figures import read
from tests.opened_pages import (
    ROOT,
    badges_of,
    draw_frame,
    make_studied,
    open_page,
    private_id,
    sound,
    study_now,
    words_of,
    work_now,
)

PAGES = [file for file, _ in places.PAGES.values()]
WITH_DATA = [file for file in PAGES if file != places.HELP]
NEED_DATA = [places.ANONYMIZATION, places.PRIVACY, places.TRAINING, places.TRADEOFF, places.RECOMMENDATIONS]


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def full(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


@pytest.mark.parametrize("place", PAGES)
def test_every_page_opens_with_nothing_there(home: Path, place: str) -> None:
    app = open_page(place)

    assert len(app.title) == 1
    assert not app.error


@pytest.mark.parametrize("place", NEED_DATA)
def test_a_page_without_data_says_where_to_begin(home: Path, place: str) -> None:
    app = open_page(place)

    assert [info.value for info in app.info] == [text("frame.no_data")]
    assert app.button(key="to_overview").label == text("frame.to_overview")


@pytest.mark.parametrize("place", WITH_DATA)
def test_every_page_opens_on_a_studied_sample_and_calls_it_synthetic(full: Workspace, place: str) -> None:
    app = open_page(place, **{"choice.dataset": full.sample().id})

    assert not app.error
    assert text("place.sample") in badges_of(app)


@pytest.mark.parametrize("place", WITH_DATA)
def test_every_page_opens_on_private_data_and_names_the_place_it_stands_in(full: Workspace, place: str) -> None:
    """A report is first offered for outside; everything else begins in the curator's room."""
    app = open_page(place, **{"choice.dataset": private_id(full)})

    assert not app.error
    assert text("place.outside" if place == places.REPORT else "place.curator") in badges_of(app)
    assert text("place.sample") not in badges_of(app)


def test_no_page_brings_tensorflow_into_the_server(full: Workspace) -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        f"app = AppTest.from_file({str(ROOT / 'streamlit_app.py')!r}, default_timeout=60).run();"
        f"[app.switch_page(page).run() for page in {PAGES[1:]!r}];"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_one_button_shows_everything_on_the_sample_shop(home: Path) -> None:
    app = open_page(places.OVERVIEW)

    sound(app.button(key="demo").click().run())

    runs = Workspace().runs()
    assert app.title[0].value == text("data.title")
    assert [(run.kind, run.status) for run in runs] == [("study", "queued")]
    assert runs[0].settings["methods"] == ["popularity", "content", "statistics", "hybrid", "mlp"]


def test_the_demo_is_not_started_twice(home: Path) -> None:
    app = open_page(places.OVERVIEW)
    app.button(key="demo").click().run()
    app.switch_page(places.OVERVIEW).run()

    sound(app.button(key="demo").click().run())

    assert len(Workspace().runs()) == 1


def test_a_shop_with_too_few_shoppers_is_told_so_and_sees_the_popularity_list(home: Path) -> None:
    ws = Workspace()
    rows = "".join(f"u{user},{'abc'[user % 3]},buy\n" for user in range(20))
    path = home / "few.csv"
    path.write_text(f"user,item,action\n{rows}")
    work_now(ws.importer.submit_import("Tiny", path, None, Mapping(), ["a", "b", "c"]))
    settings = StudySettings(methods=("popularity", "statistics"), epsilons=(1.0,))
    work_now(ws.submit_study(ws.datasets()[0].id, settings))
    assert ws.runs()[0].status == "done", ws.runs()[0].error

    assert text("data.few", n=50) in [warning.value for warning in open_page(places.DATA).warning]
    assert not open_page(places.TRAINING).error
    assert text("room.empty") in words_of(open_page(places.TRADEOFF))
    assert "**Popularity, ε 1**" in words_of(open_page(places.RECOMMENDATIONS))


def test_dropped_rows_add_up_on_the_data_page(full: Workspace) -> None:
    app = open_page(places.DATA, **{"choice.dataset": private_id(full)})

    assert text("data.adds_up", rows=6_000, kept=5_999, dropped=1) in words_of(app)
    assert f"- 1: {text('reason.unknown_behavior')}" in words_of(app)


def test_a_study_shows_its_bill_before_it_starts(full: Workspace) -> None:
    app = open_page(places.TRAINING, **{"choice.dataset": private_id(full)})

    labels = [metric.label for metric in app.metric]
    assert text("training.bill.time") in labels
    assert text("training.bill.training") in labels


def test_a_study_without_methods_cannot_start(full: Workspace) -> None:
    app = open_page(places.TRAINING, **{"choice.dataset": private_id(full)})

    sound(app.pills(key="study.methods").set_value([]).run())

    assert app.button(key="start").disabled
    assert "methods" in app.warning[0].value


def test_a_started_study_can_be_cancelled_and_tried_again(home: Path) -> None:
    app = open_page(places.OVERVIEW)
    app.button(key="demo").click().run()
    app.switch_page(places.TRAINING).run()

    sound(app.button(key="cancel").click().run())
    assert Workspace().runs()[0].status == "cancelled"

    sound(app.button(key="retry_watched").click().run())
    assert [run.status for run in Workspace().runs()] == ["queued", "cancelled"]


def test_a_run_that_ended_is_told_on_every_page_until_dismissed(home: Path) -> None:
    app = open_page(places.OVERVIEW)
    app.button(key="demo").click().run()
    app.switch_page(places.TRAINING).run()
    app.button(key="cancel").click().run()
    run = Workspace().runs()[0]

    app.switch_page(places.PRIVACY).run()
    assert text("notice.cancelled", title=plain(title_of(run))) in words_of(app)

    sound(app.button(key=f"dismiss_{run.id}").click().run())
    assert text("notice.cancelled", title=plain(title_of(run))) not in words_of(app)


def test_why_a_run_failed_is_not_said_beside_a_curve_that_may_be_passed_on(full: Workspace) -> None:
    """The sentence may quote exact counts of rows."""
    path = full.importer.save_upload(io.BytesIO(b""), "nothing.csv")
    work_now(full.importer.submit_import("Nothing", path, None, Mapping()))
    reason = full.runs()[0].error

    assert reason is not None
    pages = (places.DATA, places.TRADEOFF, places.REPORT)
    elsewhere, *beside = ([box.value for box in open_page(page).error] for page in pages)
    assert elsewhere == [text("notice.failed", title="Nothing", why=plain(reason))]
    assert beside == [[text("notice.failed_elsewhere", title="Nothing")]] * 2
    full.mark_seen(full.runs()[0].id)


def test_a_page_that_shows_a_study_needs_no_notice_of_its_end(home: Path) -> None:
    app = open_page(places.OVERVIEW)
    app.button(key="demo").click().run()
    app.switch_page(places.TRAINING).run()

    sound(app.button(key="cancel").click().run())

    assert text("run.cancelled") in [metric.value for metric in app.metric]
    assert text("notice.cancelled", title=plain(title_of(Workspace().runs()[0]))) not in words_of(app)


def test_a_private_curve_for_the_curator_is_marked_and_the_releasable_is_outside(full: Workspace) -> None:
    app = open_page(places.TRADEOFF, **{"choice.dataset": private_id(full)})

    figure = app.get("plotly_chart")[0].proto.spec
    assert text("room.watermark") in figure
    assert "without protection" in figure

    sound(app.segmented_control(key="curve.room").set_value("releasable").run())

    assert text("place.outside") in badges_of(app)
    charts = app.get("plotly_chart")
    assert not charts or "without protection" not in charts[0].proto.spec


def test_how_long_a_study_took_is_said_inside_only(full: Workspace) -> None:
    app = open_page(places.TRADEOFF, **{"choice.dataset": private_id(full)})
    assert text("curve.cost.time") in [metric.label for metric in app.metric]

    sound(app.segmented_control(key="curve.room").set_value("releasable").run())

    labels = [metric.label for metric in app.metric]
    assert text("curve.cost.epsilon") in labels
    assert text("curve.cost.time") not in labels


def test_beside_a_curve_for_outside_no_run_tells_what_it_counts(full: Workspace) -> None:
    run = full.submit_study(full.sample().id, StudySettings())
    queue = Runs(Home())
    queue.claim(1)
    queue.move(run, {"starting"}, "running")
    queue.publish(run, 0.5, "Reading mine.csv: 5,999 rows", {})

    state = {"choice.dataset": private_id(full), "curve.room": "releasable"}
    said = [bar.proto.text for bar in open_page(places.TRADEOFF, **state).get("progress")]
    queue.move(run, {"running"}, "cancelled")

    assert [text("run.running") in words for words in said] == [True]
    assert not any("5,999" in words for words in said)


def test_all_figures_show_delta_as_it_is(full: Workspace) -> None:
    app = open_page(places.TRADEOFF, **{"choice.dataset": private_id(full)})

    table = app.dataframe[0].value
    assert set(table["delta"]) <= {"0", "1e-05"}
    assert "1e-05" in set(table["delta"])
    assert text("method.statistics") in set(table["method"])


def test_the_headline_compares_with_best_sellers(full: Workspace) -> None:
    app = open_page(places.TRADEOFF, **{"choice.dataset": full.sample().id})

    assert "what best sellers alone reach" in words_of(app)


def test_a_clicked_point_is_understood() -> None:
    clicked = {"selection": {"points": [{"customdata": ["hybrid", 2.0, "all figures"]}, {"x": 1}]}}

    assert clicked_points(clicked) == [("hybrid", 2.0)]


def test_a_shopper_is_shown_at_three_levels_of_protection(full: Workspace) -> None:
    app = open_page(places.RECOMMENDATIONS, **{"choice.dataset": full.sample().id, "rec.tab": "compare"})

    words = words_of(app)
    assert "**Statistics, no protection**" in words
    assert "**Statistics, ε 4**" in words
    assert "**Statistics, ε 1**" in words
    assert text("rec.new") in [header.value for header in app.subheader]
    assert text("rec.again") in [header.value for header in app.subheader]


def test_a_history_counts_every_purchase(full: Workspace) -> None:
    sample = full.sample()
    rows, _ = read(ROOT / "sample_data")
    bought = rows[rows["Behavior"] == "1"]
    user = bought[bought.duplicated(["UserID", "ProductID"])]["UserID"].iloc[0]  # bought one product twice
    own = rows[rows["UserID"] == user]
    app = open_page(places.RECOMMENDATIONS, **{"choice.dataset": sample.id})
    app.segmented_control(key="rec.kind").set_value("search").run()

    sound(app.text_input(key="rec.search").set_value(user).run())

    n_products, n_purchases = own["ProductID"].nunique(), int((own["Behavior"] == "1").sum())
    assert text("rec.history.caption", products=n_products, purchases=n_purchases) in words_of(app)


def test_an_unknown_shopper_gets_the_popularity_list_and_is_told(full: Workspace) -> None:
    app = open_page(places.RECOMMENDATIONS, **{"choice.dataset": full.sample().id})
    app.segmented_control(key="rec.kind").set_value("search").run()

    sound(app.text_input(key="rec.search").set_value("nobody-of-this-name").run())

    assert text("rec.unknown") in [info.value for info in app.info]


def test_a_product_out_of_stock_is_in_no_list(full: Workspace) -> None:
    sample = full.sample()
    rows = (ROOT / "sample_data" / "ProductInfo.csv").read_text("utf-8").splitlines()[1:]
    everything = [row.split(",")[0] for row in rows]
    app = open_page(places.RECOMMENDATIONS, **{"choice.dataset": sample.id})

    sound(app.text_area(key="rec.stock").set_value("\n".join(everything)).run())

    assert words_of(app).count(text("rec.none")) >= 1


def test_three_levels_are_the_weakest_the_chosen_and_the_strongest() -> None:
    offered = [("hybrid", 0.5), ("hybrid", 1.0), ("hybrid", 2.0), ("hybrid", 8.0), ("hybrid", math.inf)]

    assert default_points(offered, 1.8) == [("hybrid", math.inf), ("hybrid", 2.0), ("hybrid", 0.5)]
    assert default_points(offered, 0.5) == [("hybrid", math.inf), ("hybrid", 2.0), ("hybrid", 0.5)]


@pytest.mark.parametrize(("seconds", "words"), [(42, "42 s"), (150, "2.5 min"), (7260, "2.0 h")])
def test_time_is_written_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_tour_walks_from_the_files_to_one_shopper_and_ends(full: Workspace) -> None:
    """Each step stands on the page that it speaks of; the sample's study is there, so nothing has to be waited for."""
    app = open_page(places.OVERVIEW)
    sound(app.button(key="demo").click().run())
    seen = [app.title[0].value]
    for _ in range(4):
        sound(app.button(key="tour_next").click().run())
        seen.append(app.title[0].value)

    sound(app.button(key="tour_next").click().run())

    assert seen == [text(f"{name}.title") for name in ("data", "privacy", "training", "tradeoff", "recommendations")]
    assert app.title[0].value == text("overview.title")
    assert text("tour.over") in [found.value for found in app.success]
    assert not [button for button in app.button if button.key == "tour_next"]


def test_the_tour_waits_for_the_training(home: Path) -> None:
    app = open_page(places.OVERVIEW)
    app.button(key="demo").click().run()

    app.switch_page(places.TRAINING).run()

    assert app.button(key="tour_next").disabled
    assert text("tour.next.waits") in app.button(key="tour_next").label


def test_a_term_is_found_by_its_words_and_the_demo_can_begin_anew(home: Path) -> None:
    Workspace().sample()
    app = open_page(places.HELP)
    whole = len(app.get("markdown"))
    app.text_input(key="help.search").set_value("gradient").run()

    assert text("term.dp_sgd.what") in words_of(app)
    assert len(app.get("markdown")) < whole
    sound(app.button(key="reset").click().run())
    assert Workspace().datasets() == []


def test_the_demo_that_was_reset_begins_anew(home: Path) -> None:
    """The sample comes back under its id: a study of before would point at files that are gone."""
    ws = Workspace()
    study_now(ws, ws.sample().id)
    ws.reset_sample()
    assert ws.runs() == []

    ws.sample()

    app = open_page(places.TRADEOFF)
    assert text("frame.no_study") in [info.value for info in app.info]


def test_the_overview_says_what_waits_for_whom(home: Path) -> None:
    ws = Workspace()
    ws.sample()

    app = open_page(places.OVERVIEW)

    assert text("state.waits.manager") in words_of(app)
    assert text("state.wait.no_study", name=plain(text("frame.dataset.sample"))) in words_of(app)
