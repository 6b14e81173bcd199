"""What follows from the ε that is chosen, one way of seeing it at a time: only the open one is worked out."""

from collections.abc import Callable

import streamlit as st

from core.settings import PrivacySettings
from core.texts import spoken, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import privacy_noise, privacy_published, promise_parts


def follows(ws: Workspace, info: DatasetInfo, stored: PrivacySettings, epsilon: float | None, delta: float) -> None:
    """Draw the ways of seeing what this ε means; say that nothing is promised where there is none."""
    st.subheader(text("privacy.follows"))
    if epsilon is None:
        st.warning(text("privacy.epsilon.none.what"))
        return
    ways: dict[str, Callable[[], None]] = {
        text("privacy.odds.tab"): lambda: promise_parts.attacker(epsilon, delta),
        text("noise.tab"): lambda: privacy_noise.noise(ws, info, stored, epsilon, delta),
        text("published.tab"): lambda: privacy_published.others(epsilon),
        text("privacy.roc.tab"): lambda: promise_parts.attacks(epsilon, delta),
    }
    boxes = st.tabs(list(ways), key=f"follows.{spoken()}", on_change="rerun")
    for box, draw in zip(boxes, ways.values(), strict=True):
        if box.open:
            with box:
                draw()
