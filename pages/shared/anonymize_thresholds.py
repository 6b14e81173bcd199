"""Options with a threshold over shoppers: for exported files only, and marked so wherever they stand."""

from typing import Any

import streamlit as st

from core.settings import BasketSettings, GroupSettings
from core.texts import text
from pages.shared.anonymize_cards import Sheet, amount, card, shopper_column, toggle
from pages.shared.fields import choices, keep, limits

START = 5  # shoppers: a usual smallest group


def thresholds(sheet: Sheet) -> dict[str, Any]:
    """Draw rare products, k-anonymity and k^m-anonymity."""
    help_ = text("anonymization.files_only.help")
    st.badge(text("anonymization.files_only"), icon=":material/folder_zip:", color="violet", help=help_)
    values: dict[str, Any] = {}
    left, middle, right = st.columns(3)
    with left, card(sheet, "suppress_items_below"):
        first = sheet.stored.suppress_items_below
        values["suppress_items_below"] = amount(sheet, "suppress_items_below", first, START)
    with middle, card(sheet, "k_anonymity"):
        values["k_anonymity"] = _groups(sheet)
    with right, card(sheet, "km_anonymity"):
        values["km_anonymity"] = _baskets(sheet)
    if any(value is not None for value in values.values()):
        st.info(text("anonymization.files_only.on"), icon=":material/folder_zip:")
    return values


def _groups(sheet: Sheet) -> dict[str, Any] | None:
    first = sheet.stored.k_anonymity
    if not toggle(sheet, "k_anonymity", first is not None):
        return None
    offered = list(dict.fromkeys((*sheet.facts.quasi_identifiers, *(first.columns if first else ()))))
    key = keep(sheet.key("k_anonymity.columns"), list(first.columns) if first else [])
    columns = st.multiselect(text("anonymization.k_anonymity.columns"), offered, format_func=shopper_column, key=key)
    k = _at_least(sheet, "k_anonymity", GroupSettings, first.k if first else START)
    how = st.radio(
        text("anonymization.k_anonymity.how"),
        choices(GroupSettings, "how")[::-1],
        format_func=lambda word: text(f"anonymization.k_anonymity.how.{word}"),
        key=keep(sheet.key("k_anonymity.how"), first.how if first else "generalize"),
    )
    if not columns:
        st.warning(text("anonymization.k_anonymity.columns.none"))
        return None
    return {"k": k, "columns": tuple(columns), "how": how}


def _baskets(sheet: Sheet) -> dict[str, Any] | None:
    first = sheet.stored.km_anonymity
    if not toggle(sheet, "km_anonymity", first is not None):
        return None
    k = _at_least(sheet, "km_anonymity", BasketSettings, first.k if first else START)
    low, high = limits(BasketSettings, "m")
    key = keep(sheet.key("km_anonymity.m"), first.m if first else 2)
    return {"k": k, "m": int(st.number_input(text("anonymization.km_anonymity.m"), int(low), int(high), key=key))}


def _at_least(sheet: Sheet, name: str, kind: type[GroupSettings | BasketSettings], first: int) -> int:
    low, high = limits(kind, "k")
    label, key = text(f"anonymization.{name}.value"), keep(sheet.key(f"{name}.k"), first)
    return int(st.number_input(label, int(low), int(high), key=key))
