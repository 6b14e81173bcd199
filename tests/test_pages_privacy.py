"""The Privacy page: what is chosen is kept, and what it means is said in sentences and pictures that agree."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.privacy.explain import event_level, odds, of_100, rounded_up, shopper_level
from core.privacy.harm import for_household
from core.privacy.published import published, with_epsilon
from core.settings import AnonymizationSettings, PrivacySettings
from core.texts import text
from core.workspace import Workspace
from pages.shared import places
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of

DELTA = 1e-5


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def full(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def unfolded(ws: Workspace, **more: Any) -> dict[str, Any]:
    """A session of the private shop in which what is folded on this page stands open."""
    dataset_id = private_id(ws)
    who = {f"who.{dataset_id}": "household", "household_box": True, "why_not_event": True}
    return {"choice.dataset": dataset_id, "follows.en": text("privacy.roc.tab"), **who, **more}


def pictures_of(app: Any) -> dict[str, Any]:
    """The figures of a page by their keys."""
    return {chart.proto.id.rsplit("-", 1)[-1]: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def test_what_is_chosen_on_the_privacy_page_is_kept(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})

    sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(2.5).run())

    assert full.privacy(dataset_id).epsilon == 2.5
    full.set_privacy(dataset_id, PrivacySettings())


def test_what_is_done_to_rows_is_one_line_and_stays_as_it_was_chosen(full: Workspace) -> None:
    dataset_id = private_id(full)
    chosen = PrivacySettings(anonymization=AnonymizationSettings(coarsen_time="day", suppress_items_below=5))
    full.set_privacy(dataset_id, chosen)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})

    sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(2.0).run())

    words = words_of(app)
    assert text("privacy.rows.study", options="pseudonyms for ids, time cut to the day") in words
    assert text("privacy.rows.files", options="products of fewer than 5 shoppers dropped") in words
    assert full.privacy(dataset_id) == chosen.model_copy(update={"epsilon": 2.0})
    full.set_privacy(dataset_id, PrivacySettings())


def test_no_protection_is_offered_for_the_sample_only(full: Workspace) -> None:
    labels = {
        info.kind: [toggle.label for toggle in open_page(places.PRIVACY, **{"choice.dataset": info.id}).toggle]
        for info in full.datasets()
    }

    assert text("privacy.epsilon.none") in labels["sample"]
    assert text("privacy.epsilon.none") not in labels["private"]


def test_a_delta_that_gives_a_shopper_away_is_refused(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})
    app.checkbox(key=f"delta.own.{dataset_id}").check().run()

    app.number_input(key=f"delta.{dataset_id}").set_value(0.1).run()

    assert "1/N" in app.error[0].value
    assert full.privacy(dataset_id).delta != 0.1


def test_the_attackers_odds_follow_the_prior_that_is_chosen(full: Workspace) -> None:
    """ε 1: 1 of 100 becomes at most 3, 50 of 100 at most 74 (e / (1 + e) = 0.731, rounded up)."""
    app = open_page(places.PRIVACY, **{"choice.dataset": private_id(full)})
    assert text("privacy.odds.guess", before=1, after=3) in words_of(app)

    sound(app.select_slider(key="odds.prior").set_value(50).run())

    assert text("privacy.odds.guess", before=50, after=74) in words_of(app)
    assert sum(colour == "#000002" for colour in pictures_of(app)["odds_after"]["data"][0]["marker"]["color"]) == 74


def test_every_meaning_of_epsilon_is_a_sentence_and_a_picture(full: Workspace) -> None:
    app = open_page(places.PRIVACY, **unfolded(full))

    found = odds(1.0, DELTA)
    called, left = (f"{rounded_up(level(1.0, DELTA, 20)):,g}" for level in (event_level, shopper_level))
    two, three, four = (f"{rounded_up(shopper_level(1.0, DELTA, people)):,g}" for people in (2, 3, 4))
    words = words_of(app)
    assert f"is right in at most {of_100(found.guess_right)} of 100" in words
    assert f"finds at most {of_100(found.tpr_at_fpr_1_percent)} of 100 who were" in words
    assert text("privacy.events.what", called=called, left=left, epsilon=1.0, n=20) in words
    assert text("privacy.household.what", two=two, three=three, four=four) in words
    assert {"guess_bar", "roc_curve", "events_axis", "household_bars"} <= set(pictures_of(app))


def test_the_pictures_follow_the_epsilon_that_is_chosen(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **unfolded(full))

    sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(4.0).run())

    bars = pictures_of(app)["household_bars"]["data"][0]["text"]
    assert bars == [f"ε {rounded_up(shopper_level(4.0, DELTA, people)):g}" for people in (1, 2, 3, 4)]
    full.set_privacy(dataset_id, PrivacySettings())


def test_this_shops_usual_and_busiest_shopper_stand_among_the_events(full: Workspace) -> None:
    dataset_id = private_id(full)
    totals = full.profile(dataset_id).totals
    app = open_page(places.PRIVACY, **unfolded(full))

    labels = pictures_of(app)["events_axis"]["data"][-1]["y"]
    assert text("promise.events.one") in labels
    assert text("promise.events.most", n=round(totals["most_events"])) in labels
    assert text("promise.events.median", n=round(totals["median_events"])) in labels


def test_every_picture_says_its_takeaway_to_whoever_cannot_see_it(full: Workspace) -> None:
    for tab in ("privacy.odds.tab", "published.tab", "privacy.roc.tab"):
        app = open_page(places.PRIVACY, **unfolded(full, **{"follows.en": text(tab)}))

        assert len(app.get("plotly_chart")) >= 3
        for chart in app.get("plotly_chart"):
            assert any(letter.isdigit() for letter in chart.proto.alt), chart.proto.id


def test_without_protection_no_picture_promises_anything(full: Workspace) -> None:
    sample = full.sample().id
    app = open_page(places.PRIVACY, **unfolded(full, **{"choice.dataset": sample}))

    sound(app.toggle(key=f"none.{sample}").set_value(True).run())

    assert text("privacy.epsilon.none.what") in [warning.value for warning in app.warning]
    assert not {"guess_bar", "roc_curve", "events_axis", "household_bars"} & set(pictures_of(app))
    full.set_privacy(sample, PrivacySettings())


def test_an_answer_on_harm_writes_its_epsilon_and_delta_in_sight(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})
    assert app.radio(key=f"harm.{dataset_id}").value is None

    sound(app.radio(key=f"harm.{dataset_id}").set_value("likely").run())

    assert (full.privacy(dataset_id).epsilon, full.privacy(dataset_id).delta) == (0.05, 1e-7)
    assert app.number_input(key=f"delta.{dataset_id}").value == 1e-7
    assert app.select_slider(key=f"slider.{dataset_id}").value == 0.05
    assert not app.warning
    full.set_privacy(dataset_id, PrivacySettings())


def test_whoever_moves_epsilon_knows_their_own(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})
    app.radio(key=f"harm.{dataset_id}").set_value("could").run()

    sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(2.0).run())

    assert app.radio(key=f"harm.{dataset_id}").value == "own"
    assert (full.privacy(dataset_id).epsilon, full.privacy(dataset_id).delta) == (2.0, 1e-6)
    full.set_privacy(dataset_id, PrivacySettings())


def test_severe_harm_proposes_nothing_and_changes_nothing(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})

    sound(app.radio(key=f"harm.{dataset_id}").set_value("severe").run())

    assert text("harm.severe.what") in [info.value for info in app.info]
    assert full.privacy(dataset_id) == PrivacySettings()


def test_a_stored_choice_is_the_answer_when_one_comes_back(full: Workspace) -> None:
    dataset_id = private_id(full)
    full.set_privacy(dataset_id, PrivacySettings(epsilon=0.25, delta=1e-6))

    assert open_page(places.PRIVACY, **{"choice.dataset": dataset_id}).radio(key=f"harm.{dataset_id}").value == "could"

    full.set_privacy(dataset_id, PrivacySettings())


def test_published_systems_stand_beside_the_chosen_epsilon(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id, "follows.en": text("published.tab")})

    sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(5.0).run())

    entries = with_epsilon(published().entries, "person")
    below = sum((entry.epsilon or 0) <= 5 for entry in entries)
    low, high = entries[0].epsilon, entries[-1].epsilon
    values = {"n": len(entries), "low": low, "high": high, "below": below, "epsilon": 5.0}
    assert 0 < below < len(entries)
    assert text("published.person", **values) in words_of(app)
    full.set_privacy(dataset_id, PrivacySettings())


def test_nothing_that_is_folded_is_worked_out(full: Workspace) -> None:
    app = open_page(places.PRIVACY, **{"choice.dataset": private_id(full)})

    assert set(pictures_of(app)) == {"odds_before", "odds_after"}


def test_a_household_can_have_the_epsilon_that_was_meant(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id, f"who.{dataset_id}": "household"})

    sound(app.button(key=f"for_household.{dataset_id}").click().run())

    chosen = full.privacy(dataset_id).epsilon
    assert chosen == for_household(1.0, DELTA, 2)
    assert chosen is not None
    assert 0.9 < shopper_level(chosen, DELTA, 2) <= 1
    full.set_privacy(dataset_id, PrivacySettings())


def test_a_limit_on_rows_is_counted_and_sets_nothing(full: Workspace) -> None:
    dataset_id = private_id(full)
    counts = full.row_counts(dataset_id)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id})

    sound(app.select_slider(key=f"cap.{dataset_id}").set_value(5).run())

    rows = ((counts["rows"] - 5).clip(lower=0) * counts["users"]).sum() / (counts["rows"] * counts["users"]).sum()
    shoppers = counts.loc[counts["rows"] > 5, "users"].sum() / counts["users"].sum()
    assert text("unit.cap.drops", most=5, rows=rows, shoppers=shoppers) in words_of(app)
    assert full.privacy(dataset_id).anonymization.max_events_per_shopper is None


def test_the_noise_on_this_shops_products_is_simulated_and_charges_nothing(full: Workspace) -> None:
    dataset_id = private_id(full)
    before = full.ledger()
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id, "follows.en": text("noise.tab")})
    assert len(pictures_of(app)["noise_picture"]["data"]) == 1

    sound(app.button(key=f"draw.{dataset_id}.button").click().run())
    first = pictures_of(app)["noise_picture"]["data"]
    sound(app.button(key=f"draw.{dataset_id}.button").click().run())
    second = pictures_of(app)["noise_picture"]["data"]

    assert text("noise.simulated") in words_of(app)
    assert sum(len(trace["y"]) for trace in first[1:]) == 10
    assert [trace["x"] for trace in first[1:]] != [trace["x"] for trace in second[1:]]
    assert full.ledger() == before


def test_real_shoppers_picture_is_marked_and_the_samples_is_not(full: Workspace) -> None:
    for info in full.datasets():
        app = open_page(places.PRIVACY, **{"choice.dataset": info.id, "follows.en": text("noise.tab")})

        words = [note["text"] for note in pictures_of(app)["noise_picture"]["layout"].get("annotations", [])]
        assert words == ([] if info.kind == "sample" else [text("room.watermark")])


def test_the_slider_moves_the_noise(full: Workspace) -> None:
    dataset_id = private_id(full)
    app = open_page(places.PRIVACY, **{"choice.dataset": dataset_id, "follows.en": text("noise.tab")})
    widths = []

    for epsilon in (0.5, 1.0, 2.0, 4.0, 8.0):
        sound(app.number_input(key=f"epsilon.{dataset_id}").set_value(epsilon).run())
        widths.append(pictures_of(app)["noise_picture"]["data"][0]["error_x"]["value"])

    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 5
    full.set_privacy(dataset_id, PrivacySettings())
