"""A shopper's consent: look one up, mark, give back; lists of them. Asked for, shown once more, then written down.

The id stays in the session: no address, ledger row or log holds it.
"""

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.texts import plain, said, text
from core.workspace import Workspace
from pages.shared import consent_view, run_words, state

ASKED, PENDING, DONE, UPLOAD = "consent.asked", "consent.pending", "consent.told", "consent.upload"
SHOWN = 200  # rows of the list of marked shoppers
DELETES = frozenset({"forget", "erase"})


def consent(ws: Workspace) -> None:
    """Draw the whole tab."""
    st.subheader(text("consent.title"))
    st.markdown(text("consent.lead"))
    for sentence in st.session_state.get(DONE, ()):
        st.success(sentence, icon=":material/check:")
    pending = st.session_state.get(PENDING)
    if pending:
        _confirm(ws, pending)
        return
    _ask(ws)
    user = st.session_state.get(ASKED)
    if user:
        _one(ws, user)
    _folded(ws)


def _ask(ws: Workspace) -> None:
    """Ask for an id."""
    with (
        st.form("consent_form", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            text("consent.id"), key="consent.id", max_chars=500, help=text("consent.id.help"), autocomplete="off"
        )
        looks = st.form_submit_button(text("consent.look"), key="consent.look", icon=":material/person_search:")
    if looks and (typed or "").strip():
        st.session_state[ASKED] = str(typed).strip()
        ws.consents.log("consent.looked_up", st.session_state[ASKED], state.person())
        st.session_state.pop(DONE, None)
        st.rerun()


def _one(ws: Workspace, user: str) -> None:
    """Draw what is known of one shopper, and what can be done."""
    with st.container(border=True, key="consent_card"):
        found = ws.consents.uses(user)
        consent_view.uses(ws, user, found)
        chosen = consent_view.after(ws, found)
        if chosen:
            _open({"kind": "forget", "run": chosen.id, "title": run_words.title_of(chosen)})
        _decide_form(found.withdrawal is not None, has_rows=bool(found.datasets))
        with st.container(horizontal=True):
            consent_view.evidence(ws, user)
            if st.button(text("consent.clear"), key="consent.clear", type="tertiary"):
                del st.session_state[ASKED]
                st.session_state.pop(DONE, None)
                st.rerun()


def _decide_form(is_withdrawn: bool, *, has_rows: bool) -> None:
    """Ask for a name and a reason, and for what is to be done."""
    with st.form("consent_decision", border=False, enter_to_submit=False):
        by, reason = _who_and_why("consent.one")
        with st.container(horizontal=True):
            kind = "return" if is_withdrawn else "withdraw"
            marks = st.form_submit_button(text(f"consent.decide.{kind}"), key="consent.mark", icon=":material/edit:")
            erases = has_rows and st.form_submit_button(
                text("consent.decide.erase"),
                key="consent.erase",
                icon=":material/delete_forever:",
                help=text("consent.decide.erase.help"),
            )
    if marks or erases:
        _open({"kind": "erase" if erases else kind, "by": by, "reason": reason})


def _who_and_why(form: str) -> tuple[str, str]:
    """Ask for what every decision needs."""
    by = st.text_input(text("consent.by"), key=f"{form}.by", max_chars=200)
    help_ = text("consent.reason.help")
    reason = st.text_area(text("consent.reason"), key=f"{form}.reason", max_chars=2000, height=80, help=help_)
    return (by or "").strip(), (reason or "").strip()


def _open(pending: dict[str, Any]) -> None:
    """Keep what was asked for until it is confirmed; refuse it where nobody or no reason is named."""
    if pending["kind"] != "forget" and not (pending["by"] and pending["reason"]):
        st.error(text("consent.missing"))
        return
    st.session_state[PENDING] = pending
    st.session_state.pop(DONE, None)
    st.rerun()


def _confirm(ws: Workspace, pending: dict[str, Any]) -> None:
    """Show a decision once more, whole; do it when it is confirmed."""
    with st.container(border=True, key="consent_confirm"):
        st.markdown(f"**{text('consent.sure')}**")
        words = {name: plain(value) for name, value in pending.items() if isinstance(value, str)}
        st.markdown(text(f"consent.sure.{pending['kind']}", **words))
        deletes = pending["kind"] in DELETES
        is_marked = pending["kind"] == "erase" and ws.consents.is_withdrawn(st.session_state.get(ASKED, ""))
        if pending["kind"] != "forget" and not is_marked:  # an erasure writes no second withdrawal
            st.caption(text("consent.sure.kept"))
        with st.container(horizontal=True):
            label = text("consent.yes.delete" if deletes else "consent.yes")
            yes = st.button(label, key="consent.yes", type="primary", icon=":material/edit_note:")
            no = st.button(text("consent.no"), key="consent.no", type="tertiary")
    if no or yes:
        if yes and not _do(ws, pending):
            return
        del st.session_state[PENDING]
        st.rerun()


def _do(ws: Workspace, pending: dict[str, Any]) -> bool:
    """Do what was confirmed; tell whether it is done."""
    kind, user = pending["kind"], st.session_state.get(ASKED, "")
    try:
        if kind == "forget":
            ws.consents.forget_private(pending["run"])
            told = [text("consent.done.forget")]
        elif kind == "list":
            marked = ws.consents.withdraw_listed(pending["content"], by=pending["by"], reason=pending["reason"])
            told = [text("consent.done.list", now=marked.now, already=marked.already)]
        elif kind == "erase":
            told = consent_view.erased(ws.consents.erase(user, by=pending["by"], reason=pending["reason"]))
        else:
            write = ws.consents.withdraw if kind == "withdraw" else ws.consents.give_back
            write(user, by=pending["by"], reason=pending["reason"])
            told = [text(f"consent.done.{kind}")]
    except UserError as error:
        st.error(plain(said(str(error))))
        return False
    st.session_state[DONE] = told
    return True


def _folded(ws: Workspace) -> None:
    """Draw what is wanted less often: a list of shoppers, who is marked, a file to check."""
    box = st.expander(text("consent.list"), icon=":material/group_remove:", key="consent.list", on_change="rerun")
    if box.open:
        with box:
            _list_form()
    marked = ws.consents.marked()
    box = st.expander(
        text("consent.marked", n=len(marked)), icon=":material/list:", key="consent.marked", on_change="rerun"
    )
    if box.open:
        with box:
            _marked(marked)
    box = st.expander(text("consent.check"), icon=":material/verified:", key="consent.check", on_change="rerun")
    if box.open:
        with box:
            consent_view.check(ws)


def _list_form() -> None:
    """Ask for a list of ids."""
    with st.form("consent_list", border=False, enter_to_submit=False):
        file = st.file_uploader(text("consent.list.help"), type=["csv", "txt"], key=UPLOAD)
        by, reason = _who_and_why("consent.many")
        goes = st.form_submit_button(text("consent.list.go"), key="consent.list.go", icon=":material/edit:")
    if goes and file is not None:
        _open({"kind": "list", "by": by, "reason": reason, "name": file.name, "content": file.getvalue()})


def _marked(marked: list[Any]) -> None:
    """Draw who is marked, newest first; by hash."""
    if not marked:
        st.info(text("consent.marked.none"))
        return
    rows = [
        {
            text("consent.marked.hash"): each.subject[:16],
            text("consent.marked.since"): each.created,
            text("consent.marked.by"): each.by,
            text("consent.marked.reason"): each.reason,
        }
        for each in marked[:SHOWN]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="consent.marked.table")
    if len(marked) > SHOWN:
        st.caption(text("consent.marked.newest", n=SHOWN, total=len(marked)))
