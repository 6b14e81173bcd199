"""Releases outside the house: ask, approve, refuse; what was decided about each study."""

from collections.abc import Callable

import streamlit as st

from core.releases import ReleaseState
from core.runs.queue import Run
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, places, report_texts, state
from pages.shared.officer_forms import Choice, decision_form
from pages.shared.run_words import title_of

COLOURS = {"none": "gray", "requested": "orange", "approved once": "orange", "approved": "green", "refused": "red"}
ICONS = {"request": ":material/outbox:", "approve": ":material/check:", "refuse": ":material/block:"}
DONE = "releases.done"


def releases(ws: Workspace, info: DatasetInfo | None) -> None:
    """Draw what waits for a decision, then the chosen study with what can be asked for."""
    st.subheader(text("releases.title"))
    st.markdown(text("releases.lead"))
    if st.session_state.pop(DONE, False):
        st.success(text("releases.done"), icon=":material/check:")
    waiting = ws.releases.pending()
    for run_id in waiting:
        run = state.run_or_none(ws, run_id)
        if run is not None:
            with st.container(border=True, key=f"pending_{run_id}"):
                _head(run, ws.releases.state(run_id))
                _what_leaves(ws, run)
                _decide(ws, run)
    if not waiting:
        st.caption(text("releases.nothing"))
    study = state.current_study(ws, info.id) if info else None
    if info is None or study is None or study.id in waiting:
        return
    st.subheader(text("releases.ask"))
    if info.kind == "sample":
        st.info(text("releases.sample"), icon=":material/science:")
    frame.study_picker(ws, info, study)
    stands = ws.releases.state(study.id)
    with st.container(border=True, key="ask_card"):
        _head(study, stands)
        if stands.status == "approved":
            st.markdown(text("releases.approved"))
            frame.go(text("releases.to_report"), places.REPORT, key="to_report", icon=":material/description:")
        else:
            _what_leaves(ws, study)
            ask = _choice("request", lambda by, reason: ws.releases.request(study.id, by=by, reason=reason))
            _form(f"ask_{study.id}", ask, who=text("releases.by"))


def _head(run: Run, stands: ReleaseState) -> None:
    """Draw which study, where it stands, and who decided what."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(title_of(run))}**", width="content")
        st.badge(text(f"releases.status.{stands.status.replace(' ', '_')}"), color=COLOURS[stands.status])  # type: ignore[arg-type]
    for row in stands.decisions:
        words = {"when": f"{row.created:%Y-%m-%d %H:%M}", "by": plain(row.by), "reason": plain(row.reason)}
        st.caption(text("releases.decision", what=text(f"audit.line.{row.kind}"), **words))


def _what_leaves(ws: Workspace, run: Run) -> None:
    """Say what is decided about: how many models, at which ε, and what nobody has written yet."""
    about = ws.study(run.id).about()
    if not about["public"]:
        numbers = {"training": about["epsilon_training"], "evaluation": about["epsilon_evaluation"]}
        models = len(ws.officer.statements(run.id))
        st.markdown(text("releases.cost", models=models, delta=about["numbers"]["delta"], **numbers))
    missing, all_ = report_texts.missing(ws)
    if missing:
        st.warning(text("releases.blank", missing=missing, all=all_), icon=":material/edit_note:")
    if st.button(text("releases.read"), key=f"read_{run.id}", icon=":material/description:"):
        state.choose_dataset(run.dataset or "")
        state.choose_study(run.id)
        st.switch_page(places.REPORT)


def _decide(ws: Workspace, run: Run) -> None:
    """Ask for the decision about one release."""
    _form(
        f"decide_{run.id}",
        _choice("approve", lambda by, reason: ws.releases.approve(run.id, by=by, reason=reason)),
        _choice("refuse", lambda by, reason: ws.releases.refuse(run.id, by=by, reason=reason)),
    )


def _choice(name: str, write: Callable[[str, str], object]) -> Choice:
    return Choice(name, text(f"releases.{name}"), ICONS[name], write)


def _form(key: str, *choices: Choice, who: str | None = None) -> None:
    """Ask for a name and a reason, and write the decision down; refused in a sentence where it cannot be."""
    if decision_form(key, *choices, who=who):
        st.session_state[DONE] = True
        st.rerun()
