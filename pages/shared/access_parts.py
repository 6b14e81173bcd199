"""The access log as an officer reads it: newest first, by what was done; as a file to take along."""

import pandas as pd
import streamlit as st

from core.access.log import ACTIONS, Access
from core.texts import text
from core.workspace import Workspace
from pages.shared.noted import taken

SHOWN = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def access_log(ws: Workspace) -> None:
    """Draw the log."""
    st.subheader(text("access.title"))
    st.markdown(text("access.lead"))
    rows = ws.releases.accesses(SHOWN)
    if not rows:
        st.caption(text("access.nothing"))
        return
    there = [action for action in ACTIONS if any(row.action == action for row in rows)]
    wanted = st.multiselect(text("access.filter"), there, format_func=lambda name: text(f"access.{name}"))
    shown = pd.DataFrame([_cells(row) for row in rows if not wanted or row.action in wanted])
    st.dataframe(shown, hide_index=True, key="access_rows")
    st.caption(text("access.newest", n=SHOWN))
    st.download_button(
        text("access.download"),
        taken(ws, "log.downloaded", "", lambda: shown.map(_harmless).to_csv(index=False).encode("utf-8-sig")),
        "tact-access-log.csv",
        "text/csv",
        key="access_csv",
        on_click="ignore",
        icon=":material/download:",
    )


def _cells(row: Access) -> dict[str, str]:
    return {
        text("state.column.when"): f"{row.created:%Y-%m-%d %H:%M:%S}",
        text("access.column.who"): row.who or text("access.nobody"),
        text("state.column.what"): text(f"access.{row.action}") if row.action in ACTIONS else row.action,
        text("access.column.subject"): row.subject,
    }


def _harmless(cell: str) -> str:
    """Keep a cell from being a formula in a spreadsheet."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
