"""The ledger as a privacy officer reads it: where the budget stands, how it was spent, row by row."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.officer import Decision, Spent
from core.privacy.explain import rounded_up
from core.report.spending import NEWEST, Line, left_of, lines_of, over_time, still_fits
from core.texts import said, text
from core.workspace import Workspace

DELTA = 1e-5  # at which everything is composed where no cap says another
HALVES = ("training", "evaluation")
STILL = {"displayModeBar": False}


def spent_now(ws: Workspace) -> Spent:
    """Return where the budget stands, at the cap's δ where there is a cap."""
    spent = ws.officer.spent(DELTA)
    return spent if spent.cap is None or spent.cap.delta == DELTA else ws.officer.spent(spent.cap.delta)


def stand(spent: Spent) -> None:
    """Draw what was spent, whether the chain holds, and what is left of the cap."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(text("audit.stand"), width="content")
        if spent.chain_ok:
            help_ = text("audit.chain.ok.help")
            st.badge(text("audit.chain.ok"), icon=":material/link:", color="green", help=help_)
        else:
            st.badge(text("audit.chain.broken"), icon=":material/link_off:", color="red")
    if not spent.chain_ok:
        st.error(text("audit.chain.broken.what"), icon=":material/error:")
    with st.container(border=True, key="stand"):
        _spent(spent)
        if spent.cap is None:
            st.caption(text("audit.cap.none.what"))
        else:
            _left(spent)
    st.caption(text("audit.head"))
    st.code(spent.head, language=None, wrap_lines=True)


def _spent(spent: Spent) -> None:
    """Draw the spend of both halves, and of the period where it is another."""
    with st.container(horizontal=True):
        for half in HALVES:
            label = text("audit.lifetime", half=text(f"audit.half.{half}"))
            st.metric(label, _written(spent.lifetime[half]))  # type: ignore[index]
        if spent.renewed:
            for half in HALVES:
                label = text("audit.period", half=text(f"audit.half.{half}"))
                st.metric(label, _written(spent.period[half]))  # type: ignore[index]
        cap = text("audit.cap.none") if spent.cap is None else f"ε {spent.cap.epsilon:g}"
        st.metric(text("audit.cap"), cap)
    if not any(spent.lifetime.values()):
        st.markdown(text("audit.nothing"))
    if spent.renewed:
        st.caption(text("audit.renewed", when=spent.renewed))
    st.caption(text("audit.delta", delta=f"{spent.delta:g}"))


def _left(spent: Spent) -> None:
    """Draw what is left of the cap in each half."""
    assert spent.cap is not None
    shares = {half: spent.used[half] for half in HALVES}  # type: ignore[index]
    fits = {half: _rounded_down(still_fits(spent.cap, share)) for half, share in shares.items()}
    st.markdown(text("audit.cap.fits", epsilon=spent.cap.epsilon, delta=f"{spent.cap.delta:g}", **fits))
    alt = text("audit.left.alt", **{half: f"{rounded_up(100 * share):g}" for half, share in shares.items()})
    figure = left_of({text(f"audit.half.{half}"): share for half, share in shares.items()})
    st.plotly_chart(figure, key="left", config=STILL, alt=alt)
    st.caption(text("audit.cap.squares"))


def ledger(ws: Workspace, spent: Spent) -> None:
    """Draw how the budget was spent, and every row."""
    lines = _lines(str(ws.home.folder), spent.head, spent.delta, ws)
    if not lines:
        st.markdown(text("audit.ledger.empty"))
        return
    if any(line.lifetime for line in lines):
        with st.container(border=True, key="over_time"):
            st.markdown(f"**{text('audit.time')}**")
            st.markdown(_time_in_words(spent, lines[-1].lifetime))
            alt = text("audit.time.alt", lifetime=_written(lines[-1].lifetime))
            st.plotly_chart(over_time(lines), key="spent_over_time", config=STILL, alt=alt)
    with st.expander(text("audit.ledger"), icon=":material/receipt_long:"):
        st.caption(text("audit.ledger.lead"))
        total = len(ws.officer.history())
        if total > len(lines):
            st.caption(text("audit.ledger.newest", n=NEWEST, total=total))
        st.dataframe(pd.DataFrame([_cells(line) for line in reversed(lines)]), hide_index=True, key="ledger_rows")


def _time_in_words(spent: Spent, lifetime: float) -> str:
    """Say how much is spent and what still fits; what fits both halves fits the one that has less left."""
    if spent.cap is None:
        return text("audit.time.says.no_cap", lifetime=_written(lifetime))
    left = still_fits(spent.cap, max(spent.used.values()))
    return text("audit.time.says", lifetime=_written(lifetime), cap=spent.cap.epsilon, left=_rounded_down(left))


def _rounded_down(epsilon: float) -> str:
    """Write an ε that still fits so that it does fit, at two decimals."""
    return f"{math.floor(epsilon * 100 + 1e-6) / 100:g}"  # 6 may arrive as 5.99999999


@st.cache_data(show_spinner=False, max_entries=8)
def _lines(home: str, head: str, delta: float, _ws: Workspace) -> list[Line]:  # noqa: ARG001 - the key of the cache
    return lines_of(_ws.officer.history(), delta)


def _cells(line: Line) -> dict[str, Any]:
    """Write one row of the ledger as people read it."""
    row = line.row
    if isinstance(row, Decision):
        what, who, alone, draws = _decision(row), row.by, "", ""
    else:
        what, who = said(row.purpose), text(f"audit.group.{row.group}")
        alone = text("training.bill.free") if row.public else _written(row.plan.epsilon)
        draws = ", ".join(said(mechanism.name) for mechanism in row.plan.mechanisms)
    return {
        text("audit.column.time"): line.created,
        text("audit.column.kind"): text(f"audit.line.{line.kind}"),
        text("audit.column.what"): what,
        text("audit.column.who"): who,
        text("audit.column.alone"): alone,
        text("audit.column.lifetime"): _written(line.lifetime),
        text("audit.column.period"): _written(line.period),
        text("audit.column.draws"): draws,
    }


def _decision(row: Decision) -> str:
    """Write a decision in one sentence; a table shows no markdown, so nothing has to be made plain."""
    if row.kind == "renewal":
        return text("audit.line.renewed", reason=row.reason)
    if row.kind != "cap":
        return row.reason
    if row.cap is None:
        return text("audit.line.cap.lifted", reason=row.reason)
    return text("audit.line.cap.set", epsilon=row.cap.epsilon, delta=row.cap.delta, reason=row.reason)


def _written(epsilon: float) -> str:
    """Write an ε that was spent, rounded against the promise."""
    return f"{rounded_up(epsilon, 3):,g}"
