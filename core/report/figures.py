"""Pictures of a dataset and of a promise, as plotly figures; pure functions from small frames.

Fonts, background and grid come from the page's theme; only the colours of marks are set here.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.columns import Columns, Events
from core.report.palette import ACCENT, BLUE, EVENT_COLOURS, ORANGE, SLATE, translucent
from core.texts import text

HEIGHT = 280
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def plain_layout(figure: go.Figure, x: str, y: str, height: int = HEIGHT) -> go.Figure:
    """Give ``figure`` the axes' names and the one layout that all of Tact's pictures share."""
    figure.update_layout(
        height=height,
        margin=MARGIN,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None},
        hovermode="closest",
        bargap=0.08,
    )
    figure.update_xaxes(title=x, automargin=True)
    figure.update_yaxes(title=y, automargin=True, rangemode="tozero")
    return figure


DAY_MS = 86_400_000
DATES = [
    {"dtickrange": [None, DAY_MS], "value": "%Y-%m-%d"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
"""How a time axis is marked, by the distance of its marks: without names of months, so the same in each language."""


def events_over_time(per_day: pd.DataFrame) -> go.Figure:
    """Draw events a day (or week), one area a behaviour; ``per_day`` has time, event_type, events."""
    figure = go.Figure()
    times = per_day["time"].drop_duplicates()
    is_long = len(times) > 2
    for event in Events.ALL:
        rows = per_day[per_day[Columns.EVENT] == event]
        if rows.empty:
            continue
        colour = EVENT_COLOURS[event]
        figure.add_scatter(
            x=rows["time"],
            y=rows["events"],
            name=text(f"event.{event}.many"),
            mode="lines" if is_long else "lines+markers",
            line={"color": colour, "width": 2},
            fill="tozeroy",
            fillcolor=translucent(colour, 0.12),
            hovertemplate="%{x|%Y-%m-%d}: %{y:,}<extra></extra>",
        )
    plain_layout(figure, "", text("axis.events"))
    figure.update_xaxes(tickformatstops=DATES)
    if len(times) == 1:  # an axis of one moment would be told in milliseconds
        day = pd.Timestamp(times.iloc[0])
        around = [day - pd.Timedelta(days=1), day + pd.Timedelta(days=1)]
        figure.update_xaxes(range=around, tickvals=[day], tickformat="%Y-%m-%d")
    return figure.update_layout(showlegend=True)  # a single line would go without its name


def popularity_curve(ranks: pd.DataFrame) -> go.Figure:
    """Draw events by rank of a product, both axes logarithmic; ``ranks`` has rank, events."""
    figure = go.Figure(
        go.Scatter(
            x=ranks["rank"],
            y=ranks["events"],
            mode="lines",
            line={"color": ACCENT, "width": 3},
            hovertemplate=text("hover.popularity") + "<extra></extra>",
        )
    )
    plain_layout(figure, text("axis.rank"), text("axis.events"))
    figure.update_xaxes(type="log", dtick=1)
    figure.update_yaxes(type="log", dtick=1)
    return figure


def bars(frame: pd.DataFrame, x: str, y: str, x_title: str, y_title: str, colour: str = ACCENT) -> go.Figure:
    """Draw upright bars of column ``y`` over the categories of column ``x``, in the frame's order."""
    figure = go.Figure(
        go.Bar(
            x=frame[x].astype(str),
            y=frame[y],
            marker_color=colour,
            hovertemplate="%{x}: %{y:,}<extra></extra>",
        )
    )
    plain_layout(figure, x_title, y_title)
    figure.update_xaxes(type="category")
    return figure


def lying_bars(frame: pd.DataFrame, label: str, value: str, title: str, colour: str = BLUE) -> go.Figure:
    """Draw bars that lie, for names too long to stand; the largest is on top."""
    frame = frame.sort_values(value)
    figure = go.Figure(
        go.Bar(
            x=frame[value],
            y=frame[label].astype(str),
            orientation="h",
            marker_color=colour,
            hovertemplate="%{y}: %{x:,}<extra></extra>",
        )
    )
    plain_layout(figure, title, "", max(HEIGHT, 24 * len(frame) + 60))
    figure.update_yaxes(type="category")
    return figure


def events_per_shopper(frame: pd.DataFrame) -> go.Figure:
    """Draw how many shoppers have how many events; ``frame`` has label (a range as words), users."""
    return bars(frame, "label", "users", text("axis.events_per_shopper"), text("axis.shoppers"))


def prices(frame: pd.DataFrame) -> go.Figure:
    """Draw how many products cost how much; ``frame`` has price_from, price_to, items, the last class open above."""
    width = float(frame["price_to"].iloc[0] - frame["price_from"].iloc[0])
    figure = go.Figure(
        go.Bar(
            x=frame["price_from"],
            y=frame["items"],
            width=width,
            offset=0,
            marker_color=BLUE,
            customdata=frame[["price_to"]],
            hovertemplate="%{x:,.2f}–%{customdata[0]:,.2f}: %{y:,}<extra></extra>",
        )
    )
    return plain_layout(figure, text("axis.price"), text("axis.products"))


def categories(frame: pd.DataFrame, limit: int = 15) -> go.Figure:
    """Draw the categories with most products; ``frame`` has category, items."""
    return lying_bars(frame.nlargest(limit, "items"), Columns.CATEGORY, "items", text("axis.products"))


def behaviours(counts: pd.DataFrame) -> go.Figure:
    """Draw how many events were purchases and how many views; ``counts`` has event_type, events."""
    figure = go.Figure()
    total = max(int(counts["events"].sum()), 1)
    for event, events in zip(counts[Columns.EVENT], counts["events"], strict=True):
        figure.add_bar(
            x=[events],
            y=[""],
            orientation="h",
            name=f"{text(f'event.{event}.many')}: {events:,} ({events / total:.0%})",
            marker_color=EVENT_COLOURS.get(event, SLATE),
            hovertemplate="%{x:,}<extra></extra>",
        )
    plain_layout(figure, text("axis.events"), "", 170)
    margin = {**MARGIN, "t": 44}  # on a phone the legend takes two lines
    return figure.update_layout(barmode="stack", showlegend=True, margin=margin)


def dots(n_marked: int, colour: str = ORANGE) -> go.Figure:
    """Draw 100 dots of which ``n_marked`` are coloured: a chance that can be counted.

    Example:
        >>> figure = dots(3)
        >>> sum(colour == ORANGE for colour in figure.data[0].marker.color)
        3
    """
    n_marked = int(np.clip(n_marked, 0, 100))
    places = np.arange(100)
    figure = go.Figure(
        go.Scatter(
            x=places % 10,
            y=9 - places // 10,
            mode="markers",
            marker={
                "size": 10,
                "color": [colour] * n_marked + [translucent(SLATE, 0.3)] * (100 - n_marked),
            },
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.update_layout(height=170, margin=MARGIN)
    figure.update_xaxes(visible=False, fixedrange=True, range=[-0.7, 10.3])
    figure.update_yaxes(visible=False, fixedrange=True, range=[-0.7, 9.7], scaleanchor="x")
    return figure
