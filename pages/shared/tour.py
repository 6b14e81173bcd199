"""The guided tour: a bar on top of each page that says what stands here, and leads on; it does the real thing."""

import streamlit as st

from core.runs.queue import ACTIVE
from core.texts import text
from core.workspace import Workspace
from pages.shared import demo, places, state

ON = "tour.on"
OVER = "tour.over"
STEPS = ("data", "privacy", "training", "tradeoff", "recommendations")


def start(ws: Workspace) -> None:
    """Import the sample shop, begin to train on it, and go to the first step."""
    demo.start(ws)
    st.session_state[ON] = True
    st.switch_page(places.PAGES[STEPS[0]][0])


def bar(ws: Workspace, here: str) -> None:
    """Draw the tour's bar where a tour is on and this page is a step of it."""
    with st.container(key="tour"):  # always there, so that the tour moves nothing else's place in the tree
        if st.session_state.pop(OVER, False):
            st.success(text("tour.over"), icon=":material/flag:")
        if not st.session_state.get(ON) or here not in STEPS:
            return
        with st.container(border=True, key="tour_bar"):
            at = STEPS.index(here)
            st.markdown(text("tour.bar", step=at + 1, steps=len(STEPS), name=text(f"tour.step.{here}")))
            st.markdown(text(f"tour.{here}"))
            with st.container(horizontal=True, vertical_alignment="center"):
                _onward(ws, at)
                if st.button(text("tour.leave"), key="tour_leave", type="tertiary"):
                    st.session_state[ON] = False
                    st.rerun()


def _onward(ws: Workspace, at: int) -> None:
    """Draw the button to the next step; from the training only once there is a curve."""
    if at + 1 == len(STEPS):
        if st.button(text("tour.done"), key="tour_next", type="primary", icon=":material/flag:"):
            st.session_state[ON], st.session_state[OVER] = False, True
            st.switch_page(places.OVERVIEW)
        return
    following = STEPS[at + 1]
    waits = following == "tradeoff" and _is_training(ws)
    label = text("tour.next.waits" if waits else f"tour.next.{following}")
    if st.button(label, key="tour_next", type="primary", icon=":material/arrow_forward:", disabled=waits):
        st.switch_page(places.PAGES[following][0])


def _is_training(ws: Workspace) -> bool:
    """Whether the sample's study is under way and no finished one is there."""
    info = state.current_dataset(ws)
    found = state.studies(ws, info.id) if info else []
    return any(run.status in ACTIVE for run in found) and not any(run.status == "done" for run in found)
