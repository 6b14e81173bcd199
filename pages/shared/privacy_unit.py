"""The unit of protection in two questions: who is protected, and how many rows may one shopper have."""

import pandas as pd
import streamlit as st

from core.privacy.explain import rounded_up, shopper_level
from core.privacy.harm import for_household
from core.settings import MIN_EPSILON, PrivacySettings
from core.tables.activity import dropped_by
from core.texts import text
from core.workspace import DatasetInfo, Workspace
from pages.shared import places, promise_parts
from pages.shared.fields import keep
from pages.shared.privacy_harm import moved

ACCOUNT, HOUSEHOLD = "account", "household"
ACCOUNTS = (2, 3, 4)
CAPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def who(ws: Workspace, info: DatasetInfo, epsilon: float | None, delta: float) -> None:
    """Ask who is protected, and say why a single event is not offered."""
    with st.container(border=True, height="stretch", key="who"):
        st.markdown(f"**{text('unit.who')}**")
        chosen = st.segmented_control(
            text("unit.who"),
            (ACCOUNT, HOUSEHOLD),
            format_func=lambda name: text(f"unit.{name}"),
            key=keep(f"who.{info.id}", ACCOUNT),
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        if chosen == HOUSEHOLD and epsilon is not None:
            _together(info, epsilon, delta)
        else:
            st.markdown(text("privacy.who.what"))
        if epsilon is None:
            return
        with st.expander(text("unit.event"), icon=":material/block:", key="why_not_event", on_change="rerun") as box:
            if box.open:
                st.markdown(text("unit.event.what"))
                promise_parts.events(ws, info, epsilon, delta)


def _together(info: DatasetInfo, epsilon: float, delta: float) -> None:
    """Say what is left for a household, and which ε for an account would give the whole household this one."""
    n = st.segmented_control(
        text("unit.accounts"), ACCOUNTS, key=keep(f"accounts.{info.id}", ACCOUNTS[0]), required=True
    )
    n = n or ACCOUNTS[0]
    left, offered = shopper_level(epsilon, delta, n), for_household(epsilon, delta, n)
    st.markdown(text("unit.together", n=n, epsilon=epsilon, left=f"{rounded_up(left):,g}"))
    if offered >= MIN_EPSILON:
        label = text("unit.use", offered=offered, n=n, epsilon=epsilon)
        st.button(label, key=f"for_household.{info.id}", on_click=_use, args=(info, offered))
    with st.expander(
        text("unit.household.picture"), icon=":material/bar_chart:", key="household_box", on_change="rerun"
    ) as box:
        if box.open:
            promise_parts.household(epsilon, delta)


def _use(info: DatasetInfo, epsilon: float) -> None:
    st.session_state[f"epsilon.{info.id}"] = epsilon
    moved(info)


def rows(ws: Workspace, info: DatasetInfo, stored: PrivacySettings) -> None:
    """Say that no limit is needed, and what one would drop of this shop's rows."""
    with st.container(border=True, height="stretch", key="row_limit"):
        st.markdown(f"**{text('unit.rows')}**")
        st.markdown(text("unit.rows.none"))
        counts = _counts(info.id, f"{info.created}", ws)
        most = st.select_slider(
            text("unit.cap"), CAPS, key=keep(f"cap.{info.id}", _usual(counts)), help=text("unit.cap.help")
        )
        found = dropped_by(counts, most)
        st.markdown(text("unit.cap.drops", most=most, rows=found.rows, shoppers=found.shoppers))
        own = stored.anonymization.max_events_per_shopper
        st.caption(text("unit.cap.unset") if own is None else text("unit.cap.set", most=own))
        st.page_link(places.ANONYMIZATION, label=text("privacy.rows.link"), icon=":material/arrow_forward:")


def _usual(counts: pd.DataFrame) -> int:
    """Begin at the mark nearest above what half of the shoppers have."""
    half = counts["users"].cumsum() >= counts["users"].sum() / 2
    median = int(counts.loc[half, "rows"].iloc[0]) if len(counts) else 1
    return next((mark for mark in CAPS if mark >= median), CAPS[-1])


@st.cache_data(show_spinner=False, max_entries=8)
def _counts(dataset_id: str, created: str, _ws: Workspace) -> pd.DataFrame:  # noqa: ARG001 - part of the cache's key
    return _ws.row_counts(dataset_id)
