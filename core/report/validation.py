"""Cross-validation beside a study: whether its figures lie within what every part of the shoppers gives."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.report.curve import metric_label
from core.report.figures import MARGIN
from core.report.palette import METHOD_COLOURS, ORANGE, SLATE, translucent
from core.texts import text

METRIC = "ndcg_at_10"
SURE = 1.96  # standard errors of a 95 % interval
ROW_HEIGHT, AROUND = 34, 130  # pixels


def beside(checked: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """The checked models that a study has too, with its own figure (the mean of its repeats) in a column ``own``."""
    own = exact.groupby(["method", "epsilon"])[METRIC].mean().rename("own").reset_index()
    return checked.merge(own, on=["method", "epsilon"], how="inner").dropna(subset=["own"])


def lies(row: dict[Any, Any]) -> str:
    """Where a study's figure lies: ``within`` the range of the parts, ``above`` or ``below`` it."""
    if row["own"] > row["high"]:
        return "above"
    return "below" if row["own"] < row["low"] else "within"


def point_label(row: dict[Any, Any]) -> str:
    """Write an ε as a person reads it; 0 is what learns from nobody."""
    return text("epsilon.value", epsilon=row["epsilon"]) if row["epsilon"] else text("epsilon.free")


def sentence(row: dict[Any, Any]) -> str:
    """Say whether one figure of a study is confirmed."""
    named = {"method": text(f"method.{row['method']}"), "point": point_label(row), "off": SURE * row["se"]}
    figures = {name: row[name] for name in ("own", "mean", "low", "high", "n", "folds")}
    return text(f"validation.{lies(row)}", **named, **figures)


def all_sentence(rows: pd.DataFrame) -> str:
    """Say how many figures of a study are confirmed."""
    inside = sum(lies(row) == "within" for row in rows.to_dict("records"))
    return text("validation.all", n=len(rows), inside=inside)


def spoken_for(rows: pd.DataFrame, method: str | None, epsilon: float) -> dict[Any, Any]:
    """The row that a sentence speaks of: of the advised method, else the last, at the ε nearest to the one asked."""
    own = rows[rows["method"] == method] if method in set(rows["method"]) else rows[rows["method"] == _last(rows)]
    far = [abs(math.log(max(value, 1e-9) / epsilon)) for value in own["epsilon"]]
    found: dict[Any, Any] = own.to_dict("records")[far.index(min(far))]
    return found


def _last(rows: pd.DataFrame) -> str:
    return str(rows["method"].iloc[-1])


def ranges(rows: pd.DataFrame, watermark: str | None = None) -> go.Figure:
    """Draw a bar a model from its worst part to its best, the figure over all shoppers, and the study's own.

    Args:
        rows: As ``beside`` returns them.
        watermark: Words across the figure.
    """
    records = rows.to_dict("records")
    places = list(range(len(records)))[::-1]  # the first row at the top
    figure = go.Figure()
    x: list[float | None] = [value for row in records for value in (row["low"], row["high"], None)]
    y: list[float | None] = [value for place in places for value in (place, place, None)]
    figure.add_scatter(
        x=x, y=y, mode="lines", name=text("validation.figure.parts"), hoverinfo="skip",
        line={"width": 9, "color": translucent(SLATE, 0.3)},
    )  # fmt: skip
    colours = [METHOD_COLOURS.get(str(row["method"]), SLATE) for row in records]
    figure.add_scatter(
        x=rows["mean"], y=places, mode="markers", name=text("validation.figure.mean"),
        marker={"size": 10, "color": colours},
        error_x={"type": "data", "array": SURE * rows["se"], "color": SLATE, "thickness": 1.5, "width": 4},
        hovertemplate="%{x:.3f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=rows["own"], y=places, mode="markers", name=text("validation.figure.own"),
        marker={"size": 12, "symbol": "diamond-open", "color": ORANGE, "line": {"width": 2}},
        hovertemplate="%{x:.3f}<extra></extra>",
    )  # fmt: skip
    return _lay_out(figure, records, places, watermark)


def _lay_out(
    figure: go.Figure, records: Sequence[dict[Any, Any]], places: Sequence[int], watermark: str | None
) -> go.Figure:
    figure.update_layout(
        height=AROUND + ROW_HEIGHT * len(records),
        margin={**MARGIN, "t": 24},
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "x": 0},
        hovermode="closest",
    )
    names = [f"{text('method.' + str(row['method']))}<br>{point_label(row)}" for row in records]
    figure.update_yaxes(tickvals=list(places), ticktext=names, automargin=True, range=[-0.6, len(records) - 0.4])
    figure.update_xaxes(title=metric_label(METRIC), rangemode="tozero", automargin=True)
    if watermark:
        style = {"size": 24, "color": translucent(SLATE, 0.22)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-12, showarrow=False, font=style
        )
    return figure
