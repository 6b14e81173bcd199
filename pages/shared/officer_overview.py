"""What an officer sees first: what waits, and what each study has cost."""

import pandas as pd
import streamlit as st

from core.officer import Spent
from core.privacy.explain import rounded_up
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import state
from pages.shared.run_words import title_of

NEARLY = 0.8  # of the cap's μ²
NEWEST = 12  # runs whose cost is composed


def waits(ws: Workspace, spent: Spent) -> None:
    """Say what asks for a decision; say so where nothing does."""
    st.subheader(text("audit.tab.now"))
    found = []
    if not spent.chain_ok:
        found.append(("error", text("audit.chain.broken.what")))
    for run_id in ws.releases.pending():
        run = state.run_or_none(ws, run_id)
        found.append(("warning", text("audit.waits.release", title=plain(title_of(run) if run else run_id))))
    used = max(spent.used.values())
    if spent.cap is not None and used >= NEARLY:
        found.append(("warning", text("audit.waits.cap", percent=f"{100 * used:.0f}")))
    if spent.cap is None and any(spent.lifetime.values()):
        found.append(("warning", text("audit.waits.no_cap")))
    for kind, words in found:
        (st.error if kind == "error" else st.warning)(words)
    if not found:
        st.success(text("audit.waits.nothing"), icon=":material/check:")


def costs(ws: Workspace, spent: Spent) -> None:
    """Draw what each study on real shoppers has cost."""
    st.subheader(text("audit.costs"))
    runs = {run.id: run for run in ws.runs() if run.kind in ("study", "audit")}
    found = _costs(str(ws.home.folder), spent.head, tuple(runs)[:NEWEST], ws)
    if not found:
        st.caption(text("audit.costs.nothing"))
        return
    rows = [
        {
            text("state.column.what"): title_of(runs[run_id]),
            text("state.column.when"): f"{runs[run_id].created:%Y-%m-%d %H:%M}",
            text("audit.costs.training"): f"{rounded_up(training, 3):g}",
            text("audit.costs.evaluation"): f"{rounded_up(evaluation, 3):g}",
        }
        for run_id, training, evaluation in found
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="study_costs")
    st.caption(text("audit.costs.what", n=NEWEST))


@st.cache_data(show_spinner=False, max_entries=8)
def _costs(
    home: str,  # noqa: ARG001 - a key of the cache
    head: str,  # noqa: ARG001 - a key of the cache
    run_ids: tuple[str, ...],
    _ws: Workspace,
) -> list[tuple[str, float, float]]:
    """Compose what each run has spent on either half of the shoppers; again only once the ledger has grown."""
    bills = [(run_id, _ws.paid(run_id)) for run_id in run_ids]
    return [(run_id, bill.epsilon_training, bill.epsilon_evaluation) for run_id, bill in bills if bill and bill.epsilon]
