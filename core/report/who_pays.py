"""Who pays for privacy, as pictures and sentences: quality of groups over ε, and what lists are like beyond it."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.report.figures import MARGIN
from core.report.palette import METHOD_COLOURS, SLATE, translucent
from core.texts import text

METRIC = "ndcg_at_10"
GROUPINGS = ("activity", "head", "category", "price")
BEYOND = ("coverage", "novelty", "diversity", "popularity_bias", "gini", "churn")
FEW = 30  # judges: below this a figure says little
BAND = 2.0  # standard errors to either side


@dataclass(frozen=True)
class Kept:
    """What one group keeps at an ε of what it has at the study's largest: a share, with two standard errors."""

    group: str
    share: float
    error: float


def groupings_of(groups: pd.DataFrame) -> list[str]:
    """List the groupings that a study has figures of."""
    return [name for name in GROUPINGS if not groups.empty and (groups["grouping"] == name).any()]


def by_group(groups: pd.DataFrame, method: str, grouping: str) -> pd.DataFrame:
    """Average repeats: one row a group and ε with mean, error (two standard errors) and n, in the order of groups."""
    rows = groups[(groups["method"] == method) & (groups["grouping"] == grouping) & groups["epsilon"].between(0, 1e9)]
    rows = rows[(rows["epsilon"] > 0) & rows[METRIC].notna()]
    order = {name: place for place, name in enumerate(rows["group"].drop_duplicates())}
    found = rows.groupby(["group", "epsilon"], sort=False).agg(
        mean=(METRIC, "mean"), error=(f"{METRIC}_se", "mean"), n=("n", "first")
    )
    found = found.assign(error=BAND * found["error"].fillna(0.0)).reset_index()  # of one judge: hollow, and said
    return found.sort_values(by=["group", "epsilon"], key=lambda column: column.map(order).fillna(column))


def kept(points: pd.DataFrame, epsilon: float) -> list[Kept]:
    """What each group keeps at ``epsilon`` of its own quality at the largest ε; groups of few judges are left out.

    The error takes both figures as independent, though the same judges made them: it is rather too large.
    """
    largest = points["epsilon"].max()
    found = []
    for group, rows in points.groupby("group", sort=False):
        at, top = (rows[rows["epsilon"] == value] for value in (epsilon, largest))
        if at.empty or top.empty or at["n"].iloc[0] < FEW or top["mean"].iloc[0] <= 0:
            continue
        share = at["mean"].iloc[0] / top["mean"].iloc[0]
        relative = [rows["error"].iloc[0] / rows["mean"].iloc[0] for rows in (at, top) if rows["mean"].iloc[0] > 0]
        found.append(Kept(str(group), float(share), float(share * math.hypot(*relative))))
    return found


def takeaway(points: pd.DataFrame, grouping: str, epsilon: float) -> str:
    """Say which group keeps most and which least at ``epsilon``, or that the intervals do not tell them apart."""
    shares = kept(points, epsilon)
    if len(shares) < 2:
        return text("pays.few", n=FEW)
    most, least = max(shares, key=lambda one: one.share), min(shares, key=lambda one: one.share)
    values = {
        "epsilon": epsilon,
        "largest": points["epsilon"].max(),
        "most": group_name(grouping, most.group),
        "least": group_name(grouping, least.group),
        "high": most.share,
        "high_error": most.error,
        "low": least.share,
        "low_error": least.error,
    }
    is_clear = most.share - most.error > least.share + least.error
    return text("pays.takeaway" if is_clear else "pays.takeaway.unclear", **values)


def group_name(grouping: str, group: str) -> str:
    """Name a group as people read it; categories and bands of prices are the shop's own words."""
    if grouping == "activity":
        return text("pays.activity.group", n=int(group))
    return text(f"pays.head.{group}") if grouping == "head" else group


def figure(points: pd.DataFrame, grouping: str, watermark: str | None = None) -> go.Figure:
    """Draw each group's quality at each ε, one line an ε: left to right the groups, hollow where few judged."""
    names = [group_name(grouping, str(group)) for group in points["group"].drop_duplicates()]
    drawn = go.Figure()
    epsilons = sorted(points["epsilon"].unique())
    for place, epsilon in enumerate(epsilons):
        rows = points[points["epsilon"] == epsilon]
        strength = 0.35 + 0.65 * place / max(len(epsilons) - 1, 1)
        colour = translucent(METHOD_COLOURS["hybrid"], strength)
        drawn.add_scatter(
            x=[group_name(grouping, str(group)) for group in rows["group"]],
            y=rows["mean"],
            error_y={"array": rows["error"], "color": colour, "thickness": 1.2, "width": 3},
            mode="lines+markers" if grouping == "activity" else "markers",
            line={"color": colour, "width": 2},
            marker={
                "color": colour,
                "size": 9,
                "symbol": ["circle-open" if n < FEW else "circle" for n in rows["n"]],
            },
            name=f"ε {epsilon:g}",
            customdata=rows["n"],
            hovertemplate=text("pays.hover", epsilon=f"{epsilon:g}") + "<extra></extra>",
        )
    drawn.update_layout(height=400, margin={**MARGIN, "t": 30}, legend={"orientation": "h", "y": 1.12, "x": 0})
    drawn.update_xaxes(type="category", categoryorder="array", categoryarray=names, automargin=True)
    drawn.update_yaxes(title="NDCG@10", rangemode="tozero", automargin=True)
    return _marked(drawn, watermark)


def beyond_of(curve: pd.DataFrame) -> list[str]:
    """List the figures beyond accuracy that a curve has."""
    return [name for name in BEYOND if f"{name}_at_10" in curve and curve[f"{name}_at_10"].notna().any()]


def beyond_figure(curve: pd.DataFrame, watermark: str | None = None) -> go.Figure:
    """Draw small multiples over ε, one a figure beyond accuracy and one line a method, with bands."""
    names = beyond_of(curve)
    columns = 2
    rows = math.ceil(len(names) / columns)
    titles = [text(f"beyond.{name}") for name in names]
    drawn = make_subplots(rows=rows, cols=columns, subplot_titles=titles, vertical_spacing=0.16, horizontal_spacing=0.1)
    private = curve[(curve["epsilon"] > 0) & np.isfinite(curve["epsilon"])]
    for place, name in enumerate(names):
        for method in private["method"].drop_duplicates():
            column = f"{name}_at_10"
            own = private[private["method"] == method].groupby("epsilon").mean(numeric_only=True)
            mean = own[column].dropna()
            if mean.empty:
                continue
            error = own[f"{column}_se"].reindex(mean.index).fillna(0) if f"{column}_se" in own else None
            drawn.add_scatter(
                x=mean.index,
                y=mean,
                error_y=None if error is None else {"array": BAND * error, "thickness": 1, "width": 3},
                mode="lines+markers",
                line={"color": METHOD_COLOURS[method], "width": 2},
                marker={"color": METHOD_COLOURS[method], "size": 7},
                name=text(f"method.{method}"),
                legendgroup=method,
                showlegend=place == 0,
                hovertemplate=f"{text(f'method.{method}')}, ε %{{x:g}}: %{{y:.3f}}<extra></extra>",
                row=place // columns + 1,
                col=place % columns + 1,
            )
    ticks = sorted(private["epsilon"].unique())
    drawn.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{value:g}" for value in ticks], title="ε")
    drawn.update_layout(height=270 * rows + 60, margin={**MARGIN, "t": 60}, legend={"orientation": "h", "y": -0.08})
    return _marked(drawn, watermark)


def beyond_takeaway(curve: pd.DataFrame, method: str) -> str:
    """Say in one sentence how each figure of a method moves from its smallest to its largest ε."""
    own = curve[(curve["method"] == method) & (curve["epsilon"] > 0) & np.isfinite(curve["epsilon"])]
    ends = own.groupby("epsilon").mean(numeric_only=True)
    said = [
        text("beyond.end", name=text(f"beyond.{name}"), low=ends[column].iloc[0], high=ends[column].iloc[-1])
        for name in beyond_of(own)
        for column in [f"{name}_at_10"]
    ]
    low, high = (ends.index[0], ends.index[-1]) if len(ends) else (0.0, 0.0)
    return text("beyond.takeaway", method=text(f"method.{method}"), low=low, high=high, list="; ".join(said))


def _marked(drawn: go.Figure, watermark: str | None) -> go.Figure:
    if watermark:
        words = {"size": 30, "color": translucent(SLATE, 0.22)}
        drawn.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-20, showarrow=False, font=words
        )
    return drawn
