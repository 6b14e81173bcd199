"""One statement in pictures: the best attack on exactly its mechanism, several accounts at once, and its export."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.privacy.explain import of_100
from core.report import promise
from core.texts import plain, said, text
from core.workspace import Workspace
from pages.shared.drawn import drawn_once
from pages.shared.registry_form import registry

STILL = {"displayModeBar": False}


def one(ws: Workspace, paths: list[Path], name: Callable[[Path], str]) -> None:
    """Draw the statement that is chosen; nothing is computed while the box is closed."""
    with st.expander(text("audit.one"), icon=":material/query_stats:", on_change="rerun", key="one_statement") as box:
        if not box.open:
            return
        chosen = st.selectbox(
            text("audit.one.choose"), paths, format_func=lambda path: path.stem, key="one_statement.path"
        )
        st.markdown(name(chosen))
        try:
            _pictures(chosen.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError):  # changed by hand, so that it is no statement any more
            st.error(text("audit.one.unreadable"))
            return
        with st.container(border=True, key="registry"):
            registry(ws, chosen)


def _pictures(content: str) -> None:
    """Draw what a statement's numbers mean."""
    statement = json.loads(content)
    accountant, unit = plain(statement["accountant"]["name"]), plain(said(statement["unit"]))
    relation = plain(said(statement["neighbouring_relation"]))
    st.caption(text("audit.one.facts", accountant=accountant, unit=unit, relation=relation))
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="one_roc"):
        figure, found = _attack(content)
        st.markdown(text("audit.one.attack", found=found))
        st.plotly_chart(figure, key="one_roc_curve", config=STILL, alt=text("promise.roc.alt", found=found))
    with right, st.container(border=True, height="stretch", key="one_household"):
        _household(statement)


@drawn_once
def _attack(content: str) -> tuple[Any, int]:
    """Return the picture of the best attack on a statement's mechanisms, and how many of 100 it finds at 1 % false."""
    powers = promise.powers_of(json.loads(content))
    return promise.best_attack(powers), of_100(powers[promise.RATES.index(0.01)])


def _household(statement: dict[str, Any]) -> None:
    """Draw what is left to several accounts at once, as the statement says it."""
    group = {found["people"]: found["epsilon"] for found in statement["group_privacy"]}
    if not any(group.values()):
        st.markdown(text("audit.one.household.none"))
        return
    st.markdown(text("audit.one.household", delta=statement["delta"]))
    values = [statement["epsilon"], *(group.get(people) for people in (2, 3, 4))]
    known = [f"{value:.3g}" for value in values if value is not None]
    alt = text("promise.household.alt", one=known[0], four=known[-1])
    st.plotly_chart(promise.households(values), key="one_household_bars", config=STILL, alt=alt)
