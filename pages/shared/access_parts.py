"""The access log as an officer reads it: newest first, by what was done; as a file to take along."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from core.access.log import ACTIONS, Access
from core.texts import text
from core.workspace import Workspace
from pages.shared import frame
from pages.shared.noted import taken
from pages.shared.run_words import title_of

SHOWN = 500
ALL = 1_000_000  # rows of the file
ID = 32  # characters of a run's or a dataset's id
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
    wanted = st.multiselect(
        text("access.filter"),
        there,
        format_func=lambda name: text(f"access.{name}"),
        key="access.only",
        placeholder=text("access.filter.all"),
    )
    names = _names(ws)
    shown = [_cells(row, names) for row in rows if not wanted or row.action in wanted]
    st.dataframe(pd.DataFrame(shown), hide_index=True, key="access_rows")
    if len(rows) == SHOWN:
        st.caption(text("access.newest", n=SHOWN))
    st.download_button(
        text("access.download"),
        taken(ws, "log.downloaded", "", lambda: file_of(ws.releases.accesses(ALL))),
        "tact-access-log.csv",
        "text/csv",
        key="access_csv",
        on_click="ignore",
        icon=":material/download:",
    )


def file_of(rows: list[Access]) -> bytes:
    """Write the rows as they are kept, as a CSV file in which no spreadsheet runs anything."""
    table = pd.DataFrame([asdict(row) for row in rows]).astype(str)
    return table.map(_harmless).to_csv(index=False).encode("utf-8-sig")


def _names(ws: Workspace) -> dict[str, str]:
    """What people call the datasets, runs and rooms that a subject names."""
    rooms = {room: text(f"room.{room}") for room in ("sample", "curator", "releasable")}
    runs = {run.id: title_of(run) for run in ws.runs(SHOWN)}
    return rooms | runs | {info.id: frame.own_name(info) for info in ws.datasets()}


def _cells(row: Access, names: dict[str, str]) -> dict[str, str]:
    return {
        text("access.column.when"): f"{row.created:%Y-%m-%d %H:%M:%S}",
        text("access.column.who"): row.who or text("access.nobody"),
        text("state.column.what"): text(f"access.{row.action}") if row.action in ACTIONS else row.action,
        text("access.column.subject"): _subject(row, names),
    }


def _subject(row: Access, names: dict[str, str]) -> str:
    """Say what a row is about as people call it; an id that is not there any more is shortened."""
    words = row.subject.split(" ")
    if row.action == "decision.taken":
        names = {**names, words[0]: text(f"audit.line.{words[0]}")}
    return " · ".join(names.get(word, word if len(word) < ID else f"{word[:8]}…") for word in words)


def _harmless(cell: str) -> str:
    """Keep a cell from being a formula in a spreadsheet."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
