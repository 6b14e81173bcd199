"""Pictures of the risk that remains, before and after, each with its takeaway for whoever cannot see it.

Before is orange and round, after is teal and a diamond: the two differ without colours, too.
"""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.anonymize.risk import RiskReport
from core.anonymize.risk.words import percent, sentences
from core.report.figures import MARGIN, plain_layout
from core.report.palette import ORANGE, SLATE, TEAL, translucent
from core.texts import text

LOOKS = (("risk.before", ORANGE, "circle"), ("risk.after", TEAL, "diamond"))
FEW = 5  # a group of fewer is a small one
MEASURES = (
    ("prosecutor", "at_risk"),
    ("prosecutor", "highest"),
    ("prosecutor", "success"),
    ("journalist", "at_risk"),
    ("journalist", "highest"),
    ("journalist", "success"),
    ("marketer", "success"),
)


@dataclass(frozen=True)
class Picture:
    """A figure and what it says, for its alternative text."""

    figure: go.Figure
    takeaway: str


def unicity(before: RiskReport, after: RiskReport | None = None) -> Picture:
    """Draw whom 1 to 5 known purchases single out, with the day as lines and without as dashes; bands are 95 %."""
    figure = go.Figure()
    for report, (when, colour, symbol) in _with_looks(before, after):
        if report["has_days"]:
            name = text("risk.unicity.day", when=text(when))
            _add_shares(figure, report["unicity"], report["unicity_interval"], name, colour, symbol, "solid")
        name = text("risk.unicity.products", when=text(when))
        shares, ends = report["unicity_products"], report["unicity_products_interval"]
        _add_shares(figure, shares, ends, name, colour, f"{symbol}-open", "dash")
    plain_layout(figure, text("risk.unicity.x"), text("risk.unicity.y"), 380)
    figure.update_xaxes(type="category")
    figure.update_yaxes(tickformat=".0%", range=[-0.02, 1.04], rangemode=None)
    return Picture(_legend_below(figure), _said(before, after, "day", "products"))


def attackers(before: RiskReport, after: RiskReport | None = None) -> Picture:
    """Draw each attacker's risk as two dots on a line, with the accepted risk as an upright line."""
    names = [
        f"{text(f'risk.attackers.{attacker}')}<br>{text(f'risk.attackers.{measure}')}" for attacker, measure in MEASURES
    ]
    figure = go.Figure()
    if after is not None:
        for name, *ends in zip(names, _values(before), _values(after), strict=True):
            _add_line(figure, ends, name)
    for report, (when, colour, symbol) in _with_looks(before, after):
        figure.add_scatter(
            x=_values(report),
            y=names,
            mode="markers",
            marker=_marker(colour, symbol),
            name=text(when),
            hovertemplate="%{x:.1%}<extra>%{fullData.name}</extra>",
            cliponaxis=False,
        )
    plain_layout(figure, text("risk.attackers.x"), "", 420)
    threshold = before["attackers"]["threshold"]
    figure.add_vline(x=threshold, line={"color": SLATE, "dash": "dot", "width": 1})
    # The line has no name of its own in a legend; this one stands for it.
    line = {"color": SLATE, "dash": "dot", "width": 1}
    figure.add_scatter(x=[None], y=[names[0]], mode="lines", line=line, name=text("risk.attackers.threshold"))
    figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.04], rangemode=None)
    figure.update_yaxes(type="category", autorange="reversed", rangemode=None)
    return Picture(_legend_below(figure, -0.16), _said(before, after, "attackers"))


def group_sizes(before: RiskReport, after: RiskReport | None = None) -> Picture:
    """Draw how many shoppers look like how many others, as shares of all, small groups on the left."""
    figure = go.Figure()
    for report, (when, colour, symbol) in _with_looks(before, after):
        sizes, n = report["groups"]["sizes"], max(report["groups"]["shoppers"], 1)
        figure.add_bar(
            x=[_size_name(size) for size in sizes],
            y=[(size["shoppers"] or 0) / n for size in sizes],
            name=text(when),
            marker={"color": colour, "pattern": {"shape": "" if symbol == "circle" else "/"}},
            hovertemplate="%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        )
    plain_layout(figure, text("risk.groups.x"), text("risk.groups.y"), 340)
    figure.update_xaxes(type="category")
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    small = {"before": percent(_in_small_groups(before))}
    if after is None:
        alt = text("risk.groups.alt.one", **small)
    else:
        alt = text("risk.groups.alt", **small, after=percent(_in_small_groups(after)))
    return Picture(_legend_below(figure, -0.26), f"{alt} {_said(before, after, 'groups')}")


def linkage(before: RiskReport, after: RiskReport | None = None) -> Picture:
    """Draw how many histories an attack puts together from halves, with 95 % intervals, beside blind guessing."""
    figure = go.Figure()
    for report, (when, colour, symbol) in _with_looks(before, after):
        found = _linked(report)
        figure.add_scatter(
            x=[own["rate"] for own in found.values()],
            y=list(found),
            mode="markers",
            marker=_marker(colour, symbol),
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [own["interval"][1] - own["rate"] for own in found.values()],
                "arrayminus": [own["rate"] - own["interval"][0] for own in found.values()],
                "color": colour,
            },
            name=text(when),
            hovertemplate="%{x:.1%}<extra>%{fullData.name}</extra>",
            cliponaxis=False,
        )
    found = _linked(after or before)
    figure.add_scatter(
        x=[own["guess"] for own in found.values()],
        y=list(found),
        mode="markers",
        marker={"color": SLATE, "symbol": "x-thin", "size": 12, "line": {"width": 2, "color": SLATE}},
        name=text("risk.linkage.guess"),
        hovertemplate="%{x:.2%}<extra>%{fullData.name}</extra>",
        cliponaxis=False,
    )
    plain_layout(figure, text("risk.linkage.x"), "")
    most = max(own["interval"][1] for report in (before, after or before) for own in _linked(report).values())
    figure.update_xaxes(tickformat=".0%", range=[-0.04 * most, 1.08 * most], rangemode=None)
    figure.update_yaxes(type="category", range=[-0.5, len(found) - 0.5], rangemode=None)
    return Picture(_legend_below(figure, -0.36), _said(before, after, "linkage"))


def _with_looks(before: RiskReport, after: RiskReport | None) -> list[tuple[RiskReport, tuple[str, str, str]]]:
    """Each report with its name, colour and shape."""
    if after is None:
        return [(before, ("risk.now", *LOOKS[0][1:]))]
    return list(zip((before, after), LOOKS, strict=True))


def _said(before: RiskReport, after: RiskReport | None, *about: str) -> str:
    said = sentences(before, after)
    return " ".join(said[name] for name in about if name in said)


def _add_shares(
    figure: go.Figure,
    shares: dict[str, float],
    intervals: dict[str, list[float]],
    name: str,
    colour: str,
    symbol: str,
    dash: str,
) -> None:
    known = list(shares)
    lows, highs = ([intervals[n][end] for n in known] for end in (0, 1))
    figure.add_scatter(
        x=[*known, *reversed(known)],
        y=[*highs, *reversed(lows)],
        fill="toself",
        fillcolor=translucent(colour, 0.15),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=known,
        y=list(shares.values()),
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker={"color": colour, "symbol": symbol, "size": 9},
        name=name,
        customdata=[[low, high] for low, high in zip(lows, highs, strict=True)],
        hovertemplate="%{y:.1%} (%{customdata[0]:.1%}–%{customdata[1]:.1%})<extra>%{fullData.name}</extra>",
        cliponaxis=False,
    )


def _marker(colour: str, symbol: str) -> dict[str, Any]:
    """A large open circle around a small diamond: neither hides the other."""
    is_first = symbol == "circle"
    line = {"width": 3 if is_first else 0, "color": colour}
    return {
        "color": colour,
        "symbol": f"{symbol}-open" if is_first else symbol,
        "size": 15 if is_first else 9,
        "line": line,
    }


def _add_line(figure: go.Figure, ends: list[float], name: str) -> None:
    """Join the two dots of one measure."""
    line = {"color": translucent(SLATE, 0.4), "width": 2}
    figure.add_scatter(x=ends, y=[name, name], mode="lines", line=line, showlegend=False, hoverinfo="skip")


def _values(report: RiskReport) -> list[float]:
    risks: dict[str, Any] = dict(report["attackers"])
    return [float(risks[attacker][measure]) for attacker, measure in MEASURES]


def _linked(report: RiskReport) -> dict[str, Any]:
    """The ways in which histories were split, by name; later ones stand above."""
    found = report["linkage"]
    by_time = {text("risk.linkage.time"): found["by_time"]} if found["by_time"] else {}
    return {**by_time, text("risk.linkage.coin"): found}


def _size_name(size: dict[str, int | None]) -> str:
    start, end = size["from"], size["to"]
    return f"{start}+" if end is None else f"{start}" if start == end else f"{start}–{end}"


def _in_small_groups(report: RiskReport) -> float:
    small = sum(size["shoppers"] or 0 for size in report["groups"]["sizes"] if (size["from"] or 0) < FEW)
    return small / max(report["groups"]["shoppers"], 1)


def _legend_below(figure: go.Figure, y: float = -0.2) -> go.Figure:
    """Legends go below, where they may take as many lines as a phone needs."""
    return figure.update_layout(legend={"y": y, "yanchor": "top"}, margin={**MARGIN, "t": 16})
