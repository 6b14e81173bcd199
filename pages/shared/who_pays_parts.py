"""Parts of the Trade-off page: who pays for privacy, and what lists are like beyond being right."""

import pandas as pd
import streamlit as st

from core.report import who_pays as report
from core.runs.queue import Run
from core.settings import METHODS
from core.texts import text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, places
from pages.shared.fields import keep
from pages.shared.tradeoff_parts import camera, file_suffix, words_across

FIRST = "hybrid"


def who_pays(ws: Workspace, info: DatasetInfo, study: Run, room: str) -> None:
    """Draw the quality of groups at each ε, with the sentence that sums it up."""
    st.subheader(text("pays.title"), anchor="pays")
    st.markdown(text("pays.lead"))
    if room == "releasable":
        st.info(text("pays.not_outside"), icon=":material/lock:")
        return
    groups = ws.analyst.who_pays(study.id)
    offered = report.groupings_of(groups)
    if not offered:
        _train_again()
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grouping = st.segmented_control(
            text("pays.by"),
            offered,
            format_func=lambda name: text(f"pays.by.{name}"),
            key=keep("pays.by", offered[0]),
            required=True,
        )
        method = _method(list(groups["method"].drop_duplicates()), "pays.method")
    grouping = grouping if grouping in offered else offered[0]
    points = report.by_group(groups, method, grouping)
    if points.empty:
        st.info(text("pays.nothing"))
        return
    asked = ws.privacy(info.id).epsilon or 1.0
    epsilon = min(points["epsilon"].unique(), key=lambda value: abs(value - asked))
    said = report.takeaway(points, grouping, float(epsilon))
    st.markdown(f"**{said}**")
    words = words_across(ws, study, room)
    config = camera(f"tact-who-pays-{grouping}-{file_suffix(room, words)}")
    three = {float(points["epsilon"].min()), float(epsilon), float(points["epsilon"].max())}  # more hide each other
    drawn = report.figure(points[points["epsilon"].isin(three)], grouping, words)
    st.plotly_chart(drawn, key=f"pays_{study.id}_{grouping}_{method}", config=config, alt=said)
    st.caption(text(f"pays.by.{grouping}.what"))
    st.caption(text("pays.bands", n=report.FEW))


def beyond_accuracy(ws: Workspace, info: DatasetInfo, study: Run, room: str, curve: pd.DataFrame) -> None:  # noqa: ARG001
    """Draw coverage, novelty, diversity, bias, exposure and churn over ε, each with what it means."""
    st.subheader(text("beyond.title"), anchor="beyond")
    st.markdown(text("beyond.lead"))
    if room == "releasable":
        st.info(text("pays.not_outside"), icon=":material/lock:")
        return
    names = report.beyond_of(curve)
    if set(names) <= {"coverage"}:
        _train_again()
        return
    private = curve[(curve["epsilon"] > 0) & (curve["epsilon"] < float("inf"))]
    method = _method(list(private["method"].drop_duplicates()), "beyond.method")
    said = report.beyond_takeaway(curve, method)
    st.markdown(said)
    words = words_across(ws, study, room)
    config = camera(f"tact-beyond-accuracy-{file_suffix(room, words)}")
    st.plotly_chart(report.beyond_figure(curve, words), key=f"beyond_{study.id}", config=config, alt=said)
    for name in names:
        st.caption(f"**{text(f'beyond.{name}')}**: {text(f'beyond.{name}.what')}")


def _method(there: list[str], key: str) -> str:
    """Ask for one of the methods that learn from shoppers."""
    offered = [name for name in METHODS if name in there and name != "content"]
    first = FIRST if FIRST in offered else offered[-1]
    chosen = st.segmented_control(
        text("pays.method"),
        offered,
        format_func=lambda name: text(f"method.{name}"),
        key=keep(key, first),
        required=True,
    )
    return str(chosen) if chosen in offered else first


def _train_again() -> None:
    """Say that this study is too old, or measured nothing, and how to go on."""
    st.info(text("pays.old"), icon=":material/signpost:")
    frame.go(text("frame.to_training"), places.TRAINING, key="pays_to_training")
