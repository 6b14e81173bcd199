"""What a privacy officer decides: the cap and the renewal. Each is asked for, shown once more, then written down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.errors import UserError
from core.officer import RENEWAL_MEANS, Spent
from core.texts import plain, said, text
from core.workspace import Workspace
from pages.shared.ledger_parts import DELTA

PENDING = "officer.pending"
DONE = "officer.done"
FIRST_CAP = 8.0
LARGEST_CAP = 1000.0


def decide(ws: Workspace, spent: Spent) -> None:
    """Draw both forms; where something was asked for, draw the question whether it is right."""
    st.subheader(text("audit.decide"))
    if st.session_state.pop(DONE, False):
        st.success(text("audit.decide.done"), icon=":material/check:")
    pending = st.session_state.get(PENDING)
    if pending:
        _confirm(ws, spent, pending)
        return
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="cap_card"):
        _cap_form(spent)
    with right, st.container(border=True, height="stretch", key="renewal_card"):
        _renewal_form()


def _cap_form(spent: Spent) -> None:
    """Ask for a cap, or for no cap any more."""
    st.markdown(f"**{text('audit.decide.cap')}**")
    st.caption(text("audit.decide.cap.what"))
    with st.form("cap_form", border=False, enter_to_submit=False):
        first, second = st.columns(2)
        known = spent.cap
        epsilon = first.number_input(
            text("audit.decide.epsilon"),
            0.01,
            LARGEST_CAP,
            known.epsilon if known else FIRST_CAP,
            key="cap.epsilon",
            format="%g",
        )
        delta = second.number_input(
            text("audit.decide.delta"), 1e-12, 0.01, known.delta if known else DELTA, key="cap.delta", format="%.1e"
        )
        by, reason = _who_and_why("cap")
        with st.container(horizontal=True):
            sets = st.form_submit_button(text("audit.decide.set"), key="cap.set", icon=":material/speed:")
            lifts = known is not None and st.form_submit_button(text("audit.decide.lift"), key="cap.lift")
    if sets:
        _ask({"kind": "cap", "epsilon": float(epsilon), "delta": float(delta), "by": by, "reason": reason})
    elif lifts:
        _ask({"kind": "lift", "by": by, "reason": reason})


def _renewal_form() -> None:
    """Ask for a renewal, and say what it means."""
    st.markdown(f"**{text('audit.decide.renewal')}**")
    st.caption(said(RENEWAL_MEANS))
    with st.form("renewal_form", border=False, enter_to_submit=False):
        by, reason = _who_and_why("renewal")
        renews = st.form_submit_button(text("audit.decide.renew"), key="renewal.renew", icon=":material/restart_alt:")
    if renews:
        _ask({"kind": "renewal", "by": by, "reason": reason})


def _who_and_why(form: str, who: str | None = None) -> tuple[str, str]:
    """Ask for what every decision needs: a name and a reason."""
    by = st.text_input(who or text("audit.decide.by"), key=f"{form}.by", max_chars=200)
    help_ = text("audit.decide.reason.help")
    reason = st.text_area(text("audit.decide.reason"), key=f"{form}.reason", max_chars=2000, height=80, help=help_)
    return (by or "").strip(), (reason or "").strip()


@dataclass(frozen=True)
class Choice:
    """What may be decided in a form: its button, and what writes it down with a name and a reason."""

    name: str
    label: str
    icon: str
    write: Callable[[str, str], object]


def decision_form(key: str, *choices: Choice, who: str | None = None) -> bool:
    """Ask for a name and a reason in a form of its own and write down what is chosen; tell whether it is written.

    The fields are ``KEY.by`` (labelled ``who``) and ``KEY.reason``, the buttons ``KEY.NAME``.
    """
    with st.form(key, border=False, enter_to_submit=False):
        by, reason = _who_and_why(key, who)
        with st.container(horizontal=True):
            sent = [st.form_submit_button(one.label, key=f"{key}.{one.name}", icon=one.icon) for one in choices]
    chosen = next((one for one, is_sent in zip(choices, sent, strict=True) if is_sent), None)
    if chosen is None:
        return False
    if not (by and reason):
        st.error(text("audit.decide.missing"))
        return False
    try:
        chosen.write(by, reason)
    except UserError as error:
        st.error(plain(said(str(error))))
        return False
    return True


def _ask(pending: dict[str, Any]) -> None:
    """Keep what was asked for until it is confirmed; refuse it where nobody or no reason is named."""
    if not (pending["by"] and pending["reason"]):
        st.error(text("audit.decide.missing"))
        return
    st.session_state[PENDING] = pending
    st.rerun()


def _confirm(ws: Workspace, spent: Spent, pending: dict[str, Any]) -> None:
    """Show a decision once more, whole; write it down when it is confirmed."""
    with st.container(border=True, key="confirm"):
        st.markdown(f"**{text('audit.decide.sure')}**")
        words = {name: plain(value) if isinstance(value, str) else value for name, value in pending.items()}
        st.markdown(text(f"audit.decide.sure.{words.pop('kind')}", **words))
        if pending["kind"] == "renewal":
            st.markdown(said(RENEWAL_MEANS))
        period = max(spent.period.values())
        if pending["kind"] == "cap" and period >= pending["epsilon"]:
            st.warning(text("audit.decide.sure.beyond", period=f"{period:.3g}"))
        st.caption(text("audit.decide.sure.kept"))
        with st.container(horizontal=True):
            yes = st.button(text("audit.decide.yes"), key="confirm.yes", type="primary", icon=":material/edit_note:")
            no = st.button(text("audit.decide.no"), key="confirm.no", type="tertiary")
    if no or yes:
        if yes and not _write(ws, pending):
            return
        del st.session_state[PENDING]
        st.rerun()


def _write(ws: Workspace, pending: dict[str, Any]) -> bool:
    """Write the decision into the ledger; tell whether it is there."""
    by, reason = pending["by"], pending["reason"]
    try:
        if pending["kind"] == "renewal":
            ws.officer.renew(by=by, reason=reason)
        elif pending["kind"] == "lift":
            ws.officer.set_cap(None, by=by, reason=reason)
        else:
            ws.officer.set_cap(pending["epsilon"], pending["delta"], by=by, reason=reason)
    except UserError as error:
        st.error(plain(said(str(error))))
        return False
    st.session_state[DONE] = True
    return True
