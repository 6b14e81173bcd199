"""The trade-off curve: quality of recommendations over the privacy budget ε, as one plotly figure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.report.figures import MARGIN
from core.report.palette import METHOD_COLOURS, SLATE, translucent
from core.settings import METHODS
from core.texts import text

METRICS = ("ndcg", "recall", "hit_rate", "coverage", "precision", "mrr")
METRIC = re.compile(rf"^({'|'.join(METRICS)})_at_(\d+)$")
DASHES = {"popularity": "dot", "content": "dash"}
SYMBOLS = {"popularity": "circle-open", "content": "line-ew-open", "statistics": "square", "mlp": "diamond"}
KEYS = ["method", "epsilon"]
BAND = 2.0  # standard errors to either side


def metrics_of(curve: pd.DataFrame) -> dict[str, list[int]]:
    """Name the metrics that ``curve`` has figures for, each with its list lengths k.

    Example:
        >>> metrics_of(pd.DataFrame({"ndcg_at_10": [0.1], "ndcg_at_10_noise": [0.0], "recall_at_5": [None]}))
        {'ndcg': [10]}
    """
    found: dict[str, list[int]] = {}
    for column in curve.columns:
        match = METRIC.match(str(column))
        if match and curve[column].notna().any():
            found.setdefault(match[1], []).append(int(match[2]))
    return {metric: sorted(lengths) for metric, lengths in found.items()}


def summarize(curve: pd.DataFrame, column: str) -> pd.DataFrame:
    """Average repeats: one row a method and ε with mean, low, high (two standard errors) and n repeats.

    The band joins the noise of a metric that was itself released (``_noise``) with the spread over repeats or, where
    there is but one, over the shoppers that it was measured on (``_se``). Without any, low = mean = high.
    """
    rows = curve.dropna(subset=[column])
    noise, over_shoppers = (
        rows[f"{column}_{kind}"].fillna(0.0) if f"{column}_{kind}" in rows else pd.Series(0.0, index=rows.index)
        for kind in ("noise", "se")
    )
    alone = ~rows.duplicated(KEYS, keep=False)
    squared = noise**2 + over_shoppers.where(alone, 0.0) ** 2
    groups = rows.assign(noise_squared=squared).groupby(KEYS, sort=True)
    points = groups.agg(mean=(column, "mean"), std=(column, "std"), n=(column, "size"), noise=("noise_squared", "mean"))
    error = np.sqrt((points["std"].fillna(0.0) ** 2 + points["noise"]) / points["n"])
    return points.assign(low=points["mean"] - BAND * error, high=points["mean"] + BAND * error).reset_index()


def hover_lines(curve: pd.DataFrame) -> dict[tuple[str, float], str]:
    """Write, for each method and ε, all of its figures as the lines of a hover box."""
    columns = [column for column in curve.columns if METRIC.match(str(column)) and curve[column].notna().any()]
    means = curve.groupby(KEYS, as_index=False)[columns].mean()
    return {
        (str(row["method"]), float(row["epsilon"])): "<br>".join(
            f"{metric_label(column)}: {row[column]:.3f}" for column in columns if pd.notna(row[column])
        )
        for row in means.to_dict("records")
    }


def metric_label(column: str) -> str:
    """Write ``ndcg_at_10`` as a person reads it: NDCG@10."""
    match = METRIC.match(column)
    return f"{text(f'metric.{match[1]}')}@{match[2]}" if match else column


def points_of(curve: pd.DataFrame) -> list[tuple[str, float]]:
    """List the points (method, ε) of a curve, weakest protection last within each method."""
    pairs = curve[KEYS].drop_duplicates().itertuples(index=False)
    return sorted(
        ((str(method), float(epsilon)) for method, epsilon in pairs), key=lambda p: (METHODS.index(p[0]), p[1])
    )


def nearest_epsilon(curve: pd.DataFrame, epsilon: float) -> float | None:
    """Find the ε of the curve nearest to ``epsilon`` on the logarithmic scale; None where nothing has one.

    Example:
        >>> nearest_epsilon(pd.DataFrame({"epsilon": [0.0, 1.0, 4.0, float("inf")]}), 1.9)
        1.0
    """
    grid = sorted({float(value) for value in curve["epsilon"] if 0 < value < math.inf})
    return min(grid, key=lambda value: abs(math.log(value / epsilon))) if grid else None


@dataclass(frozen=True)
class Headline:
    """What a curve says at one ε; shares are None where there is nothing to compare with."""

    epsilon: float
    value: float
    times_floor: float | None
    share_of_ceiling: float | None


def headline(curve: pd.DataFrame, column: str, method: str, epsilon: float) -> Headline | None:
    """Compare ``method`` at the curve's ε nearest to ``epsilon`` with popularity there and with the ceiling.

    Returns None where the curve has no figure of this method.
    """
    points = summarize(curve, column)
    own = points[(points["method"] == method) & (np.isfinite(points["epsilon"]))]
    if own.empty:
        return None
    at = nearest_epsilon(curve, epsilon) or epsilon
    value = float(own.iloc[(own["epsilon"] - at).abs().argmin()]["mean"])
    floor = points.loc[(points["method"] == "popularity") & (points["epsilon"] == at), "mean"]
    ceiling = points.loc[np.isposinf(points["epsilon"]), "mean"]
    return Headline(
        epsilon=at,
        value=value,
        times_floor=value / floor.iloc[0] if len(floor) and floor.iloc[0] > 0 and method != "popularity" else None,
        share_of_ceiling=value / ceiling.max() if len(ceiling) and ceiling.max() > 0 else None,
    )


def trade_off(
    curve: pd.DataFrame,
    column: str,
    *,
    selected: Sequence[tuple[str, float]] = (),
    chosen: float | None = None,
    watermark: str | None = None,
) -> go.Figure:
    """Draw the curve of metric ``column``, with the floor, the ceiling where it is in ``curve``, and bands.

    Args:
        curve: Columns method, epsilon (infinite: without noise), repeat, and metrics with their ``_noise``.
        column: One of the metric columns, such as ``ndcg_at_10``.
        selected: Points (method, ε) to be ringed.
        chosen: The ε that the person works at, drawn as an upright line.
        watermark: Words across the figure, such as "not for release".

    Each point carries ``customdata`` [method, ε], so that a click can be understood.
    """
    points, lines = summarize(curve, column), hover_lines(curve)
    private = points[np.isfinite(points["epsilon"]) & (points["epsilon"] > 0) & (points["method"] != "content")]
    span = _span(private["epsilon"])
    figure = go.Figure()
    for method in METHODS:
        rows = points[points["method"] == method] if method == "content" else private[private["method"] == method]
        if method == "content" and not rows.empty:
            rows = _flat(rows, span)
        _add_method(figure, method, rows, lines)
    _add_ceiling(figure, points[np.isposinf(points["epsilon"]) & (points["method"] != "content")], span)
    _ring(figure, points, selected, span)
    _axes(figure, column, private["epsilon"])
    if chosen is not None and span[0] <= chosen <= span[1]:
        _mark_chosen(figure, chosen)
    if watermark:
        words = {"size": 30, "color": translucent(SLATE, 0.22)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-20, showarrow=False, font=words
        )
    return figure


def _mark_chosen(figure: go.Figure, epsilon: float) -> None:
    """Draw an upright line at the ε that the person works at."""
    figure.add_vline(x=epsilon, line={"color": SLATE, "width": 1, "dash": "dot"})
    at = float(np.log10(epsilon))  # on a logarithmic axis an annotation stands at the logarithm
    words = text("curve.chosen")
    figure.add_annotation(x=at, y=0, yref="paper", text=words, showarrow=False, xshift=24, yshift=10)


def _span(epsilons: pd.Series) -> tuple[float, float]:
    """Find the stretch of the ε axis, a little wider than the points."""
    if epsilons.empty:
        return 0.1, 10.0
    return float(epsilons.min()) / 1.3, float(epsilons.max()) * 1.3


def _flat(rows: pd.DataFrame, span: tuple[float, float]) -> pd.DataFrame:
    """Stretch what costs no ε over the whole axis: it is the same at every ε."""
    middle = float(np.sqrt(span[0] * span[1]))
    row = rows.iloc[[0]]
    return pd.concat([row.assign(at=x) for x in (span[0], middle, span[1])])


def _add_method(figure: go.Figure, method: str, rows: pd.DataFrame, lines: dict[tuple[str, float], str]) -> None:
    """Add one method's line and, where it is not zero wide, its band."""
    if rows.empty:
        return
    colour, x = METHOD_COLOURS[method], rows["at"] if "at" in rows else rows["epsilon"]
    if (rows["high"] > rows["low"]).any():
        figure.add_scatter(
            x=[*x, *x[::-1]],
            y=[*rows["high"], *rows["low"][::-1]],
            fill="toself",
            fillcolor=translucent(colour, 0.15),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=method,
            mode="lines",
        )
    keys = list(zip(rows["method"], rows["epsilon"], strict=True))
    free = text("curve.no_epsilon")
    figure.add_scatter(
        x=x,
        y=rows["mean"],
        name=text(f"method.{method}"),
        legendgroup=method,
        mode="lines+markers",
        line={"color": colour, "width": 3 if method == "hybrid" else 2, "dash": DASHES.get(method, "solid")},
        marker={"color": colour, "size": 10, "symbol": SYMBOLS.get(method, "circle")},
        customdata=[[m, e, lines.get((str(m), float(e)), ""), f"ε {e:g}" if e else free] for m, e in keys],
        hovertemplate=f"<b>{text(f'method.{method}')}</b>, %{{customdata[3]}}<br>%{{customdata[2]}}<extra></extra>",
    )


def _add_ceiling(figure: go.Figure, ceilings: pd.DataFrame, span: tuple[float, float]) -> None:
    """Draw what the best method reaches without noise as a line across."""
    if ceilings.empty:
        return
    best = ceilings.iloc[int(ceilings["mean"].argmax())]
    name = text("curve.ceiling", method=text(f"method.{best['method']}"))
    figure.add_scatter(
        x=span,
        y=[best["mean"]] * 2,
        name=name,
        mode="lines",
        line={"color": SLATE, "width": 1.5, "dash": "dashdot"},
        hovertemplate=f"{name}: %{{y:.3f}}<extra></extra>",
    )


def _ring(
    figure: go.Figure, points: pd.DataFrame, selected: Sequence[tuple[str, float]], span: tuple[float, float]
) -> None:
    """Ring the points that were selected."""
    middle = float(np.sqrt(span[0] * span[1]))
    for method, epsilon in selected:
        rows = points[(points["method"] == method) & ((points["epsilon"] == epsilon) | (method == "content"))]
        if rows.empty or (method != "content" and not np.isfinite(epsilon)):
            continue
        figure.add_scatter(
            x=[middle if method == "content" else epsilon],
            y=[rows["mean"].iloc[0]],
            mode="markers",
            marker={"symbol": "circle-open", "size": 22, "color": METHOD_COLOURS[method], "line": {"width": 3}},
            hoverinfo="skip",
            showlegend=False,
        )


def _axes(figure: go.Figure, column: str, epsilons: pd.Series) -> None:
    """Lay the axes: ε on a logarithmic scale with the study's own values as ticks, quality from zero."""
    ticks = sorted({float(value) for value in epsilons})
    figure.update_layout(
        height=470,
        margin={**MARGIN, "t": 24},
        legend={"orientation": "h", "yanchor": "top", "y": -0.16, "x": 0},
        hovermode="closest",
        clickmode="event+select",
    )
    figure.update_xaxes(
        type="log",
        title=text("axis.epsilon"),
        tickvals=ticks,
        ticktext=[f"{value:g}" for value in ticks],
        automargin=True,
    )
    figure.update_yaxes(title=metric_label(column), rangemode="tozero", automargin=True)
