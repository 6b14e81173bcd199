"""Files that a person takes along; made when asked for, read from disk when clicked."""

import streamlit as st

from core.runs.queue import Run
from core.texts import text
from core.workspace import Workspace
from pages.shared import state
from pages.shared.noted import taken
from pages.shared.tradeoff_parts import point_name


def all_lists(ws: Workspace, run: Run, offered: list[state.Point], k: int) -> None:
    """Offer every shopper's list at one setting as a CSV; who takes it along stands in the access log."""
    with st.expander(text("rec.download"), icon=":material/download:"):
        st.caption(text("rec.download.help"))
        point = st.selectbox(
            text("rec.download.setting"),
            offered,
            format_func=point_name,
            key=f"lists.point.{run.id}",
        )
        ready = st.session_state.get("lists.ready")
        wanted = (run.id, point, k)
        if st.button(text("rec.download.prepare"), key="lists.prepare"):
            with st.spinner(text("rec.download.prepare")):
                path = ws.shopfront.all_lists_csv(run.id, point[0], point[1], k)
            st.session_state["lists.ready"] = ready = (wanted, path)
        if ready and ready[0] == wanted:
            st.download_button(
                text("rec.download.ready"),
                taken(ws, "lists.downloaded", run.id, lambda: ws.shopfront.read_kept(ready[1])),
                f"recommendations-{point[0]}-{point[1]:g}.csv",
                "text/csv",
                key="lists.download",
                on_click="ignore",
            )
