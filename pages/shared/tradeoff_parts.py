"""Parts of the Trade-off page: the room, the clickable curve, the picked points."""

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.report.curve import headline, metric_label, metrics_of, points_of, summarize, trade_off
from core.report.curves import takeaway
from core.runs.queue import Run
from core.texts import spoken, text
from core.workspace import DatasetInfo, Room, Workspace
from pages.shared import link, state
from pages.shared.fields import keep
from pages.shared.noted import taken
from pages.shared.run_panel import took

PRIVATE_ROOMS = ("curator", "releasable")
ROOM = link.ROOM

BEYOND = ("novelty_", "diversity_", "popularity_bias_", "gini_", "churn_")


def room_now(info: DatasetInfo) -> Room:
    """Return the room this page stands in; it is known before its switch is drawn."""
    if info.kind == "sample":
        return "sample"
    return "releasable" if st.session_state.get(ROOM) == "releasable" else "curator"


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
    if room == "releasable":
        st.caption(text("tradeoff.left_out"))


def choose_metric(curve: pd.DataFrame) -> str:
    """Draw the choice of the metric and of the list's length; say in plain words what it means. Return its column."""
    offered = metrics_of(curve)
    with st.container(horizontal=True, gap="medium"):
        metric = _choice(text("curve.metric"), list(offered), link.METRIC_KEY, lambda name: text(f"metric.{name}"))
        k = _choice(text("curve.k"), offered[metric], link.K_KEY, str)
    st.caption(text(f"metric.{metric}.what", k=k))
    return f"{metric}_at_{k}"


def _choice(label: str, options: list[Any], key: str, name: Callable[[Any], str]) -> Any:
    """Draw a choice that outlives a page switch; what another room or an address asked for may not be here."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    chosen = st.segmented_control(
        label, options, format_func=name, key=key, required=True, persist_state="session", width="content"
    )
    return chosen if chosen in options else options[0]


def open_tabs() -> dict[str, Any]:
    """Draw the tabs by their names; only what stands in the open one need be computed."""
    labels = {name: text(f"tradeoff.tab.{name}") for name in link.TABS}
    key = f"widget.tabs.{spoken()}"
    if st.session_state.get(key) not in labels.values():
        st.session_state[key] = labels[st.session_state.get(link.TAB) or link.TABS[0]]
    tabs = dict(zip(labels, st.tabs(list(labels.values()), key=key, on_change="rerun"), strict=True))
    st.session_state[link.TAB] = next((name for name, tab in tabs.items() if tab.open), link.TABS[0])
    return tabs


def words_across(ws: Workspace, study: Run, room: str) -> str | None:
    """Return what stands across every picture and in every file: not for release, a draft, or nothing."""
    if room == "curator":
        return text("room.watermark")
    is_draft = room == "releasable" and ws.releases.state(study.id).is_draft
    return text("tradeoff.draft") if is_draft else None


def draw_curve(
    run_id: str, curve: pd.DataFrame, column: str, room: str, chosen: float | None, words: str | None
) -> None:
    """Draw the curve; a click on a point adds it to what is compared."""
    figure = trade_off(
        curve,
        column,
        selected=state.points(run_id),
        chosen=chosen,
        watermark=words,
    )
    event = st.plotly_chart(
        figure,
        key=f"curve_{run_id}_{room}_{column}",
        on_select="rerun",
        selection_mode="points",
        config=camera(f"tact-{column}-{file_suffix(room, words)}"),
        alt=takeaway(curve, column),
    )
    clicked = clicked_points(event)
    if clicked and any(point not in state.points(run_id) for point in clicked):
        state.set_points(run_id, [*state.points(run_id), *clicked])
        st.rerun()


def camera(name: str) -> dict[str, Any]:
    """Return the tools of a figure: its picture as a file of this name, and nothing else."""
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
        "modeBarButtons": [["toImage"]],
    }


def file_suffix(room: str, words: str | None) -> str:
    """Return how the name of a file ends that somebody takes along."""
    if room == "curator":
        return "curator-NOT-FOR-RELEASE"
    return room if words is None else f"{room}-DRAFT"


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


def marked(table: pd.DataFrame, room: str, words: str | None = None) -> pd.DataFrame:
    """Figures with a column that says what they are not for: a table on screen is a file at one click."""
    if room == "curator":
        return table.assign(**{text("room.curator"): text("room.watermark")})
    return table.assign(**{text("room.releasable"): words}) if words else table


def picked_points(study: Run, curve: pd.DataFrame) -> None:
    """Draw the choice of the points that are compared on the Recommendations page."""
    offered = points_of(curve)
    picked = [point for point in state.points(study.id) if point in offered]
    chosen = st.multiselect(
        text("curve.picked"),
        offered,
        default=picked,
        format_func=point_name,
        max_selections=state.MAX_POINTS,
        help=text("curve.picked.help"),
        placeholder=text("curve.picked.none"),
    )
    if chosen != picked:
        state.set_points(study.id, chosen)
        st.rerun()


def take_along(ws: Workspace, study: Run, curve: pd.DataFrame, room: str, words: str | None) -> None:
    """Offer the figures as a file, and say what else can be taken along and what the bands are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        content = marked(curve, room, words)
        data = taken(ws, "curve.downloaded", study.id, lambda: content.to_csv(index=False).encode())
        name = f"tact-curve-{file_suffix(room, words)}.csv"
        st.download_button(text("curve.csv"), data, name, "text/csv", on_click="ignore", icon=":material/download:")
        st.caption(text("curve.png"))
        st.caption(text("curve.bands"))


def all_figures(curve: pd.DataFrame, room: str, words: str | None) -> None:
    """Draw every figure of a curve as a table, under the names that people read."""
    there = [name for name in curve.columns if not name.startswith(BEYOND)]  # those have a tab of their own
    shown = curve[there].round(4)
    shown["method"] = [text(f"method.{method}") for method in curve["method"]]
    shown["delta"] = [f"{delta:.2g}" for delta in curve["delta"]]  # rounded like the rest it would be 0
    names = {name: _figure_name(name) for name in shown.columns}
    st.dataframe(marked(shown, room, words), hide_index=True, column_config=names)


def points_table(curve: pd.DataFrame, column: str, room: str, words: str | None) -> None:
    """Draw what the figure shows as a table: each point with its interval and the number of draws."""
    points = summarize(curve, column).to_dict("records")
    rows = [
        {
            text("compare.point"): point_name((str(row["method"]), float(row["epsilon"]))),
            metric_label(column): f"{row['mean']:.3f}",
            text("decide.gains.interval"): text(
                "decide.gains.from_to", low=f"{row['low']:.3f}", high=f"{row['high']:.3f}"
            ),
            text("compare.draws"): row["n"],
        }
        for row in points
    ]
    st.dataframe(marked(pd.DataFrame(rows), room, words), hide_index=True)


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
