"""The permission to look at typical shoppers of a shop's own data: who gave it, and a form to give or take it back."""

import streamlit as st

from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame
from pages.shared.officer_forms import Choice, decision_form

DONE = "permission.done"


def permission(ws: Workspace, info: DatasetInfo | None) -> None:
    """Draw what is permitted on this dataset, and the form that changes it."""
    st.subheader(text("permission.title"))
    st.markdown(text("permission.what"))
    if st.session_state.pop(DONE, False):
        st.success(text("releases.done"), icon=":material/check:")
    if info is None or info.kind == "sample":
        st.caption(text("permission.sample" if info else "permission.no_data"))
        return
    given = ws.shopfront.gallery_allowed(info.id)
    with st.container(border=True, key="permission_card"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(frame.own_name(info))}**", width="content")
            state = "given" if given else "none"
            st.badge(text(f"permission.state.{state}"), color="green" if given else "gray")
        if given:
            words = {"by": plain(given.by), "reason": plain(given.reason)}
            what = text("audit.line.permission")
            st.caption(text("releases.decision", when=f"{given.created:%Y-%m-%d %H:%M}", what=what, **words))
        with st.expander(text("permission.take_back" if given else "permission.give"), icon=":material/edit_note:"):
            _form(ws, info.id, is_given=given is not None)


def _form(ws: Workspace, dataset_id: str, *, is_given: bool) -> None:
    """Ask for the decision that is possible now."""
    change = ws.shopfront.forbid_gallery if is_given else ws.shopfront.allow_gallery
    name, icon = ("take_back", ":material/block:") if is_given else ("give", ":material/check:")
    choice = Choice(name, text(f"permission.{name}"), icon, lambda by, reason: change(dataset_id, by=by, reason=reason))
    if decision_form("permission", choice):
        st.session_state[DONE] = True
        st.rerun()
