"""What published systems used, as a strip: one row a unit of privacy, so that only like is beside like."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.privacy.published import GROUPS, Group, Published, with_epsilon
from core.report.figures import MARGIN
from core.report.palette import BLUE, OLIVE, ORANGE, SLATE, TEAL, translucent
from core.texts import text

COLOURS: dict[Group, str] = {"person": TEAL, "period": BLUE, "record": OLIVE, "unstated": SLATE}
ENDS = (0.008, 60.0)  # of the axis; every entry and every ε that can be chosen lies between
BESIDE = 1.25  # two marks whose ε differ by less than this factor would hide each other
STEP = 0.16  # of a row, from one of them up to the next


def strip(entries: Sequence[Published], epsilon: float | None) -> go.Figure:
    """Draw the entries' ε on a logarithmic axis, grouped by their unit, and ours as a line.

    Args:
        entries: Of the registry; those without an ε are left out, and the page names them.
        epsilon: What is chosen on the page, for a whole shopper; None draws no line.
    """
    figure = go.Figure()
    for row, group in enumerate(GROUPS):
        _add_row(figure, row, group, with_epsilon(entries, group))
    if epsilon is not None:
        figure.add_vline(x=epsilon, line={"color": ORANGE, "width": 2, "dash": "dot"})
        figure.add_scatter(
            x=[epsilon],
            y=[0],
            mode="markers",
            marker={"symbol": "diamond", "size": 15, "color": ORANGE},
            name=text("published.ours", epsilon=epsilon),
            hovertemplate=text("published.ours", epsilon=epsilon) + "<extra></extra>",
        )
    figure.update_layout(
        height=130 + 110 * len(GROUPS),
        margin={**MARGIN, "t": 20},
        hovermode="closest",
        legend={"orientation": "h", "yanchor": "top", "y": -0.14, "x": 0, "title": None},
        showlegend=True,
    )
    ticks = [0.01, 0.1, 1, 10]
    figure.update_xaxes(
        type="log", range=_logs(ENDS), tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks], title="ε"
    )
    return figure.update_yaxes(visible=False, range=[len(GROUPS) - 0.35, -0.85], fixedrange=True)


def _add_row(figure: go.Figure, row: int, group: Group, entries: Sequence[Published]) -> None:
    """Add a group's marks, its name over them, and the line that they stand on."""
    figure.add_hline(y=row, line={"color": translucent(SLATE, 0.25), "width": 1})
    figure.add_annotation(
        x=0,
        xref="paper",
        y=row,
        yshift=60,
        text=text(f"published.group.{group}", n=len(entries)),
        showarrow=False,
        xanchor="left",
    )
    nothing: list[Any] = [None]  # a trace of nothing still stands in the legend
    for trust, symbol in (("central", "circle"), ("local", "circle-open"), ("unstated", "x-thin")):
        places = [
            (entry, height) for entry, height in zip(entries, _heights(entries), strict=True) if entry.trust == trust
        ]
        figure.add_scatter(
            x=[entry.epsilon or 0.0 for entry, _ in places] or nothing,
            y=[row - height for _, height in places] or nothing,
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 11,
                "color": COLOURS[group],
                "line": {"width": 2, "color": COLOURS[group]},
            },
            name=text(f"published.trust.{trust}"),
            legendgroup=trust,
            showlegend=row == 0,
            customdata=[[hover(entry)] for entry, _ in places],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )


def hover(entry: Published) -> str:
    """Write an entry as the lines of a hover box: system, curator and year, unit, ε and δ, what it leaves out."""
    lines = [
        f"<b>{_wrapped(entry.name)}</b>",
        _wrapped(f"{', '.join(entry.curators)}, {entry.year}"),
        text("published.unit", unit=entry.unit or text("published.unit.none")),
        text("published.epsilon", epsilon=entry.epsilon or 0.0),
        text("published.delta.none") if entry.delta is None else text("published.delta", delta=entry.delta),
    ]
    if entry.note:
        lines.append(f"<i>{_wrapped(text(f'published.note.{entry.note}'))}</i>")
    return "<br>".join(lines)


def _wrapped(words: str, width: int = 44) -> str:
    """Break a line where a phone would cut it; words of a language without blanks stay whole."""
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _heights(entries: Sequence[Published]) -> list[float]:
    """Lift marks that would hide each other, in rows: each to the lowest level with room; ``entries`` rise in ε."""
    last: list[float] = []  # the ε that ends each level
    heights: list[float] = []
    for entry in entries:
        epsilon = entry.epsilon or 0.0
        level = next((n for n, before in enumerate(last) if epsilon / before >= BESIDE), len(last))
        last[level : level + 1] = [epsilon]
        heights.append(level * STEP)
    return heights


def _logs(ends: tuple[float, float]) -> list[float]:
    return [math.log10(end) for end in ends]
