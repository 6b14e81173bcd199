"""Parts of the Trade-off page: the room, the clickable curve, the picked points."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.report.curve import headline, metric_label, metrics_of, trade_off
from core.runs.queue import Run
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared import state
from pages.shared.fields import keep
from pages.shared.run_panel import took

PRIVATE_ROOMS = ("curator", "releasable")
ROOM = "curve.room"


def room_now(info: DatasetInfo) -> str:
    """Return the room this page stands in; it is known before its switch is drawn."""
    return "sample" if info.kind == "sample" else str(st.session_state.get(ROOM) or PRIVATE_ROOMS[0])


def choose_room(info: DatasetInfo, room: str) -> None:
    """Draw the switch between the two rooms of private data, and what the room means."""
    if info.kind != "sample":
        st.segmented_control(
            text("room.label"),
            PRIVATE_ROOMS,
            format_func=lambda name: text(f"room.{name}"),
            key=keep(ROOM, PRIVATE_ROOMS[0]),
            required=True,
            persist_state="session",
        )
    st.caption(text(f"room.{room}.what"))


def choose_metric(curve: pd.DataFrame) -> str:
    """Draw the choice of the metric and of the list's length; say in plain words what it means. Return its column."""
    offered = metrics_of(curve)
    left, right = st.columns([3, 1])
    metric = left.segmented_control(
        text("curve.metric"),
        list(offered),
        format_func=lambda name: text(f"metric.{name}"),
        key=keep("curve.metric", next(iter(offered))),
        required=True,
        persist_state="session",
    )
    metric = metric if metric in offered else next(iter(offered))
    lengths = offered[metric]
    k = right.segmented_control(
        text("curve.k"), lengths, key=keep("curve.k", lengths[0]), required=True, persist_state="session"
    )
    k = k if k in lengths else lengths[0]
    st.caption(text(f"metric.{metric}.what", k=k))
    return f"{metric}_at_{k}"


def draw_curve(run_id: str, curve: pd.DataFrame, column: str, room: str, chosen: float | None) -> None:
    """Draw the curve; a click on a point adds it to what is compared."""
    figure = trade_off(
        curve,
        column,
        selected=state.points(run_id),
        chosen=chosen,
        watermark=text("room.watermark") if room == "curator" else None,
    )
    name = f"tact-{column}-{room}" + ("-NOT-FOR-RELEASE" if room == "curator" else "")
    event = st.plotly_chart(
        figure,
        key=f"curve_{run_id}_{room}_{column}",
        on_select="rerun",
        selection_mode="points",
        config={
            "displayModeBar": True,
            "displaylogo": False,
            "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
            "modeBarButtons": [["toImage"]],
        },
        alt=text("curve.alt", metric=metric_label(column)),
    )
    clicked = clicked_points(event)
    if clicked and any(point not in state.points(run_id) for point in clicked):
        state.set_points(run_id, [*state.points(run_id), *clicked])
        st.rerun()


def clicked_points(event: Any) -> list[state.Point]:
    """Read which points (method, ε) were clicked from the chart's event."""
    found = []
    for point in event["selection"]["points"]:
        data = point.get("customdata")
        if data is not None and len(data) >= 2:
            found.append((str(data[0]), float(data[1])))
    return found


def point_name(point: state.Point) -> str:
    """Write a point as a person reads it: method and ε."""
    method, epsilon = point
    if method == "content":
        spent = text("epsilon.free")
    else:
        spent = text("epsilon.value", epsilon=epsilon) if math.isfinite(epsilon) else text("epsilon.none")
    return f"{text(f'method.{method}')}, {spent}"


def say_headline(curve: pd.DataFrame, column: str, method: str, epsilon: float) -> None:
    """Say in one sentence what the curve says at this ε."""
    found = headline(curve, column, method, epsilon)
    if found is None:
        return
    floor = text("curve.headline.floor", times=found.times_floor) if found.times_floor else ""
    share = found.share_of_ceiling
    ceiling = "" if share is None else text("curve.headline.ceiling", share=share)
    if share is not None and share >= 1:  # noise in the figures: nothing is better than possible
        ceiling = text("curve.headline.as_good")
    st.markdown(
        text(
            "curve.headline",
            epsilon=found.epsilon,
            method=text(f"method.{method}"),
            metric=metric_label(column),
            value=found.value,
            floor=floor,
            ceiling=ceiling,
        )
    )


def marked(table: pd.DataFrame, room: str) -> pd.DataFrame:
    """In the curator's room, figures with a column that says so: a table on screen is a file at one click."""
    return table.assign(**{text("room.curator"): text("room.watermark")}) if room == "curator" else table


def all_figures(curve: pd.DataFrame, room: str) -> None:
    """Draw every figure of a curve as a table, under the names that people read."""
    shown = curve.round(4)
    shown["method"] = [text(f"method.{method}") for method in curve["method"]]
    shown["delta"] = [f"{delta:.2g}" for delta in curve["delta"]]  # rounded like the rest it would be 0
    names = {name: _figure_name(name) for name in shown.columns}
    st.dataframe(marked(shown, room), hide_index=True, column_config=names)


def validation(losses: tuple[float, ...]) -> None:
    """Say how the network without noise did on folds held out, where cross-validation was asked for."""
    if losses:
        told = ", ".join(f"{loss:.4f}" for loss in losses)
        st.caption(text("curve.validation", mean=sum(losses) / len(losses), n=len(losses), losses=told))


def _figure_name(column: str) -> str:
    """Name a column of a curve: a setting, a figure, or how far a figure may be off and why."""
    for suffix in ("se", "noise"):
        if column.endswith(f"_{suffix}"):
            return text(f"curve.table.{suffix}", metric=metric_label(column.removesuffix(f"_{suffix}")))
    return metric_label(column) if "_at_" in column else text(f"column.{column}")


def cost(info: DatasetInfo, run: Run, room: str) -> None:
    """Draw what the study has cost; not how long it took, outside: the more shoppers, the longer."""
    with st.container(border=True, key="cost"):
        st.markdown(f"**{text('curve.cost')}**")
        with st.container(horizontal=True):
            spent = run.facts.get("epsilon_spent")
            free = text("curve.cost.free")
            st.metric(text("curve.cost.epsilon"), free if info.kind == "sample" else f"{spent or 0:.3g}")
            if room != "releasable":
                st.metric(text("curve.cost.time"), took(run))
