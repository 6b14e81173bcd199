"""The paragraph that sums the promise up: its numbers are those of the formulas, in every language."""

import math

import pytest

from core.privacy.explain import odds, rounded_up, shopper_level
from core.settings import PrivacySettings
from core.texts import LANGUAGES, speaking, text
from core.workspace import Workspace
from pages.shared import places
from pages.shared.privacy_promise import paragraph
from tests.opened_pages import draw_frame, open_page, sound, words_of


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(tmp_path_factory.mktemp("home")))
    return Workspace().sample().id


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(("epsilon", "delta"), [(0.05, 1e-7), (1.0, 1e-5), (8.0, 1e-5)])
def test_every_number_of_the_promise_stands_in_it_and_none_is_rounded_in_its_favour(
    language: str, epsilon: float, delta: float
) -> None:
    """What 1 of 100 may become is e^ε / (e^ε + 99), rounded up to a hundredth."""
    after = math.ceil(100 * math.exp(epsilon) / (math.exp(epsilon) + 99) - 1e-9)

    with speaking(language):
        words = paragraph(4_338, epsilon, delta, None)

    assert f"ε {epsilon:g}" in words
    assert f"{delta:.7f}".rstrip("0") in words
    assert str(after) in words
    assert f"ε {rounded_up(shopper_level(epsilon, delta, 2)):,g}" in words
    assert f"{rounded_up(100 * odds(epsilon, delta).failure, 1):g} %" in words
    assert "4,338" in words


def test_a_counted_number_of_shoppers_is_told_from_a_declared_one() -> None:
    assert text("promise.counted", n=4_338) in paragraph(4_338, 1.0, 1e-5, None)
    assert text("promise.declared", n=4_000) in paragraph(4_338, 1.0, 1e-5, 4_000)


def test_the_page_ends_in_the_promise_ready_to_be_copied(sample: str) -> None:
    app = open_page(places.PRIVACY, **{"choice.dataset": sample})

    sound(app.number_input(key=f"epsilon.{sample}").set_value(2.0).run())

    assert [block.value for block in app.code] == [paragraph(3_000, 2.0, 1e-5, None)]


def test_no_protection_promises_nothing(sample: str) -> None:
    Workspace().set_privacy(sample, PrivacySettings(epsilon=None))

    app = open_page(places.PRIVACY, **{"choice.dataset": sample})

    assert not app.code
    assert text("promise.nothing") in words_of(app)
