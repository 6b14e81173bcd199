"""What a curve says in one sentence for whoever cannot see it, one line of it with a target, several on one axis."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.report.curve import metric_label, summarize
from core.report.decide import Answer, ceiling_of, line_of, methods_with_epsilon
from core.report.figures import MARGIN
from core.report.palette import BLUE, METHOD_COLOURS, OLIVE, ORANGE, PINK, SLATE, TEAL, translucent
from core.texts import text

COLOURS = (TEAL, ORANGE, BLUE, PINK, OLIVE)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
HEIGHT = 400
MANY = 8  # ε on one axis; above it their own values are no ticks any more


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a picture with several: its name and its points (columns epsilon, mean, low, high)."""

    name: str
    points: pd.DataFrame

    @property
    def label(self) -> str:
        """The name without what a picture would take for markup."""
        return re.sub(r"[<>&]", "", self.name)


def takeaway(curve: pd.DataFrame, column: str) -> str:
    """Say what a curve shows with its numbers: each method at both ends, what is free, the ceiling."""
    points, said = summarize(curve, column), []
    for method in methods_with_epsilon(points):
        line = line_of(points, method)
        said.append(_end_to_end(text(f"method.{method}"), line))
    for row in points[points["method"] == "content"].to_dict("records"):
        said.append(text("decide.alt.free", **_figures(row)))
    ceiling = ceiling_of(points)
    if ceiling is not None:
        said.append(text("decide.alt.ceiling", value=ceiling))
    return text("decide.alt", metric=metric_label(column), lines=" ".join(said))


def lines_takeaway(lines: Sequence[Line], column: str) -> str:
    """Say what several lines on one axis show, with the numbers at their ends."""
    said = " ".join(_end_to_end(line.name, line.points) for line in lines)
    return text("decide.alt", metric=metric_label(column), lines=said)


def decision(points: pd.DataFrame, answer: Answer, column: str, watermark: str | None = None) -> go.Figure:
    """Draw the line of one method with its band, the target across it, and the ε that reach it as an upright strip."""
    line, colour = line_of(points, answer.method), METHOD_COLOURS[answer.method]
    figure = go.Figure()
    _add_line(figure, text(f"method.{answer.method}"), line, colour, "circle")
    figure.add_hline(y=answer.target, line={"color": SLATE, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=answer.target, yanchor="bottom", showarrow=False,
        text=text("decide.figure.target", target=answer.target),
    )  # fmt: skip
    if answer.kind in ("reached", "lowest") and answer.possible is not None:
        to = answer.sure if answer.sure is not None else float(line["epsilon"].iloc[-1])
        figure.add_vrect(x0=answer.possible, x1=to, fillcolor=translucent(SLATE, 0.12), line_width=0, layer="below")
        figure.add_vline(x=answer.epsilon, line={"color": SLATE, "width": 1.5, "dash": "dot"})
    return _lay_out(figure, column, line["epsilon"], watermark).update_layout(showlegend=False)


def overlaid(
    lines: Sequence[Line],
    column: str,
    *,
    across: Sequence[tuple[str, float, float]] = (),
    watermark: str | None = None,
) -> go.Figure:
    """Draw several lines with their bands on one logarithmic ε axis.

    Args:
        lines: At most five, in the order of their colours.
        column: The metric that all of them show.
        across: What has no ε: (name, value, standard error), drawn as lines across.
        watermark: Words across the figure.
    """
    figure = go.Figure()
    for line, colour, symbol in zip(lines, COLOURS, SYMBOLS, strict=False):
        _add_line(figure, line.label, line.points, colour, symbol)
    epsilons = pd.concat([line.points["epsilon"] for line in lines]) if lines else pd.Series([1.0])
    for name, value, error in across:
        span = [float(epsilons.min()), float(epsilons.max())]
        figure.add_scatter(
            x=span, y=[value] * 2, name=name, mode="lines", line={"color": SLATE, "dash": "dash", "width": 2},
            hovertemplate=f"{name}: {value:.3f} ± {error:.3f}<extra></extra>",
        )  # fmt: skip
    return _lay_out(figure, column, epsilons, watermark)


def _end_to_end(name: str, line: pd.DataFrame) -> str:
    """Say where a line begins and where it ends."""
    first, last = line.iloc[0], line.iloc[-1]
    if len(line) == 1:
        return text("decide.alt.point", name=name, epsilon=first["epsilon"], **_figures(first))
    ends = {f"{key}_{at}": value for at, row in (("from", first), ("to", last)) for key, value in _figures(row).items()}
    return text("decide.alt.line", name=name, epsilon_from=first["epsilon"], epsilon_to=last["epsilon"], **ends)


def _figures(row: Any) -> dict[str, float]:
    return {"value": float(row["mean"]), "low": float(row["low"]), "high": float(row["high"])}


def _add_line(figure: go.Figure, name: str, points: pd.DataFrame, colour: str, symbol: str) -> None:
    x = list(points["epsilon"])
    if (points["high"] > points["low"]).any():
        figure.add_scatter(
            x=[*x, *x[::-1]],
            y=[*points["high"], *points["low"][::-1]],
            fill="toself",
            fillcolor=translucent(colour, 0.15),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=name,
            mode="lines",
        )
    figure.add_scatter(
        x=x,
        y=points["mean"],
        name=name,
        legendgroup=name,
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={"color": colour, "size": 9, "symbol": symbol},
        customdata=points[["low", "high"]].to_numpy(),
        hovertemplate=f"<b>{name}</b>, ε %{{x:.3g}}: %{{y:.3f}} "
        "(%{customdata[0]:.3f}–%{customdata[1]:.3f})<extra></extra>",
    )


def _ticks(epsilons: pd.Series) -> list[float]:
    """Choose ticks: the ε themselves where they are few, else 1, 2, 5 of each decade; none too close for a phone.

    Example:
        >>> _ticks(pd.Series([0.5, 1.0, 8.0])), _ticks(pd.Series([0.07, 0.3, 0.9, 1, 2, 3, 4, 7, 20]))
        ([0.5, 1.0, 8.0], [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0])
    """
    own = sorted({float(value) for value in epsilons})
    low, high = math.floor(math.log10(own[0])), math.ceil(math.log10(own[-1]))
    decades = [round(step * 10.0**power, 10) for power in range(low, high + 1) for step in (1, 2, 5)]
    ticks: list[float] = []
    for value in own if len(own) <= MANY else [tick for tick in decades if own[0] <= tick <= own[-1]]:
        if not ticks or math.log(value / ticks[-1]) > 0.35:
            ticks.append(value)
    return ticks


def _lay_out(figure: go.Figure, column: str, epsilons: pd.Series, watermark: str | None) -> go.Figure:
    """Lay the axes, ticks no closer than a phone can show, and the words across."""
    ticks = _ticks(epsilons)
    figure.update_layout(
        height=HEIGHT,
        margin={**MARGIN, "t": 24},
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0},
        hovermode="closest",
        showlegend=True,
    )
    edge = [float(np.log10(epsilons.min())) - 0.08, float(np.log10(epsilons.max())) + 0.08]
    words = [f"{value:.3g}" for value in ticks]
    figure.update_xaxes(
        type="log", title=text("axis.epsilon"), tickvals=ticks, ticktext=words, range=edge, automargin=True, tickangle=0
    )
    figure.update_yaxes(title=metric_label(column), rangemode="tozero", automargin=True)
    if watermark:
        style = {"size": 26, "color": translucent(SLATE, 0.22)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-20, showarrow=False, font=style
        )
    return figure
