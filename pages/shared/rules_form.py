"""Rules that leave rows out: each with what it would do to this file, off until a person turns it on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from core.settings import build
from core.tables.proposed_rules import ProposedRule
from core.tables.rules import NON_PRODUCTS, TIMES, Rules
from core.texts import plain, text
from pages.shared.fields import keep

SIMPLE = ("duplicates", "returns", "impossible_prices", "fold_case")
OLDEST, LATEST = date(1970, 1, 1), date(2099, 12, 31)


def rules_form(proposed: Sequence[ProposedRule], first: Rules, key: str) -> Rules:
    """Draw a switch for each rule that the rows speak for, and fields for those that need a person's word.

    Raises:
        SettingsError: the first day is after the last.
    """
    found = {rule.rule: rule for rule in proposed}
    values: dict[str, Any] = {}
    for name in SIMPLE:
        values[name] = _switch(name, found.get(name), key, on=bool(getattr(first, name)))
    values[NON_PRODUCTS] = _non_products(found.get(NON_PRODUCTS), first.non_products, key)
    if TIMES in found:
        st.caption(plain(found[TIMES].sentence))
    with st.popover(text("data.rules.more"), icon=":material/tune:"):
        values |= _limits(first, key)
    return build(Rules, values)


def _switch(name: str, proposed: ProposedRule | None, key: str, *, on: bool) -> bool:
    """Draw one rule where the rows speak for it, or where it is on already."""
    if proposed is None and not on:
        return False
    with st.container(gap="xxsmall"):  # a sentence stands close to the switch that it is about
        chosen = st.toggle(text(f"data.rule.{name}"), key=keep(f"{key}.{name}", on))
        if proposed is not None:
            st.caption(plain(proposed.sentence))
    return bool(chosen)


def _non_products(proposed: ProposedRule | None, first: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Ask which ids are no products; those that look so are offered once the rule is on."""
    if not _switch(NON_PRODUCTS, proposed, key, on=bool(first)):
        return ()
    offered = list(dict.fromkeys((*first, *(proposed.examples if proposed else ()))))
    chosen = st.multiselect(
        text("data.rule.non_products.which"),
        offered,
        key=keep(f"{key}.codes", offered),
        accept_new_options=True,
        help=text("data.rule.non_products.help"),
    )
    return tuple(chosen)


def _limits(first: Rules, key: str) -> dict[str, Any]:
    """Ask for the largest price and for the first and the last day that a row may have."""
    price = st.number_input(
        text("data.rule.max_price"), min_value=0.01, value=first.max_price, key=f"{key}.max_price", format="%.2f"
    )
    earliest, latest = (
        st.date_input(
            text(f"data.rule.{name}"), getattr(first, name), min_value=OLDEST, max_value=LATEST, key=f"{key}.{name}"
        )
        for name in ("earliest", "latest")
    )
    return {"max_price": price, "earliest": earliest, "latest": latest}
