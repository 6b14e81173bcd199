"""The risk of being recognised: measured in the background, shown before and after, with the files to hand on."""

from base64 import b64encode
from typing import Any

import streamlit as st

from core.anonymizer import UNTOUCHED, Measured
from core.errors import NotFound
from core.report.figures import unicity
from core.runs.queue import Run
from core.settings import AnonymizationSettings
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import run_panel

STILL = {"displayModeBar": False}
KNOWN = "3"  # purchases that somebody knows of a shopper, for the sentence


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
        if done is None and not runs:
            st.caption(text("anonymization.risk.none"))
    if runs and runs[0].status != "done":
        run_panel.watch(ws, runs[0])
    return done


def result(ws: Workspace, run: Run, settings: AnonymizationSettings) -> None:
    """Draw what a finished measurement found, and its files."""
    try:
        found = ws.anonymizer.result(run.id)
    except NotFound as error:
        st.info(plain(error))
        return
    st.subheader(text("anonymization.risk.found"))
    if found.settings != settings:
        st.warning(text("anonymization.risk.stale"), icon=":material/history:")
    _unicity(found)
    _files(ws, found)


def _unicity(found: Measured) -> None:
    """Draw the share of shoppers singled out by what is known of them."""
    before, after = found.report["before"], found.report["after"]
    with st.container(border=True, key="risk_unicity"):
        st.markdown(f"**{text('anonymization.risk.unicity')}**")
        shares = {"before": before["unicity"][KNOWN], "after": after["unicity"][KNOWN], "n": KNOWN}
        st.markdown(text("anonymization.risk.unicity.days", **shares))
        figure = unicity(before["unicity"], after["unicity"])
        st.plotly_chart(figure, key="unicity", config=STILL, alt=text("anonymization.risk.unicity.alt", **shares))
        st.caption(text("anonymization.risk.k", before=before["k"], after=after["k"]))


def _files(ws: Workspace, found: Measured) -> None:
    """Offer the anonymised files with their certificate."""
    with st.container(border=True, key="files"):
        st.markdown(f"**{text('anonymization.files')}**")
        st.markdown(text("anonymization.files.what"))
        page = ws.anonymizer.certificate(found.run)
        with st.container(horizontal=True):
            run_id: str = found.run

            def packed() -> Any:
                return ws.anonymizer.export_zip(run_id).read_bytes()

            st.download_button(
                text("anonymization.files.zip"),
                packed,
                "anonymised.zip",
                "application/zip",
                key="export_download",
                on_click="ignore",
                icon=":material/folder_zip:",
            )
            if page is not None:
                st.download_button(
                    text("anonymization.files.certificate"),
                    page,
                    "certificate.html",
                    "text/html",
                    key="certificate_download",
                    on_click="ignore",
                    icon=":material/verified:",
                )
        if page is not None:
            with st.expander(text("anonymization.files.view"), icon=":material/visibility:"):
                # As a data address it is a stranger to this page: whatever stands in it can reach nothing here.
                body = b64encode(page.encode()).decode()
                st.iframe(
                    f"data:text/html;charset=utf-8;base64,{body}", height=600, alt=text("anonymization.files.view.alt")
                )
