"""What published systems used: the file is as it says, and its strip shows like beside like."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from core.privacy.published import (
    FILE,
    GROUPS,
    Published,
    Registry,
    n_at_most,
    published,
    with_epsilon,
    without_epsilon,
)
from core.report.published import hover, strip
from core.texts import LANGUAGES


def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def test_every_entry_is_shown_with_its_epsilon_or_named_without() -> None:
    """42 = 28 with an ε + 8 with ρ only + 6 with neither."""
    entries = published().entries
    with_rho, with_neither = without_epsilon(entries)
    shown = sum(len(with_epsilon(entries, group)) for group in GROUPS)

    assert (len(entries), shown, len(with_rho), len(with_neither)) == (42, 28, 8, 6)


def test_the_one_recommender_states_no_epsilon() -> None:
    _, with_neither = without_epsilon(published().entries)

    assert "On-device browser recommendations" in [entry.name for entry in with_neither]


def test_every_note_is_a_sentence_in_every_language() -> None:
    notes = {f"published.note.{entry.note}" for entry in published().entries if entry.note}

    assert notes == {key for key in LANGUAGES["en"] if key.startswith("published.note.")}
    assert notes <= set(LANGUAGES["zh"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epsilon", 0.0),
        ("epsilon", -1.0),
        ("delta", 1.0),
        ("year", 1999),
        ("commit", "main"),
        ("source", "from/memory.yaml"),
        ("group", "household"),
        ("surprise", 1),
    ],
)
def test_an_entry_that_cannot_be_is_refused(field: str, value: object) -> None:
    content = kept()
    content["entries"][0] |= {field: value}

    with pytest.raises(ValidationError, match=field):
        Registry.model_validate(content)


def test_an_entry_without_a_unit_stands_in_no_row_of_a_unit() -> None:
    content = next(entry for entry in kept()["entries"] if entry["group"] == "person")

    with pytest.raises(ValidationError, match="without a unit"):
        Published.model_validate({key: value for key, value in content.items() if key != "unit"})


def test_no_entry_stands_there_twice() -> None:
    content = kept()
    content["entries"].append(content["entries"][0])

    with pytest.raises(ValidationError, match="twice"):
        Registry.model_validate(content)


def test_counting_includes_the_epsilon_itself() -> None:
    entries = with_epsilon(published().entries, "person")

    assert n_at_most(entries, entries[0].epsilon or 0) == 1
    assert n_at_most(entries, 1_000) == len(entries)


def test_each_row_of_the_strip_holds_one_group_and_hides_no_mark() -> None:
    """A row's marks lie less than half a row above its line, and no two at the same place."""
    entries = published().entries
    figure = strip(entries, 1.0)
    marks = [(x, y) for trace in figure.data[:-1] for x, y in zip(trace.x, trace.y, strict=True) if x is not None]

    assert len(marks) == len(set(marks)) == 28
    for row, group in enumerate(GROUPS):
        assert sorted(x for x, y in marks if row - 0.85 < y <= row) == [e.epsilon for e in with_epsilon(entries, group)]
    assert (figure.data[-1].x, figure.data[-1].y) == ((1.0,), (0,))


def test_without_an_epsilon_the_strip_has_no_line_of_ours() -> None:
    assert len(strip(published().entries, None).data) == len(strip(published().entries, 1.0).data) - 1


def test_a_mark_tells_system_curator_year_unit_and_delta() -> None:
    entry = next(entry for entry in published().entries if entry.name == "Assistive AI")

    words = hover(entry)

    for part in ("Assistive AI", "Microsoft, 2020", "User-level", "ε 4", "δ 1e-07"):
        assert part in words
