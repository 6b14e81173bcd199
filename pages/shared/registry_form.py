"""The free texts that only the shop's own people can give, and a statement as an entry of a public registry."""

from pathlib import Path

import streamlit as st

from core.errors import UserError
from core.officer import Deployment
from core.settings import build
from core.texts import plain, said, text
from core.workspace import Workspace
from pages.shared.noted import taken

SHORT = ("product", "curator", "curator_type", "region", "sector", "signed_off_by", "registry_authors")
LONG = ("purpose", "description", "data_domain", "justification")
NAMES = ("signed_off_by", "registry_authors")
NOT_STATED = Deployment().product
READY = "registry.ready"


def registry(ws: Workspace, statement: Path) -> None:
    """Ask for the texts, keep them, and write the entry; it stays offered while the statement is looked at."""
    st.markdown(f"**{text('audit.registry')}**")
    st.caption(text("audit.registry.what", not_stated=NOT_STATED))
    with st.form("registry_form", border=False, enter_to_submit=False):
        given = _fields(ws.officer.deployment())
        makes = st.form_submit_button(text("audit.registry.make"), key="registry.make", icon=":material/description:")
    if makes:
        try:
            about = build(Deployment, {**ws.officer.deployment().model_dump(), **given})
            ws.officer.set_deployment(about)
            st.session_state[READY] = (statement, ws.officer.registry_entry(statement, about))
        except UserError as error:
            st.session_state.pop(READY, None)
            st.error(plain(said(str(error))))
    ready = st.session_state.get(READY)
    if ready and ready[0] == statement:
        st.code(ready[1], language="yaml", height=260)
        st.download_button(
            text("audit.registry.download"),
            taken(ws, "registry.downloaded", f"{statement.parent.parent.name} {statement.stem}", lambda: ready[1]),
            f"{statement.stem}.yaml",
            "application/yaml",
            key="registry.download",
            on_click="ignore",
            icon=":material/download:",
        )


def _fields(known: Deployment) -> dict[str, str | tuple[str, ...]]:
    """Draw a field for each text, filled with what was said before; an empty one is not stated."""
    given: dict[str, str | tuple[str, ...]] = {}
    columns = st.columns(2)
    for n, name in enumerate(SHORT):
        value = getattr(known, name)
        first = ", ".join(value) if name in NAMES else _blank(value)
        words = (columns[n % 2].text_input(text(f"audit.registry.{name}"), first, key=f"registry.{name}") or "").strip()
        names = tuple(part.strip() for part in words.split(",") if part.strip())
        given[name] = names if name in NAMES else words or NOT_STATED
    columns = st.columns(2)
    for n, name in enumerate(LONG):
        first, key = _blank(getattr(known, name)), f"registry.{name}"
        words = columns[n % 2].text_area(text(f"audit.registry.{name}"), first, key=key, height=80) or ""
        given[name] = words.strip() or NOT_STATED
    return given


def _blank(value: str) -> str:
    return "" if value == NOT_STATED else value
