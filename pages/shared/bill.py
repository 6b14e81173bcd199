"""What a study costs, before and after: time, ε, and how far the released figures will be off."""

import pandas as pd
import streamlit as st

from core.report.curve import metric_label
from core.runs.queue import Run
from core.settings import StudySettings
from core.texts import plain, said, text
from core.workspace import Bill, DatasetInfo, Workspace
from pages.shared.run_panel import duration


def estimate(ws: Workspace, info: DatasetInfo, settings: StudySettings) -> Bill:
    """Draw the bill of a study that has not started, and why the ledger would refuse it where it would; return it."""
    with st.spinner(text("training.bill.wait")):
        bill = ws.bill(info.id, settings)
    public = info.kind == "sample"
    with st.container(border=True, key="bill"):
        st.markdown(f"**{text('training.bill')}**")
        with st.container(horizontal=True):
            st.metric(text("training.bill.time"), duration(bill.seconds))
            st.metric(text("training.bill.training"), _spend(bill.epsilon_training, public))
            st.metric(text("training.bill.evaluation"), _spend(bill.epsilon_evaluation, public))
            if not public:
                st.metric(text("training.bill.spent"), f"{bill.spent:.3g}")
                st.metric(text("training.bill.after"), f"{bill.after:.3g}")
        if bill.epsilon_training and bill.epsilon_evaluation:
            st.caption(text("training.bill.sum"))
        if not public:
            st.caption(text("training.bill.withdrawn"))
        if bill.spent:
            st.caption(text("training.bill.before"))
        for sentence in bill.sentences:
            st.caption(plain(said(sentence)))
        noise = [f"{metric_label(name)} ± {value:.3f}" for name, value in bill.noise.items()]
        if noise and not public:
            st.caption(text("training.bill.noise", noise=", ".join(noise)))
        _other_ways(bill, "curve" if settings.only_winner is None else "winner")
        _households(bill)
    if bill.refusal:
        st.error(plain(said(bill.refusal)), icon=":material/block:")
    return bill


def paid(ws: Workspace, run: Run) -> None:
    """Draw the bill of a study that has ended, from what the ledger was charged; nothing where that is nothing."""
    bill = ws.paid(run.id)
    if bill is None:
        return
    with st.container(border=True, key="paid"):
        st.markdown(f"**{text('training.bill.paid')}**")
        with st.container(horizontal=True):
            st.metric(text("training.bill.training"), _spend(bill.epsilon_training, public=False))
            st.metric(text("training.bill.evaluation"), _spend(bill.epsilon_evaluation, public=False))
            st.metric(text("training.bill.spent"), f"{bill.spent:.3g}")
            st.metric(text("training.bill.after"), f"{bill.after:.3g}")
        _households(bill)


def _other_ways(bill: Bill, kind: str) -> None:
    """Say what the same work would cost if more or less of it left, and what choosing by looking costs."""
    ways = bill.ways
    if ways is None:
        return
    found = {"one": ways.one_model, "all": ways.all_leave, "winner": ways.winner_leaves, "n": ways.n_models}
    st.caption(text(f"training.bill.ways.{kind}", **{name: f"{value:.3g}" for name, value in found.items()}))
    st.caption(text(f"training.bill.choosing.{kind}"))


def _households(bill: Bill) -> None:
    """Say what people who are in the data together lose."""
    if bill.households:
        each = [
            text("training.bill.household.none", people=people)
            if epsilon is None
            else text("training.bill.household", people=people, epsilon=f"{epsilon:.3g}")
            for people, epsilon in bill.households.items()
        ]
        st.caption(text("training.bill.households", list=", ".join(each)))


def _spend(epsilon: float | None, public: bool) -> str:
    """Write an ε of the bill; on synthetic data nothing is spent."""
    if public:
        return text("training.bill.free")
    return f"{epsilon:.3g}" if epsilon else "0"


def ledger(ws: Workspace) -> None:
    """Draw every charge to this workspace's shoppers, newest first."""
    rows = [
        {
            text("ledger.time"): entry.created,
            text("ledger.what"): said(entry.purpose),
            text("ledger.group"): text(f"ledger.group.{entry.group}"),
            text("ledger.epsilon"): text("training.bill.free") if entry.public else f"{entry.plan.epsilon:.3g}",
            text("ledger.draws"): ", ".join(said(mechanism.name) for mechanism in entry.plan.mechanisms),
        }
        for entry in reversed(ws.ledger())
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    else:
        st.markdown(text("training.ledger.none"))
