"""The Anonymisation page: options that are kept and tried at once, a risk that is measured, files to take along."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.anonymizer import UNTOUCHED, Anonymizer, ColumnFacts, Preview
from core.errors import SettingsError
from core.settings import AnonymizationSettings, PrivacySettings, build
from core.texts import text
from core.workspace import Workspace
from pages.shared import places
from pages.shared.anonymize_form import parse_bands
from tests.opened_pages import badges_of, draw_frame, make_studied, open_page, private_id, sound, words_of, work_now

FILES_ONLY = {"suppress_items_below": 5, "km_anonymity": {"k": 3, "m": 2}}


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def full(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    ws = Workspace()
    ws.set_privacy(private_id(ws), PrivacySettings())
    return ws


def opened(ws: Workspace, **settings: Any) -> AppTest:
    """Open the page on private data, with these options chosen before."""
    if settings:
        choose(ws, settings)
    return open_page(places.ANONYMIZATION, **{"choice.dataset": private_id(ws)})


def choose(ws: Workspace, settings: dict[str, Any]) -> None:
    chosen = build(AnonymizationSettings, settings)
    ws.set_privacy(private_id(ws), PrivacySettings(anonymization=chosen))


def stored(ws: Workspace) -> AnonymizationSettings:
    return ws.privacy(private_id(ws)).anonymization


def widget(ws: Workspace, name: str) -> str:
    return f"anonymize.{private_id(ws)}.{name}"


@pytest.mark.slow
def test_what_is_chosen_is_kept_and_the_promise_stays(full: Workspace) -> None:
    full.set_privacy(private_id(full), PrivacySettings(epsilon=2.5))
    app = opened(full)

    sound(app.selectbox(key=widget(full, "coarsen_time")).set_value("day").run())
    sound(app.toggle(key=widget(full, "max_events_per_shopper.on")).set_value(True).run())
    sound(app.number_input(key=widget(full, "max_events_per_shopper")).set_value(7).run())

    assert (stored(full).coarsen_time, stored(full).max_events_per_shopper) == ("day", 7)
    assert full.privacy(private_id(full)).epsilon == 2.5


def test_each_option_that_is_on_tells_what_it_does_to_this_data(full: Workspace) -> None:
    app = opened(full, coarsen_time="day", suppress_items_below=5)

    blue = [element.value for element in app.markdown if element.value.startswith(":small[:blue[")]
    assert len(blue) == 3  # pseudonyms, time, rare products
    assert any("are cut to the day" in sentence for sentence in blue)
    assert any("touched by fewer than 5 shoppers" in sentence for sentence in blue)


def test_every_option_says_what_it_does_not_protect(full: Workspace) -> None:
    words = words_of(opened(full))

    for name in set(AnonymizationSettings.model_fields) - {"pseudonym_format"}:
        assert text(f"anonymization.{name}.what") in words, name
        assert text("anonymization.not", what=text(f"anonymization.{name}.not")) in words, name


def test_with_thresholds_the_page_says_that_no_study_uses_them(full: Workspace) -> None:
    without, with_ones = opened(full), opened(full, **FILES_ONLY)

    said = text("anonymization.files_only.on")
    assert said not in [info.value for info in without.info]
    assert said in [info.value for info in with_ones.info]
    assert text("anonymization.files_only") in badges_of(with_ones)


def test_a_study_leaves_thresholds_out_and_says_so_beforehand(full: Workspace) -> None:
    choose(full, {"coarsen_time": "week", **FILES_ONLY})
    app = open_page(places.TRAINING, **{"choice.dataset": private_id(full)})

    files = "products of fewer than 5 shoppers dropped, k^m-anonymity over baskets with k = 3"
    assert text("training.rows", options="time cut to the week") in words_of(app)
    assert text("training.rows.files", options=files) in words_of(app)

    sound(app.button(key="start").click().run())
    run = full.runs()[0]
    full.cancel(run.id)

    assert run.settings["anonymization"]["coarsen_time"] == "week"
    assert build(AnonymizationSettings, run.settings["anonymization"]).thresholds == ()


def test_noise_in_every_event_is_never_shown_without_the_shopper(full: Workspace) -> None:
    """ε 2 an event is 2 · n for a shopper of n events; a limit of 10 events bounds it by 20 for anybody."""
    most = round(full.profile(private_id(full)).totals["most_events"])
    free, capped = opened(full, local_epsilon=2.0), opened(full, local_epsilon=2.0, max_events_per_shopper=10)

    assert text("anonymization.local_epsilon.adds_up", event=2.0, shopper=2.0 * most, n=most) in words_of(free)
    assert text("anonymization.local_epsilon.adds_up", event=2.0, shopper=20.0, n=10) in words_of(capped)
    shown = {metric.label: metric.value for metric in capped.metric}
    assert shown[text("anonymization.local_epsilon.event")] == "ε 2"
    assert shown[text("anonymization.local_epsilon.cap", n=10)] == "ε 20"


def test_k_anonymity_waits_for_a_column(full: Workspace) -> None:
    app = opened(full)

    sound(app.toggle(key=widget(full, "k_anonymity.on")).set_value(True).run())
    assert text("anonymization.k_anonymity.columns.none") in [warning.value for warning in app.warning]
    assert stored(full).k_anonymity is None
    sound(app.multiselect(key=widget(full, "k_anonymity.columns")).set_value(["events_band"]).run())

    groups = stored(full).k_anonymity
    assert groups is not None
    assert (groups.k, groups.columns, groups.how) == (5, ("events_band",), "generalize")


def test_nothing_is_a_choice_too_and_any_change_is_ones_own(full: Workspace) -> None:
    app = opened(full, coarsen_time="week")
    preset = f"preset.{private_id(full)}"
    assert app.radio(key=preset).value == "own"

    sound(app.radio(key=preset).set_value("none").run())
    assert stored(full) == UNTOUCHED
    assert text("anonymization.risk.lead.none") in words_of(app)
    assert app.selectbox(key=widget(full, "coarsen_time")).value == "exact"

    sound(app.selectbox(key=widget(full, "coarsen_time")).set_value("hour").run())
    assert app.radio(key=preset).value == "own"


def test_columns_that_look_like_identifiers_are_named(full: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = ColumnFacts(("contact", "*note*"), (), {"contact": "email"}, (), True, True, {})
    monkeypatch.setattr(Anonymizer, "columns", lambda *_: facts)
    monkeypatch.setattr(Anonymizer, "effects", lambda *_: Preview((), 1, 1))
    app = opened(full)

    said = text("anonymization.found.one", column="contact", kind=text("anonymization.kind.email"))
    assert [said in warning.value for warning in app.warning] == [True]

    sound(app.button(key="drop_found").click().run())
    assert stored(full).drop_columns == ("contact",)
    assert not any(said in warning.value for warning in app.warning)


def test_what_does_not_fit_this_data_is_a_sentence_and_the_page_stays(
    full: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Preview:
        raise SettingsError("There is no column *x*. There are a, b.")

    monkeypatch.setattr(Anonymizer, "effects", refuse)
    app = opened(full, coarsen_time="month", max_products_per_shopper=17)

    assert any("There is no column" in warning.value for warning in app.warning)
    assert app.button(key="next_privacy").label == text("next.privacy")


def test_large_data_are_tried_on_a_stated_sample(full: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Anonymizer, "effects", lambda *_: Preview((), 40_000, 400_000))
    app = opened(full, coarsen_time="month", max_products_per_shopper=18)

    assert text("anonymization.preview.sample", shoppers=40_000, of=400_000) in words_of(app)


def test_the_risk_is_measured_in_the_background_and_found_again(full: Workspace) -> None:
    app = opened(full, coarsen_time="week")
    sound(app.button(key="measure_risk").click().run())
    run = full.runs()[0]
    assert (run.kind, run.status) == ("anonymize", "queued")
    assert app.button(key="measure_risk").disabled
    assert app.button(key="cancel").label == text("training.cancel")

    work_now(run.id)
    fresh = opened(full)  # another session, as after a reload

    assert full.run(run.id).status == "done", full.run(run.id).error
    assert text("anonymization.risk.found") in [header.value for header in fresh.subheader]
    assert text("anonymization.risk.stale") not in [warning.value for warning in fresh.warning]
    shown = {button.label for button in fresh.download_button}
    assert {text("anonymization.files.zip"), text("anonymization.files.certificate")} <= shown
    assert all(any(letter.isdigit() for letter in chart.proto.alt) for chart in fresh.get("plotly_chart"))
    assert len(fresh.get("plotly_chart")) == 4
    costs = fresh.dataframe[0].value.set_index(text("anonymization.cost.option"))
    assert costs.loc[text("anonymization.cost.coarsen_time"), text("anonymization.cost.rows_kept")] == "100.0%"
    assert text("anonymization.cost.all") in costs.index


def test_the_certificate_is_a_stranger_to_the_page(full: Workspace) -> None:
    """As a data address it has an origin of its own: whatever were in it could reach nothing of the page."""
    run_id = full.anonymizer.submit(private_id(full), stored(full))
    work_now(run_id)
    app = opened(full)

    sound(app.toggle(key="certificate_shown").set_value(True).run())

    assert [frame.proto.src[:21] for frame in app.get("iframe")] == ["data:text/html;charse"]


def test_of_untouched_data_one_risk_is_shown_and_no_cost(full: Workspace) -> None:
    full.set_privacy(private_id(full), PrivacySettings(anonymization=UNTOUCHED))
    work_now(full.anonymizer.submit(private_id(full), UNTOUCHED))

    app = opened(full)

    assert text("anonymization.risk.untouched") in words_of(app)
    assert text("anonymization.cost") not in words_of(app)
    assert " after" not in next(words for words in words_of(app).splitlines() if "known purchases" in words)


def test_a_result_says_that_it_is_of_other_options(full: Workspace) -> None:
    run_id = full.anonymizer.submit(private_id(full), UNTOUCHED)
    work_now(run_id)

    app = opened(full, coarsen_time="month")

    assert text("anonymization.risk.stale") in [warning.value for warning in app.warning]


@pytest.mark.parametrize("name", ["internal", "partner", "publication"])
def test_a_preset_sets_every_option_and_is_recognised(full: Workspace, name: str) -> None:
    app = opened(full, max_events_per_shopper=3)

    sound(app.radio(key=f"preset.{private_id(full)}").set_value(name).run())
    sound(app.run())

    assert stored(full) == full.anonymizer.presets(private_id(full))[name]
    assert app.radio(key=f"preset.{private_id(full)}").value == name


def test_a_new_key_is_for_whoever_says_that_they_know_what_it_means(full: Workspace) -> None:
    app = opened(full)
    version, _ = full.anonymizer.key_version()
    assert app.button(key="rotate").disabled

    sound(app.checkbox(key=f"key.sure.{version}").check().run())
    sound(app.button(key="rotate").click().run())

    assert full.anonymizer.key_version()[0] == version + 1
    assert app.button(key="rotate").disabled


@pytest.mark.parametrize(
    ("words", "bands"),
    [("5, 10,25", (5.0, 10.0, 25.0)), ("", ()), ("10, 5", None), ("ten", None), ("5; 10", (5.0, 10.0))],
)
def test_price_bands_are_rising_numbers(words: str, bands: tuple[float, ...] | None) -> None:
    assert parse_bands(words) == bands
