"""The texts of a report that only the shop's own people can give; every later statement carries them too."""

import streamlit as st

from core.errors import UserError
from core.officer import Deployment
from core.settings import build
from core.texts import plain, said, text
from core.workspace import Workspace

# Names of texts, and of their labels in the report.
SHORT = {"product": "product", "curator": "curator", "region": "region", "published": "date"}
LONG = {
    "purpose": "purpose", "description": "description", "data_domain": "data_domain", "collection": "collection",
    "retention": "retention", "actors": "actors", "release_plan": "releases", "access": "access",
    "encryption": "encryption", "key_custody": "key_custody", "deletion": "deletion", "bias": "bias",
    "justification": "justification", "validation": "validation", "sources": "sources",
}  # fmt: skip
SIGNED = "signed_off_by"
NOT_STATED = Deployment().product


def missing(ws: Workspace) -> tuple[int, int]:
    """How many of these texts nobody has given, and of how many."""
    known, names = ws.officer.deployment(), (*SHORT, *LONG, SIGNED)
    return sum(getattr(known, name) in (NOT_STATED, ()) for name in names), len(names)


def texts(ws: Workspace) -> None:
    """Say how many texts nobody has given yet, and ask for them in a box that is closed at first."""
    known = ws.officer.deployment()
    blank, n_texts = missing(ws)
    with st.expander(
        text("report.texts", missing=blank, all=n_texts),
        icon=":material/edit_note:",
        on_change="rerun",
        key="report.texts",
    ) as box:
        if not box.open:
            return
        st.caption(text("report.texts.what"))
        with st.form("report.texts.form", border=False, enter_to_submit=False):
            given = _fields(known)
            keeps = st.form_submit_button(text("report.texts.keep"), key="report.texts.keep", icon=":material/save:")
        if keeps:
            _keep(ws, {**known.model_dump(), **given})


def _keep(ws: Workspace, given: dict[str, object]) -> None:
    """Keep the texts, or say what is wrong with them."""
    try:
        ws.officer.set_deployment(build(Deployment, given))
    except UserError as error:
        st.error(plain(said(str(error))))
    else:
        st.success(text("report.texts.kept"))


def _fields(known: Deployment) -> dict[str, object]:
    """Draw a field for each text, filled with what was said before; an empty one is not stated."""
    given: dict[str, object] = {}
    columns = st.columns(2)
    for n, (name, label) in enumerate(SHORT.items()):
        words = columns[n % 2].text_input(_label(label), _blank(getattr(known, name)), key=f"report.texts.{name}")
        given[name] = (words or "").strip() or NOT_STATED
    columns = st.columns(2)
    for n, (name, label) in enumerate(LONG.items()):
        first, key = _blank(getattr(known, name)), f"report.texts.{name}"
        words = columns[n % 2].text_area(_label(label), first, key=key, height=80)
        given[name] = (words or "").strip() or NOT_STATED
    signed = st.text_input(_label("sign_off"), ", ".join(known.signed_off_by), key=f"report.texts.{SIGNED}") or ""
    given[SIGNED] = tuple(name.strip() for name in signed.split(",") if name.strip())
    return given


def _label(name: str) -> str:
    return text(f"document.field.{name}")


def _blank(value: str) -> str:
    return "" if value == NOT_STATED else value
