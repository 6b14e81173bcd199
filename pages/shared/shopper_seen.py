"""What the Recommendations page remembers of a session: whom it looks at, what was worked out, what was logged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core.runs.queue import Run
from core.workspace import Workspace
from pages.shared import state

T = TypeVar("T")
LOGGED = "rec.logged"


@dataclass(frozen=True)
class Picked:
    """The shopper who is looked at: the id, the name that is shown for it, and whether it stands for the id."""

    user_id: str
    name: str
    is_pseudonym: bool = False


@dataclass(frozen=True)
class Wanted:
    """Which products a list may show, and how many."""

    k: int
    categories: tuple[str, ...]
    out_of_stock: tuple[str, ...]


def remembered(ws: Workspace, study: Run, name: str, wanted: object, make: Callable[[], T]) -> T:
    """Return what ``make`` gives of a study, worked out anew only where something else is wanted than before.

    After an erasure everything is worked out anew.
    """
    wanted = (study.id, ws.shopfront.as_of(study.id), wanted)
    stored: tuple[object, T] | None = st.session_state.get(f"rec.{name}")
    if stored is None or stored[0] != wanted:
        stored = (wanted, make())
        st.session_state[f"rec.{name}"] = stored
    return stored[1]


def note(ws: Workspace, action: str, run_id: str, whom: str = "") -> None:
    """Write into the access log, once a session for each run and shopper; the row never names the shopper."""
    seen: set[tuple[str, str, str]] = st.session_state.setdefault(LOGGED, set())
    if (action, run_id, whom) not in seen:
        ws.releases.log(action, run_id, state.person())
        seen.add((action, run_id, whom))
