"""The risk of being recognised: its measurement is started here, runs in the background, and can be stopped."""

import streamlit as st

from core.anonymizer import UNTOUCHED
from core.errors import NotFound
from core.runs.queue import Run
from core.settings import AnonymizationSettings
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import run_panel
from pages.shared.anonymize_result import RESULTS


def measure(ws: Workspace, info: DatasetInfo, settings: AnonymizationSettings) -> Run | None:
    """Draw the start of a measurement and the one on its way; return the newest that is done."""
    runs = [run for run in ws.runs() if run.kind == "anonymize" and run.dataset == info.id]
    done = next((run for run in runs if run.status == "done"), None)
    with st.container(border=True, key="measure", height="stretch"):
        st.markdown(f"**{text('anonymization.risk')}**")
        untouched = settings == UNTOUCHED
        st.markdown(text("anonymization.risk.lead.none" if untouched else "anonymization.risk.lead"))
        going = bool(runs) and runs[0].is_active
        again = done is not None and done.settings == settings.model_dump(mode="json")
        if st.button(
            text("anonymization.risk.again" if again else "anonymization.risk.start"),
            key="measure_risk",
            type="secondary" if again else "primary",
            icon=":material/troubleshoot:",
            disabled=going,
        ):
            ws.anonymizer.submit(info.id, settings)
            st.rerun()
        if done is None:
            st.caption(text("anonymization.risk.none"))
        else:
            _headline(ws, done, settings)
    if done is not None:
        ws.mark_seen(done.id)  # this page says it: no notice of it, when a newer one has taken its place either
    if runs and runs[0].status != "done":
        run_panel.watch(ws, runs[0])
    return done


def _headline(ws: Workspace, done: Run, settings: AnonymizationSettings) -> None:
    """Say the first thing that the newest measurement found; the rest stands further down."""
    try:
        found = ws.anonymizer.result(done.id)
    except NotFound:
        return
    st.markdown(f"**{text('anonymization.risk.newest')}** {plain(next(iter(found.sentences.values())))}")
    if found.settings != settings:
        st.caption(text("anonymization.risk.other"))
    st.caption(text("anonymization.risk.further", anchor=RESULTS))
