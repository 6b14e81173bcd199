"""The Recommendations page: one shopper over ε, why, two beside each other, anonymised, and who may be shown."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.report.shopper import churn_line, churn_takeaway, epsilon_words, noisy_share, signal_bars, signals_takeaway
from core.settings import StudySettings
from core.store.schema import access_log
from core.texts import speaking, text
from core.workspace import Workspace
from pages.shared import places
from pages.shared.shopper_range import nearest_of
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of, work_now


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files"))


@pytest.fixture
def full(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("TACT_HOME", str(home))
    draw_frame(monkeypatch)
    ws = Workspace()
    yield ws
    ws.home.close()


def opened(dataset: str, tab: str = "range", **state: Any) -> AppTest:
    chosen = {"choice.dataset": dataset, "choice.study": study_of(Workspace(), dataset), "rec.tab": tab}
    return open_page(places.RECOMMENDATIONS, **{**chosen, **state})


def study_of(ws: Workspace, dataset: str) -> str:
    """The study that the home was made with, whatever a test has added since."""
    return [run.id for run in ws.runs() if run.kind == "study" and run.dataset == dataset][-1]


def looks(ws: Workspace) -> list[tuple[str, str]]:
    with ws.home.engine.connect() as connection:
        return [(row.action, row.subject) for row in connection.execute(select(access_log))]


def test_the_slider_moves_the_list_of_one_shopper(full: Workspace) -> None:
    sample = full.sample().id
    run = study_of(full, sample)
    app = opened(sample)
    user = full.shopfront.shoppers(run, "many")[0]
    slider = app.select_slider(key=f"rec.epsilon.{run}.statistics")

    assert slider.options == ["ε 1", "ε 4", text("epsilon.none")]
    for epsilon in (1.0, 4.0, math.inf):
        slider = app.select_slider(key=f"rec.epsilon.{run}.statistics")
        sound(slider.set_value(epsilon).run())
        (wanted,) = full.shopfront.recommend_for(run, user, [("statistics", epsilon)], 8)
        titles = wanted.new["title"].tolist()
        assert f"**{text('method.statistics')}, {epsilon_words(epsilon)}**" in words_of(app)
        assert all(f"{place}\\. **" in words_of(app) for place in range(1, len(titles) + 1))
        assert titles[0].split()[0] in words_of(app)


def test_marks_are_against_the_reference_that_was_chosen(full: Workspace) -> None:
    sample = full.sample().id
    run = study_of(full, sample)
    user = full.shopfront.shoppers(run, "many")[0]
    app = opened(sample)

    sound(app.selectbox(key=f"rec.reference.{run}.statistics").set_value(4.0).run())

    low, high, _ = full.shopfront.along(run, user, "statistics", 8)
    both = len(set(low.new["item_id"]) & set(high.new["item_id"]))
    assert text("shopper.kept", n=both, k=8, reference=text("epsilon.value", epsilon=4.0)) in words_of(app)
    assert words_of(app).count(f"[{text('rec.change.new')}]") == 8 - both


def test_content_costs_nothing_and_has_no_slider(full: Workspace) -> None:
    sample = full.sample().id
    app = opened(sample, **{f"rec.method.{study_of(full, sample)}": "content"})

    assert text("shopper.free") in words_of(app)
    assert not app.select_slider


def test_a_filter_that_leaves_nothing_says_so_in_every_tab(full: Workspace) -> None:
    sample = full.sample().id
    items = full.shopfront.recommend_for(study_of(full, sample), "nobody", [("popularity", 4.0)], 10_000)[0].new
    gone = "\n".join(items["item_id"])
    for tab in ("range", "compare", "pair"):
        assert text("rec.none") in words_of(opened(sample, tab, **{"rec.stock": gone}))


def test_two_shoppers_are_compared_and_what_they_share_is_counted(full: Workspace) -> None:
    sample = full.sample().id
    run = study_of(full, sample)
    first, second = full.shopfront.shoppers(run, "many")[:2]
    lists = [
        full.shopfront.recommend_for(run, user, [("statistics", 1.0)], 8, reasons=False)[0] for user in (first, second)
    ]
    n = len(set(lists[0].new["item_id"]) & set(lists[1].new["item_id"]))
    own = [set(full.shopfront.history(run, user)["item_id"]) for user in (first, second)]

    app = opened(sample, "pair", **{"rec2.kind": "many", "rec2.place": 1})

    assert text("shopper.pair.shared", n=n, k=8, own=len(own[0] & own[1])) in [found.value for found in app.info]
    assert words_of(app).count(f"[{text('rec.change.both')}]") == 2 * n
    assert n > 0


def test_before_and_after_says_that_the_model_stays(full: Workspace) -> None:
    app = opened(full.sample().id, "anonymised")

    assert text("shopper.anonymised.what") in words_of(app)
    assert text("shopper.anonymised.model") in words_of(app)
    left_out = "; ".join(text(f"anonymization.{name}") for name in ("k_anonymity", "km_anonymity"))
    assert text("shopper.anonymised.left_out", options=left_out) in words_of(app)


def test_typical_shoppers_of_the_sample_have_cards(full: Workspace) -> None:
    sample = full.sample().id
    found = full.shopfront.gallery(study_of(full, sample))
    app = opened(sample, **{"rec.kind": "typical"})

    sound(app.button(key="rec.card.bargain").click().run())

    assert text("rec.history", user=next(one.user_id for one in found if one.kind == "bargain")).split()[-1] in [
        expander.label.split()[-1] for expander in app.expander
    ]


def test_a_gallery_of_real_shoppers_is_off_until_somebody_permits_it(full: Workspace) -> None:
    private = private_id(full)
    app = opened(private, **{"rec.kind": "typical"})
    assert text("gallery.off") in [found.value for found in app.info]
    assert not app.tabs

    full.shopfront.allow_gallery(private, by="o@shop", reason="board")
    try:
        app = opened(private, **{"rec.kind": "typical"})
        run = study_of(full, private)
        ids = [one.user_id for one in full.shopfront.gallery(run)]
        labels = [expander.label for expander in app.expander]
        assert any(full.shopfront.gallery(run)[0].pseudonym[:8] in label for label in labels)
        assert text("gallery.no_times") in words_of(app)
        assert all(user not in words_of(app) + " ".join(labels) for user in ids)
        assert all("timestamp" not in table.value for table in app.dataframe)
        assert ("gallery.seen", run) in looks(full)
        pair = opened(private, "pair", **{"rec.kind": "typical"})
        assert not [one for one in pair.segmented_control if one.key == "rec2.kind"], "no id beside a pseudonym"
    finally:
        full.shopfront.forbid_gallery(private, by="o@shop", reason="over")


def test_each_shopper_who_is_looked_at_is_one_row_of_the_access_log_without_a_name(full: Workspace) -> None:
    private = private_id(full)
    run = study_of(full, private)
    before = looks(full)
    app = opened(private)
    sound(app.run())
    assert looks(full)[len(before) :] == [("shopper.seen", run)]

    sound(app.button(key="another").click().run())

    assert looks(full)[len(before) :] == [("shopper.seen", run)] * 2


def test_a_study_with_one_epsilon_says_what_is_missing(full: Workspace) -> None:
    sample = full.sample().id
    run = full.submit_study(sample, StudySettings(methods=("popularity",), epsilons=(2.0,)))
    work_now(run)
    app = opened(sample, **{"choice.study": run})

    assert text("shopper.one_epsilon", epsilon=2.0) in words_of(app)


# Pictures and small functions.


def test_the_picture_of_churn_marks_where_the_slider_stands_and_says_both_ends() -> None:
    own = [(0.5, 0.75), (8.0, 0.25), (math.inf, 0.0)]
    figure = churn_line(own, [(0.5, 0.6), (8.0, 0.0)], 8.0, text("room.watermark"))

    assert list(figure.data[1].y) == [0.75, 0.25, 0.0]
    assert list(figure.data[1].marker.size) == [7, 13, 7]
    assert figure.layout.annotations[0].text == text("room.watermark")
    assert "75%" in churn_takeaway(own, math.inf)
    assert churn_line(own, [], 8.0).layout.showlegend is False


def test_bars_of_signals_are_coloured_by_where_they_come_from() -> None:
    signals = {"together": 2.0, "content": 1.0, "popularity": -1.0, "price": 0.0}
    figure = signal_bars(signals)

    assert list(figure.data[0].x) == [1.0], "own: content; price adds nothing"
    assert list(figure.data[1].x) == [-1.0, 2.0]
    assert noisy_share(signals) == (2 + 1) / 4
    assert "+2.00" in signals_takeaway(signals)
    assert "2.00" in signals_takeaway(signals)


def test_the_slider_begins_at_the_nearest_epsilon() -> None:
    assert nearest_of([0.5, 2.0, 8.0, math.inf], 3.0) == 2.0
    assert nearest_of([0.0], 3.0) == 0.0


@pytest.mark.parametrize("tab", ["range", "compare", "pair", "anonymised"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shopper_nobody_knows_can_be_looked_at_in_every_way(full: Workspace, tab: str, language: str) -> None:
    stranger = {"rec.kind": "search", "rec.search": "nobody-of-this-name"}
    with speaking(language):  # a page speaks in this thread: the other tests' words are English
        app = opened(private_id(full), tab, **stranger, **{"choice.language": language})

        assert app.tabs
        assert text("rec.unknown") in [found.value for found in app.info]


def test_why_is_answered_below_the_product_and_closed_again(full: Workspace) -> None:
    app = opened(full.sample().id)
    assert text("why.speakers") not in words_of(app)

    sound(app.button(key="why_0").click().run())
    assert text("why.speakers") in words_of(app)
    assert text("why.private.statistics", epsilon=1.0) in words_of(app)

    sound(app.button(key="why_0").click().run())
    assert text("why.speakers") not in words_of(app)


def test_why_without_noise_says_that_it_is_exact(full: Workspace) -> None:
    sample = full.sample().id
    run = study_of(full, sample)
    state: dict[str, Any] = {f"rec.epsilon.{run}.statistics": math.inf}
    app = opened(sample, **state)

    sound(app.button(key="why_0").click().run())

    assert text("why.unprotected") in words_of(app)
    assert text("why.private.statistics", epsilon=math.inf) not in words_of(app)
