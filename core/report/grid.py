"""The grid anonymisation x ε: one heat map with its figures in the cells, and what it says in a sentence."""

import math
import re
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.report.curve import metric_label
from core.report.figures import MARGIN
from core.report.palette import GAIN, INK, LOSS, NEITHER, SLATE, SOME_LOSS, translucent
from core.texts import text

NONE = "none"
NAMED = (NONE, "internal", "partner", "publication", "own", "partner_rows", "publication_rows", "own_rows")
WORST, SOME, BEST = -0.5, -0.1, 0.25  # of what is lost or gained; from the ends on the colour stays the same
COLOURS = ((WORST, LOSS), (SOME, SOME_LOSS), (0.0, NEITHER), (BEST, GAIN))
ROW_HEIGHT, GAP, AROUND = 78, 28, 40  # pixels; the gap above a row holds its name
REFERENCE_EPSILON = 1.0  # the sentence speaks of the ε nearest to it


def row_name(name: str) -> str:
    """Write the name of an anonymisation as a person reads it; one of a person's own stays, without markup."""
    return text(f"grid.row.{name}") if name in NAMED else re.sub(r"[<>&]", "", name)


def column_name(epsilon: float) -> str:
    """Write a column: ε 2, or that it is without noise."""
    return text("grid.column.none") if math.isinf(epsilon) else f"ε {epsilon:g}"


def metrics_of_grid(table: pd.DataFrame) -> list[str]:
    """Columns of ``table`` that are metrics, such as ``ndcg_at_20``."""
    return [name for name in table.columns if re.fullmatch(r"[a-z_]+_at_\d+", name)]


def shares(table: pd.DataFrame, column: str) -> pd.Series:
    """Each cell's difference to "none" at the same ε as a share of that, such as -0.12; NaN where that is 0."""
    plain = table[column] - table[f"{column}_change"]
    return (table[f"{column}_change"] / plain.where(plain > 0)).rename("share")


def grid_map(table: pd.DataFrame, column: str, *, watermark: str | None = None) -> go.Figure:
    """Draw a row an anonymisation, a column an ε, the last one without noise; cells carry figure and loss.

    A row with a threshold over shoppers has one cell; across its other columns stands that it has no ε. A difference
    that may be chance has no colour. Words are annotations: unlike a heat map's own text they take the page's colours.

    Args:
        table: As ``core.studies.grid.run_grid`` returns it.
        column: The metric, such as ``ndcg_at_20``.
        watermark: Words across the figure, such as "not for release".
    """
    cells = table.assign(share=shares(table, column))
    names = list(dict.fromkeys(cells["anonymization"]))
    epsilons = sorted(set(cells["epsilon"]))
    by_place = {(row["anonymization"], row["epsilon"]): row for row in cells.to_dict("records")}
    rows = [[by_place.get((name, epsilon)) for epsilon in epsilons] for name in names]
    figure = go.Figure(
        go.Heatmap(
            z=[[None if cell is None else _colour(cell, column) for cell in row] for row in rows],
            x=[column_name(epsilon) for epsilon in epsilons],
            y=[row_name(name) for name in names],
            customdata=[["" if cell is None else _hover(cell, column) for cell in row] for row in rows],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            colorscale=[[(at - WORST) / (BEST - WORST), colour] for at, colour in COLOURS],
            zmin=WORST,
            zmax=BEST,
            showscale=False,
            xgap=3,
            ygap=GAP,
        )
    )
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        _name_row(figure, place, row_name(name))
        for across, cell in enumerate(row):
            if cell is not None:
                figure.add_annotation(x=across, y=place, text=_words(cell, column), showarrow=False)
        if row[0] is None:
            _say_no_epsilon(figure, place, len(epsilons) - 1)
    return _lay_out(figure, len(names), watermark)


def takeaway(table: pd.DataFrame, column: str) -> str:
    """Say what a grid shows: what noise costs by itself, and what each row keeps of no anonymisation."""
    kept = table.assign(share=shares(table, column))
    finite = sorted(value for value in set(table["epsilon"]) if math.isfinite(value))
    epsilon = min(finite, key=lambda value: abs(math.log(value / REFERENCE_EPSILON)))
    at = table.set_index(["anonymization", "epsilon"])[column]
    metric, said = metric_label(column), []
    if at[NONE, math.inf] > 0:
        share = at[NONE, epsilon] / at[NONE, math.inf]
        said.append(text("grid.takeaway.noise", epsilon=epsilon, share=share, metric=metric))
    for row in kept[kept["anonymization"] != NONE].to_dict("records"):
        is_alone = (row["anonymization"], epsilon) not in at.index
        if row["epsilon"] == (math.inf if is_alone else epsilon) and not np.isnan(row["share"]):
            same = "" if _is_sure(row, column) else ".same"
            key = f"grid.takeaway.exported{same}" if is_alone else f"grid.takeaway.row{same}"
            said.append(text(key, row=row_name(str(row["anonymization"])), share=1 + row["share"], epsilon=epsilon))
    return " ".join(said)


def _is_sure(cell: dict[Hashable, Any], column: str) -> bool:
    """Whether a cell differs from no anonymisation by more than chance explains."""
    return bool(cell[f"{column}_low"] > 0 or cell[f"{column}_high"] < 0)


def _colour(cell: dict[Hashable, Any], column: str) -> float:
    """The share lost or gained, cut to what the colours span; 0 where it may be chance or is unknown."""
    if np.isnan(cell["share"]) or not _is_sure(cell, column):
        return 0.0
    return min(max(float(cell["share"]), WORST), BEST)


def _words(cell: dict[Hashable, Any], column: str) -> str:
    """Two lines: the figure, and the loss with a question mark where it may be chance."""
    value, share = f"<b>{cell[column]:.3f}</b>", cell["share"]
    if np.isnan(share) or cell["anonymization"] == NONE:
        return value
    key = "grid.cell.change" if _is_sure(cell, column) else "grid.cell.unsure"
    return f"{value}<br>{text(key, change=_percent(share))}"


def _percent(share: float) -> str:
    """Write a share with its sign; nothing is minus nought.

    Example:
        >>> _percent(-0.123), _percent(-0.001), _percent(0.02)
        ('−12%', '0%', '+2%')
    """
    whole = round(100 * share)
    return f"{whole:+d}%".replace("-", "−") if whole else "0%"


def _hover(cell: dict[Hashable, Any], column: str) -> str:
    return text(
        "grid.hover",
        row=row_name(str(cell["anonymization"])),
        column=column_name(cell["epsilon"]),
        metric=metric_label(column),
        value=cell[column],
        se=cell[f"{column}_se"],
        change=cell[f"{column}_change"],
        low=cell[f"{column}_low"],
        high=cell[f"{column}_high"],
        kept=cell["rows"] / max(cell["rows_before"], 1),
    )


def _name_row(figure: go.Figure, place: int, name: str) -> None:
    """Write a row's name above it: beside it, it would take the room of the cells on a phone."""
    where: dict[str, Any] = {"x": 0, "xref": "paper", "xanchor": "left", "y": place - 0.5, "yanchor": "middle"}
    figure.add_annotation(**where, text=name, showarrow=False)


def _say_no_epsilon(figure: go.Figure, place: int, n_columns: int) -> None:
    """One grey cell across all columns with an ε, which this row cannot have."""
    half = 0.5 - GAP / ROW_HEIGHT / 2
    edges = {"x0": -0.48, "x1": n_columns - 0.52, "y0": place - half, "y1": place + half}
    figure.add_shape(type="rect", **edges, line_width=0, fillcolor=translucent(SLATE, 0.12), layer="below")
    figure.add_annotation(x=(n_columns - 1) / 2, y=place, text=text("grid.no_epsilon"), showarrow=False)


def _lay_out(figure: go.Figure, n_rows: int, watermark: str | None) -> go.Figure:
    height = ROW_HEIGHT * n_rows
    figure.update_annotations(font_color=INK)
    figure.update_layout(height=AROUND + height, margin={**MARGIN, "l": 0, "r": 0, "t": AROUND, "b": 0})
    figure.update_xaxes(side="top", showgrid=False, zeroline=False, fixedrange=True, ticks="", ticklabelstandoff=10)
    below = n_rows - 0.5 - GAP / ROW_HEIGHT / 2  # no gap below the last row
    figure.update_yaxes(range=[below, -0.5], showgrid=False, zeroline=False, fixedrange=True, showticklabels=False)
    if watermark:
        words = {"size": 26, "color": translucent(SLATE, 0.22)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-12, showarrow=False, font=words
        )
    return figure
