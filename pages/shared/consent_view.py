"""What is known of one shopper, in words: where they are, what was made of them, what remains and can be done."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from core.consents import Erased, RunUse, Uses
from core.errors import UserError
from core.runs.queue import Run
from core.texts import LANGUAGES, plain, said, text
from core.workspace import Workspace
from pages.shared import frame, run_words, state

WAY = frozenset({"request", "approval", "refusal"})
COST = "consent.cost"


def uses(ws: Workspace, user: str, found: Uses) -> None:
    """Draw where a shopper is."""
    if found.withdrawal:
        when = found.withdrawal.created
        st.badge(text("consent.is.withdrawn", when=when), icon=":material/person_off:", color="orange")
    else:
        st.badge(text("consent.is.given"), icon=":material/person:", color="gray")
    st.caption(text("consent.hash", hash=ws.consents.name_of(user)[:16]))
    if not found.datasets:
        st.info(text("consent.erased" if found.runs else "consent.none"), icon=":material/search_off:")
    else:
        rows = sum(use.rows for use in found.datasets)
        st.markdown(text("consent.data", n=len(found.datasets), rows=rows))
        st.markdown("\n".join(f"- {_data(use)}" for use in found.datasets))
    if found.datasets or found.runs:
        _runs(found)
        _handed(found)
        st.markdown(text("consent.remains"))
        st.markdown("\n".join(f"- {sentence}" for sentence in _remains(found)))
    if found.n_unknown:
        st.caption(text("consent.runs.unknown", n=found.n_unknown))


def after(ws: Workspace, found: Uses) -> Run | None:
    """Offer what can be done about a run; return the one whose inside files are to be deleted."""
    open_to = [use.run for use in found.runs if use.is_used and (use.has_private or use.run.kind == "study")]
    if not open_to:
        return None
    box = st.expander(text("consent.after"), icon=":material/model_training:", key="consent.after", on_change="rerun")
    if not box.open:
        return None
    with box:
        run = st.selectbox(text("consent.after.run"), open_to, format_func=_run_name, key="consent.after.run")
        with st.container(horizontal=True):
            if run.kind == "study" and st.button(text("consent.after.cost"), key="consent.after.cost"):
                st.session_state[COST] = run.id
            help_ = text("consent.after.forget.help")
            deletes = st.button(
                text("consent.after.forget"), key="consent.forget", icon=":material/delete:", help=help_
            )
        if st.session_state.get(COST) == run.id:
            _cost(ws, run)
    return run if deletes else None


def evidence(ws: Workspace, user: str) -> None:
    """Offer the signed evidence; who takes it along is logged."""
    who = state.person()

    def made() -> bytes:
        ws.consents.log("consent.evidence", user, who)
        return json.dumps(ws.consents.evidence(user), indent=1, ensure_ascii=False).encode()

    st.download_button(
        text("consent.evidence"),
        made,
        f"consent-evidence-{ws.consents.name_of(user)[:8]}.json",
        "application/json",
        key="consent.evidence",
        icon=":material/download:",
        on_click="ignore",
        help=text("consent.evidence.help"),
    )


def check(ws: Workspace) -> None:
    """Check an uploaded evidence file."""
    file = st.file_uploader(text("consent.check.what"), type=["json"], key="consent.check.file")
    if file is None:
        return
    try:
        found = ws.consents.check_evidence(file.getvalue())
    except UserError as error:
        st.error(plain(said(str(error))))
        return
    (st.success if found["ok"] else st.error)(said(found["reason"]))


def erased(done: Erased) -> list[str]:
    """What an erasure did, and what it could not do."""
    told = [text("consent.done.erase", rows=done.rows, datasets=done.datasets, studies=done.studies)]
    left = [text("consent.left.uploads", name=plain(name)) for name in done.uploads_of]
    if done.exports:
        left.append(text("consent.left.exports", n=done.exports))
    if done.exact:
        left.append(text("consent.left.exact", n=done.exact))
    return [*told, "\n".join([text("consent.left"), "", *(f"- {each}" for each in left)])] if left else told


def _data(use: Any) -> str:
    return text("consent.data.row", name=plain(frame.own_name(use.info)), version=use.info.version, rows=use.rows)


def _run_name(run: Run) -> str:
    started = run.started or run.created
    return f"{text(f'consent.kind.{run.kind}')}: {run_words.title_of(run)}, {started:%Y-%m-%d %H:%M}"


def _runs(found: Uses) -> None:
    """Draw a row for each run."""
    st.markdown(text("consent.runs"))
    if not found.runs:
        st.markdown(text("consent.runs.none"))
        return
    rows = [
        {
            text("consent.column.what"): text(f"consent.kind.{use.run.kind}"),
            text("consent.column.role"): text(f"consent.role.{use.role}"),
            text("consent.column.models"): _epsilons(use),
            text("consent.column.when"): use.run.started or use.run.created,
            text("consent.column.title"): run_words.title_of(use.run),
            text("consent.column.inside"): text(f"consent.inside.{'there' if use.has_private else 'gone'}"),
        }
        for use in found.runs
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="consent.runs")


def _epsilons(use: RunUse) -> str:
    return ", ".join(f"{epsilon:g}" for epsilon in use.epsilons)


def _handed(found: Uses) -> None:
    """Say what was decided about these runs or taken along of them."""
    st.markdown(text("consent.handed"))
    if not found.reports:
        st.markdown(text("consent.handed.none"))
        return
    lines = []
    for each in found.reports:
        action = _action(each.action)
        who = plain(each.who) or text("consent.handed.nobody")
        lines.append(f"- {text('consent.handed.row', when=each.when, action=action, who=who)}")
    st.markdown("\n".join(lines))


def _action(action: str) -> str:
    """What was done, in words; the log's own word where it is of another version."""
    if action in WAY:
        return text(f"consent.handed.{action}")
    sentence = f"access.{action}"
    return text("consent.handed.other", action=text(sentence) if sentence in LANGUAGES["en"] else action)


def _remains(found: Uses) -> list[str]:
    """Say what depends on this shopper still, and how much."""
    used = [use for use in found.runs if use.is_used]
    epsilons = sorted({epsilon for use in used for epsilon in use.epsilons})
    ceilings = sum(use.has_ceiling and use.has_private and use.role == "trained" for use in used)
    exports = sum(use.run.kind == "anonymize" and use.has_private for use in used)
    sentences = []
    if epsilons:
        sentences.append(text("consent.remains.private", epsilons=", ".join(f"{each:g}" for each in epsilons)))
    if any(use.role == "judged" for use in used):
        sentences.append(text("consent.remains.judged"))
    if ceilings:
        sentences.append(text("consent.remains.ceiling", n=ceilings))
    if found.datasets and any(use.run.kind == "study" and use.has_private for use in used):
        sentences.append(text("consent.remains.histories"))
    if any(use.has_private and use.run.kind != "anonymize" for use in used):
        sentences.append(text("consent.remains.exact"))
    if exports:
        sentences.append(text("consent.remains.exports", n=exports))
    after = "consent.remains.marked" if found.withdrawal else "consent.remains.next"
    return [*(sentences or [text("consent.remains.nothing")]), text(after)]


def _cost(ws: Workspace, run: Run) -> None:
    """Say what the same study would cost once more."""
    try:
        bill = ws.consents.cost_of_retraining(run.id)
    except UserError as error:
        st.error(plain(said(str(error))))
        return
    minutes = max(bill.seconds / 60, 1)
    if not bill.epsilon:
        st.markdown(text("consent.after.cost.free", minutes=minutes))
        return
    values = {"epsilon": bill.epsilon, "delta": bill.delta, "spent": bill.spent, "after": bill.after}
    st.markdown(text("consent.after.cost.said", minutes=minutes, **values))
