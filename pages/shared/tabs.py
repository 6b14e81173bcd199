"""Tabs of which only the open one is computed, and which stay open when the language changes."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.texts import spoken, text


def open_tabs(page: str, names: Sequence[str], chosen: str) -> dict[str, Any]:
    """Draw the tabs of a page by their names; return them, so that only what stands in the open one is computed.

    Args:
        page: Its name; ``PAGE.tab.NAME`` are the sentences.
        names: Of the tabs.
        chosen: The session's key for the name of the open tab.
    """
    labels = {name: text(f"{page}.tab.{name}") for name in names}
    key = f"widget.tabs.{page}.{spoken()}"
    if st.session_state.get(key) not in labels.values():
        st.session_state[key] = labels[st.session_state.get(chosen) or names[0]]
    tabs = dict(zip(labels, st.tabs(list(labels.values()), key=key, on_change="rerun"), strict=True))
    st.session_state[chosen] = next((name for name, tab in tabs.items() if tab.open), names[0])
    return tabs
