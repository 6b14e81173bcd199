"""One option of anonymisation as a card: its widget, what it does and does not protect, what it does here."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.anonymizer import ColumnFacts, Preview
from core.columns import Columns
from core.settings import AnonymizationSettings
from core.texts import plain, said, text
from core.workspace import DatasetInfo
from pages.shared.fields import choices, keep, limits

LARGEST = 10**6
COMPUTED = ("events_band", "first_month", "last_month", "favourite_category", "price_band")
OWN = (Columns.TIMESTAMP, Columns.CATEGORY, Columns.PRICE, Columns.RATING, Columns.TEXT)


@dataclass(frozen=True)
class Sheet:
    """What the options are drawn from, and where the sentence of each about this data goes."""

    info: DatasetInfo
    stored: AnonymizationSettings
    facts: ColumnFacts
    slots: dict[str, Any] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """Name the widget of an option."""
        return f"{prefix(self.info)}{name}"


def prefix(info: DatasetInfo) -> str:
    """Begin the names of all widgets of the options on one dataset."""
    return f"anonymize.{info.id}."


@contextmanager
def card(sheet: Sheet, name: str) -> Iterator[None]:
    """Draw a frame for an option; beneath its widgets, the sentences."""
    with st.container(border=True, height="stretch", key=f"card_{name}"):
        yield
        st.caption(text(f"anonymization.{name}.what"))
        st.caption(text("anonymization.not", what=text(f"anonymization.{name}.not")))
        sheet.slots[name] = st.empty()


@contextmanager
def group(sheet: Sheet, name: str, options: Iterable[str], *, is_first: bool = False) -> Iterator[None]:
    """Fold options that belong together; open where one of them is on, or has been since the page was opened."""
    untouched = AnonymizationSettings(pseudonymize=False)
    key = sheet.key(f"open.{name}")
    is_on = is_first or any(getattr(sheet.stored, option) != getattr(untouched, option) for option in options)
    st.session_state[key] = bool(st.session_state.get(key)) or is_on
    with st.expander(f"**{text(f'anonymization.group.{name}')}**", expanded=st.session_state[key]):
        yield


def toggle(sheet: Sheet, name: str, first: bool) -> bool:
    """Draw the switch of an option."""
    return st.toggle(text(f"anonymization.{name}"), key=keep(sheet.key(f"{name}.on"), first))


def choice(sheet: Sheet, name: str, first: str, help: str | None = None) -> str:
    """Draw an option that is one of a few words."""
    return str(
        st.selectbox(
            text(f"anonymization.{name}"),
            choices(AnonymizationSettings, name),
            format_func=lambda word: text(f"anonymization.{name}.{word}"),
            key=keep(sheet.key(name), first),
            help=help,
        )
    )


def amount(sheet: Sheet, name: str, first: int | None, start: int) -> int | None:
    """Draw a switch and, where it is on, a whole number; limits are the setting's own."""
    if not toggle(sheet, name, first is not None):
        return None
    low, high = limits(AnonymizationSettings, name)
    label, key = text(f"anonymization.{name}.value"), keep(sheet.key(name), first or start)
    return int(st.number_input(label, int(low or 1), int(high or LARGEST), key=key))


def number(sheet: Sheet, name: str, first: float | None, least: float, most: float, start: float) -> float | None:
    """Draw a switch and, where it is on, a number."""
    if not toggle(sheet, name, first is not None):
        return None
    label, key = text(f"anonymization.{name}.value"), keep(sheet.key(name), float(first or start))
    return float(st.number_input(label, least, most, key=key, format="%g"))


def say_effects(sheet: Sheet, settings: AnonymizationSettings, preview: Preview) -> None:
    """Write, under each option that is on, what it does to this data."""
    found: dict[str, list[str]] = {}
    for change in preview.changes:
        found.setdefault(change.option, []).append(plain(in_words(said(change.sentence))))
    nothing = AnonymizationSettings(pseudonymize=False)
    for name, slot in sheet.slots.items():
        if getattr(settings, name) != getattr(nothing, name):
            sentence = " ".join(found.get(name) or [text("anonymization.preview.none")])
            slot.markdown(f":small[:blue[{sentence}]]")


def shopper_column(name: str) -> str:
    """Name a column of the table of shoppers: the computed ones by their words, others as they were uploaded."""
    return text(f"anonymization.shopper.{name}") if name in COMPUTED else name


def in_words(sentence: str) -> str:
    """Put words in place of the names of computed columns in a sentence.

    Example:
        >>> in_words("Alike in events_band.")
        'Alike in “How many events (in bands)”.'
    """
    return re.sub(rf"\b({'|'.join(COMPUTED)})\b", lambda found: f"“{shopper_column(found[0])}”", sentence)


def column_name(name: str) -> str:
    """Name a column as the screen does: Tact's own by their words, others as they were uploaded."""
    return text(f"column.{name}") if name in OWN else name
