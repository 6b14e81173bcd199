"""Parts of the Privacy page about anonymised files: effects, the export."""

import json
import zipfile
from pathlib import Path

import streamlit as st

from core.report.figures import unicity
from core.settings import AnonymizationSettings
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace

KNOWN = "3"  # products that somebody knows of a shopper, for the sentence


@st.cache_data(show_spinner=False, max_entries=32)
def _effects(home: str, dataset_id: str, settings: str, _ws: Workspace) -> dict[str, str]:  # noqa: ARG001 - cache key
    changes = _ws.anonymizer.effects(dataset_id, AnonymizationSettings.model_validate_json(settings))
    return {change.option: plain(change.sentence) for change in changes}


def effects(ws: Workspace, info: DatasetInfo, settings: AnonymizationSettings) -> dict[str, str]:
    """Return, for each option that is on, one sentence on what it does to this data."""
    return _effects(str(info.created), info.id, settings.model_dump_json(), ws)


def export(ws: Workspace, info: DatasetInfo, settings: AnonymizationSettings) -> None:
    """Offer both files anonymised; made when asked for, kept while the settings stay."""
    with st.container(border=True, key="export"):
        st.markdown(f"**{text('privacy.export')}**")
        st.markdown(text("privacy.export.what"))
        wanted = (info.id, settings)
        if st.button(text("privacy.export.prepare"), key="export_prepare", icon=":material/folder_zip:"):
            with st.spinner(text("privacy.export.prepare")):
                st.session_state["export.ready"] = (wanted, ws.anonymizer.export_anonymized(info.id, settings))
        ready: tuple[object, Path] | None = st.session_state.get("export.ready")
        if ready and ready[0] == wanted:
            _risk(ready[1])
            st.download_button(
                text("privacy.export.download"),
                ready[1].read_bytes,
                "anonymised.zip",
                "application/zip",
                key="export_download",
                on_click="ignore",
            )


def _risk(archive: Path) -> None:
    """Show how many shoppers a few known products single out, before and after."""
    with zipfile.ZipFile(archive) as files:
        risk = json.loads(files.read("risk.json"))
    before, after = risk["before"], risk["after"]
    st.markdown(text("privacy.risk", before=before["unicity"][KNOWN], after=after["unicity"][KNOWN], n=KNOWN))
    figure = unicity(before["unicity"], after["unicity"])
    st.plotly_chart(figure, key="unicity", config={"displayModeBar": False}, alt=text("privacy.risk.alt"))
    st.caption(text("privacy.risk.k", before=before["k"], after=after["k"]))
