"""What a person sees or takes along, noted in the access log; no row ever names a shopper."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.workspace import Workspace
from pages.shared import state

T = TypeVar("T", bytes, str)
LOGGED = "noted"


def seen_once(ws: Workspace, action: str, subject: str, whom: str = "") -> None:
    """Write that something was looked at, once a session for each subject and shopper; ``whom`` is never written."""
    seen: set[tuple[str, str, str]] = st.session_state.setdefault(LOGGED, set())
    if (action, subject, whom) not in seen:
        ws.releases.log(action, subject, state.person())
        seen.add((action, subject, whom))


def taken(ws: Workspace, action: str, subject: str, make: Callable[[], T]) -> Callable[[], T]:
    """Return what a download button calls when it is clicked: the content, and one row of the access log."""
    who = state.person()

    def content() -> T:
        made = make()
        ws.releases.log(action, subject, who)
        return made

    return content
