"""What a measurement found: risk before and after as pictures with a sentence each, what options cost, the files."""

from base64 import b64encode
from typing import Any

import pandas as pd
import streamlit as st

from core.anonymizer import UNTOUCHED, Measured
from core.errors import NotFound
from core.report import risk
from core.runs.queue import Run
from core.settings import AnonymizationSettings
from core.texts import plain, said, text
from core.workspace import Workspace
from pages.shared import state
from pages.shared.anonymize_cards import in_words

RESULTS = "what-was-measured"
STILL = {"displayModeBar": False}
ALSO_NAMED = ("all", "coarsen_time", "price_bands")  # the label of the widget reads on, or there is none
PICTURES = (
    ("unicity", risk.unicity, ("day", "products")),
    ("linkage", risk.linkage, ("linkage",)),
    ("attackers", risk.attackers, ("attackers",)),
    ("groups", risk.group_sizes, ("groups",)),
)
"""Name of a card, its picture, its sentences."""


def result(ws: Workspace, run: Run, settings: AnonymizationSettings) -> None:
    """Draw what a finished measurement found, and its files."""
    try:
        found = ws.anonymizer.result(run.id)
    except NotFound as error:
        st.info(plain(said(str(error))))
        return
    st.subheader(text("anonymization.risk.found"), anchor=RESULTS)
    if found.settings != settings:
        st.warning(text("anonymization.risk.stale"), icon=":material/history:")
    elif settings == UNTOUCHED:
        st.caption(text("anonymization.risk.untouched"))
    after = None if found.settings == UNTOUCHED else found.report["after"]
    for start in range(0, len(PICTURES), 2):
        for column, (name, draw, words) in zip(st.columns(2), PICTURES[start : start + 2], strict=True):
            with column, st.container(border=True, height="stretch", key=f"risk_{name}"):
                _picture(name, draw, words, found, after)
    _groups(found, after)
    if after is not None:
        _cost(found)
    _files(ws, found)


def _picture(name: str, draw: Any, sentences: tuple[str, ...], found: Measured, after: Any) -> None:
    """Draw one risk with what it means in words."""
    st.markdown(f"**{text(f'anonymization.risk.{name}')}**")
    for key in sentences:
        if key in found.sentences:
            st.markdown(plain(in_words(found.sentences[key])))
    picture = draw(found.report["before"], after)
    st.plotly_chart(picture.figure, key=f"picture_{name}", config=STILL, alt=picture.takeaway)
    st.caption(text(f"anonymization.risk.{name}.what"))


def _groups(found: Measured, after: Any) -> None:
    """Write k, l and t before and after."""
    before = found.report["before"]["groups"]
    later = None if after is None else after["groups"]
    with st.container(border=True, horizontal=True, key="risk_klt"):
        for name, digits in (("k", 0), ("l", 0), ("t", 2)):
            value = f"{before[name]:.{digits}f}"
            shown = value if later is None else f"{value} → {later[name]:.{digits}f}"
            st.metric(text(f"anonymization.risk.{name}"), shown, help=text(f"anonymization.risk.{name}.help"))


def _cost(found: Measured) -> None:
    """Show what each option takes away from the data."""
    rows = found.report.get("distortion") or []
    if not rows:
        return
    with st.container(border=True, key="distortion"):
        st.markdown(f"**{text('anonymization.cost')}**")
        st.markdown(text("anonymization.cost.what"))
        table = pd.DataFrame(
            {
                text("anonymization.cost.option"): [_option(row["option"]) for row in rows],
                **{
                    text(f"anonymization.cost.{name}"): [_share(row[name]) for row in rows]
                    for name in ("rows_kept", "shoppers_kept", "products_kept", "information_loss")
                },
                text("anonymization.cost.cells_changed"): [f"{row['cells_changed']:,}" for row in rows],
            }
        )
        st.dataframe(table, hide_index=True, key="cost_table")


def _share(value: float | None) -> str:
    return text("anonymization.cost.none") if value is None else f"{value:.1%}"


def _option(name: str) -> str:
    return text(f"anonymization.cost.{name}" if name in ALSO_NAMED else f"anonymization.{name}")


def _files(ws: Workspace, found: Measured) -> None:
    """Offer the anonymised files with their certificate."""
    page, who = ws.anonymizer.certificate(found.run), state.person()

    def packed() -> bytes:
        return ws.anonymizer.export_zip(found.run, by=who).read_bytes()

    with st.container(border=True, key="files"):
        st.markdown(f"**{text('anonymization.files')}**")
        if found.settings == UNTOUCHED:
            st.warning(text("anonymization.files.untouched"), icon=":material/warning:")
        else:
            st.markdown(text("anonymization.files.what"))
        with st.container(horizontal=True):
            _download("zip", packed, "anonymised.zip", "application/zip", ":material/folder_zip:")
            if page is not None:
                _download("certificate", page, "certificate.html", "text/html", ":material/verified:")
        if page is not None and st.toggle(text("anonymization.files.view"), key="certificate_shown"):
            # As a data address it is a stranger to this page: whatever stands in it can reach nothing here.
            address = f"data:text/html;charset=utf-8;base64,{b64encode(page.encode()).decode()}"
            st.iframe(address, height=700, alt=text("anonymization.files.view.alt"))


def _download(name: str, data: Any, file: str, mime: str, icon: str) -> None:
    label = text(f"anonymization.files.{name}")
    st.download_button(label, data, file, mime, key=f"{name}_download", on_click="ignore", icon=icon)
