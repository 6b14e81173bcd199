"""Attacks as a privacy officer asks for them: what they would cost, how they go, what they proved."""

import math
from datetime import datetime
from typing import Any, get_args

import pandas as pd
import streamlit as st

from core.audit.report import AuditReport, Finding
from core.audit.settings import AuditedMethod, AuditSettings
from core.errors import UserError
from core.privacy.explain import rounded_up
from core.report.attacks import claims_and_bounds, cost_of, most_provable, verdict_of
from core.settings import build, default_delta
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import fields, run_panel

STILL = {"displayModeBar": False}
CLAIMS = (0.5, 1.0, 2.0, 4.0, 8.0)


def attacks(ws: Workspace, info: DatasetInfo | None) -> None:
    """Draw the newest audit of the chosen data, and the form of a new one."""
    st.subheader(text("audit.attack"))
    st.badge(text("audit.attack.warning"), icon=":material/bug_report:", color="orange")
    st.markdown(text("audit.attack.lead"))
    if info is None:
        st.info(text("frame.no_data"), icon=":material/signpost:")
        return
    runs = [run for run in ws.runs() if run.kind == "audit" and run.dataset == info.id]
    if runs and runs[0].status != "done":
        run_panel.watch(ws, runs[0])
    done = next((run for run in runs if run.status == "done"), None)
    if done:
        _result(ws.officer.audit(done.id))
    elif not runs:
        st.caption(text("audit.attack.none"))
    with st.expander(text("audit.attack.new"), expanded=not runs, icon=":material/add_circle:"):
        _form(ws, info, going=bool(runs) and runs[0].is_active)


def _form(ws: Workspace, info: DatasetInfo, *, going: bool) -> None:
    """Ask what is to be attacked, say what it costs, start it."""
    methods = st.pills(
        text("audit.attack.methods"),
        get_args(AuditedMethod),
        format_func=lambda name: text(f"method.{name}"),
        selection_mode="multi",
        key=fields.keep("audit.methods", list(AuditSettings().methods)),
        persist_state="session",
    )
    epsilons = st.pills(
        text("audit.attack.epsilons"),
        CLAIMS,
        format_func=lambda claim: f"{claim:g}",
        selection_mode="multi",
        key=fields.keep("audit.epsilons", list(AuditSettings().epsilons)),
        persist_state="session",
    )
    help_ = text("audit.attack.canaries.help")
    canaries = fields.number(
        AuditSettings, "canaries", text("audit.attack.canaries"), "audit.canaries", step=100, help=help_
    )
    noiseless = st.toggle(text("audit.attack.noiseless"), key=fields.keep("audit.noiseless", True))
    st.caption(text("audit.attack.blind", canaries=canaries, most=f"{most_provable(canaries, 0.95):.1f}"))
    stored = ws.privacy(info.id)
    if info.kind == "sample":
        st.markdown(text("audit.attack.cost.free"))
    else:
        delta = stored.delta or default_delta(stored.n_shoppers or max(info.n_users, 1))
        cost = f"{rounded_up(cost_of(epsilons, len(methods), delta)):g}"
        st.markdown(text("audit.attack.cost.private", epsilon=cost))
    if st.button(text("audit.attack.start"), key="audit.start", icon=":material/bug_report:", disabled=going):
        asked = {"methods": methods, "epsilons": epsilons, "canaries": canaries, "without_noise": noiseless}
        try:
            ws.officer.submit_audit(info.id, build(AuditSettings, asked))  # what is declared is on the Privacy page
        except UserError as error:
            st.error(plain(said(str(error))))
            return
        st.rerun()


def _result(report: AuditReport) -> None:
    """Draw what an audit proved: the verdict in words, the picture, every bound."""
    with st.container(border=True, key="attack_result"):
        _verdict(report)
        found = verdict_of(report)
        alt = text("audit.attack.alt", highest=f"{found.highest:.0%}")
        if found.without_noise is not None:
            alt += " " + text("audit.attack.alt.noiseless", epsilon=f"{found.without_noise:.2g}")
        st.plotly_chart(claims_and_bounds(report), key="claims_and_bounds", config=STILL, alt=alt)
        st.caption(text("audit.attack.marks"))
        facts = {name: getattr(report, name) for name in ("canaries", "delta", "seconds")}
        st.caption(text("audit.attack.facts", created=datetime.fromisoformat(report.created), **facts))
        most = f"{most_provable(report.canaries, report.confidence):.1f}"
        st.caption(text("audit.attack.blind", canaries=report.canaries, most=most))
        with st.expander(text("audit.attack.table"), icon=":material/table:"):
            for note in report.notes:
                st.caption(plain(said(note)))
            st.dataframe(pd.DataFrame([_cells(finding) for finding in report.findings]), hide_index=True)


def _verdict(report: AuditReport) -> None:
    """Say whether an attack proved more than was claimed, and whether this audit could have seen anything."""
    found = verdict_of(report)
    if found.bugs:
        worst = max(found.bugs, key=lambda bug: bug.epsilon_lower / bug.epsilon_claimed)
        words = f"{text(f'method.{worst.method}')}, ε {worst.epsilon_claimed:g} < {worst.epsilon_lower:.2g}"
        said = text("audit.attack.verdict.bug", found=words, chance=1 - report.confidence)
        st.error(said, icon=":material/bug_report:")
    else:
        st.markdown(text("audit.attack.verdict.fine", confidence=report.confidence))
    if found.is_awake:
        st.markdown(text("audit.attack.verdict.caught", epsilon=f"{found.without_noise:.2g}"))
    elif found.is_awake is False:
        st.warning(text("audit.attack.verdict.missed"))


def _cells(finding: Finding) -> dict[str, Any]:
    """Write one bound as people read it."""
    claimed = finding.epsilon_claimed
    return {
        text("audit.attack.column.method"): text(f"method.{finding.method}"),
        text("audit.attack.column.claimed"): f"{claimed:g}"
        if math.isfinite(claimed)
        else text("audit.attack.noiseless.label"),
        text("audit.attack.column.attack"): text(f"audit.attack.kind.{finding.attack}"),
        text("audit.attack.column.bound"): finding.bound,
        text("audit.attack.column.lower"): f"{finding.epsilon_lower:.2f}",
        text("audit.attack.column.auc"): f"{finding.auc:.2f}",
        text("audit.attack.column.tpr"): f"{finding.tpr_at_fpr:.0%}",
    }
