"""What the Recommendations page remembers of a session: whom it looks at, what was worked out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core.runs.queue import Run
from core.workspace import Workspace

T = TypeVar("T")


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
