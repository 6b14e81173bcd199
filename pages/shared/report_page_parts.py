"""The Report page: whom a report is for, its three files, and what is in them."""

from collections.abc import Callable

import streamlit as st

from core.report.document import Document, Room, to_html, to_json, to_pdf
from core.runs.queue import Run
from core.texts import LANGUAGES, NAMES, spoken, text
from core.workspace import DatasetInfo, Workspace
from pages.shared.noted import taken

ROOM = "report.room"
TAKEN = "report.downloaded"  # as the access log names it
HEIGHT = 720
_WRITERS: dict[str, tuple[Callable[[Document], bytes], str]] = {
    "pdf": (to_pdf, "application/pdf"),
    "html": (to_html, "text/html"),
    "json": (to_json, "application/json"),
}


def rooms(info: DatasetInfo) -> tuple[Room, ...]:
    """Return the rooms that there are for a dataset, what may leave first."""
    return ("releasable", "sample" if info.kind == "sample" else "curator")


def is_outside(info: DatasetInfo) -> bool:
    """Tell whether the report that is chosen may leave."""
    chosen = st.session_state.get(ROOM)
    return (chosen if chosen in rooms(info) else rooms(info)[0]) == "releasable"


def choices(info: DatasetInfo) -> tuple[Room, str]:
    """Ask whom the report is for, and in which language."""
    offered = rooms(info)
    if st.session_state.get(ROOM) not in offered:
        st.session_state.pop(ROOM, None)
    left, right = st.columns(2)
    with left:
        room = st.segmented_control(
            text("report.room"),
            offered,
            default=None if ROOM in st.session_state else offered[0],
            format_func=lambda name: text(f"report.room.{name}"),
            key=ROOM,
            required=True,
        )
    with right:
        language = st.selectbox(
            text("report.language"),
            list(LANGUAGES),
            index=list(LANGUAGES).index(spoken()),
            format_func=NAMES.__getitem__,
            key=f"report.language.{spoken()}",
        )
    chosen = room or offered[0]
    st.caption(text(f"report.room.{chosen}.what"))
    return chosen, language


def stands(ws: Workspace, info: DatasetInfo, study: Run, room: Room) -> None:
    """Say where the release stands, and that other words would need another approval."""
    if room != "releasable" or info.kind == "sample":
        return
    status = ws.releases.state(study.id).status
    if status == "none":
        return
    told = text(
        f"report.stands.{'approved' if status == 'approved' else 'open'}", status=text(f"document.status.{status}")
    )
    (st.success if status == "approved" else st.warning)(told, icon=":material/approval:")


def downloads(ws: Workspace, study: Run, room: Room, language: str) -> None:
    """Offer the three files; each is written when it is clicked, and noted in the access log."""
    is_draft = ws.releases.state(study.id).is_draft

    def written(kind: str) -> bytes:
        return _WRITERS[kind][0](ws.releases.document(study.id, room=room, language=language))

    with st.container(horizontal=True):
        for kind, (_, mime) in _WRITERS.items():
            st.download_button(
                text(f"report.download.{kind}"),
                taken(ws, TAKEN, f"{study.id} {room}", lambda kind=kind: written(kind)),  # type: ignore[misc]
                f"{file_name(study.id, room, language, is_draft=is_draft)}.{kind}",
                mime,
                key=f"report.download.{kind}",
                on_click="ignore",
                icon=":material/download:",
                type="primary" if kind == "pdf" else "secondary",
            )


def file_name(run_id: str, room: Room, language: str, *, is_draft: bool) -> str:
    """Name a report's file so that the name says whom it is not for, and no language takes another one's place."""
    marks = {"curator": "-curator-NOT-FOR-RELEASE", "sample": "-sample", "releasable": "-DRAFT" if is_draft else ""}
    return f"tact-report-{run_id[:8]}-{language}{marks[room]}"


def preview(ws: Workspace, study: Run, room: Room, language: str) -> None:
    """Show what is in the files; nothing is read while the box is closed."""
    with st.expander(text("report.preview"), icon=":material/preview:", on_change="rerun", key="report.preview") as box:
        if not box.open:
            return
        st.caption(text("report.preview.what"))
        with st.spinner(text("report.making")):
            page = to_html(ws.releases.document(study.id, room=room, language=language)).decode()
        st.iframe(page, height=HEIGHT, alt=text("report.preview"))
