"""
Pictures of what an (ε, δ) promise means, for somebody who never heard of either.

Each shows a bound that no attack passes; numbers written into a picture are rounded up, against the promise.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.privacy.explain import event_level, of_100, power_curve, rounded_up, shopper_level
from core.privacy.records import listed, mechanism_from_json
from core.report.figures import MARGIN, plain_layout
from core.report.palette import BLUE, ORANGE, SLATE, TEAL, translucent
from core.texts import text

RATES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, *(step / 20 for step in range(2, 21)))
"""False positive rates at which a trade-off curve is drawn: close together where it is steep."""
SMALLEST_EPSILON, LARGEST_EPSILON = 1e-3, 1e4  # the axis of events ends there; beyond, nothing can be told apart
_WIDTH = {"width": 3}


def powers_of(statement: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the largest true positive rate at each of ``RATES`` against the mechanisms that a statement names.

    Raises:
        UserError: it names none that there is.
    """
    mechanisms = tuple(mechanism_from_json(record) for record in listed(dict(statement), "mechanisms"))
    return power_curve(mechanisms, RATES)


def best_attack(powers: Sequence[float], by_claim_alone: Sequence[float] | None = None) -> go.Figure:
    """Draw the trade-off curve of the best possible attack, shaded, with the point of 1 % false accusations.

    Args:
        powers: Largest true positive rate at each of ``RATES``.
        by_claim_alone: The same for any mechanism whatever of this (ε, δ); drawn dotted.
    """
    x, y = [100 * rate for rate in RATES], [100 * power for power in powers]
    figure = go.Figure()
    guess = {"color": SLATE, "width": 1.5, "dash": "dash"}
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", line=guess, name=text("promise.roc.guess"))
    figure.add_scatter(
        x=[*x, 0],
        y=[*y, 0],
        mode="lines",
        fill="toself",
        fillcolor=translucent(ORANGE, 0.16),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    if by_claim_alone is not None:
        dotted = {"color": BLUE, "width": 1.5, "dash": "dot"}
        widest = [100 * power for power in by_claim_alone]
        figure.add_scatter(x=x, y=widest, mode="lines", line=dotted, name=text("promise.roc.claim"), hoverinfo="skip")
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": ORANGE, **_WIDTH},
        name=text("promise.roc.best"),
        hovertemplate=text("promise.roc.hover") + "<extra></extra>",
    )
    _mark_one_percent(figure, 100 * powers[RATES.index(0.01)])
    plain_layout(figure, text("promise.roc.x"), text("promise.roc.y"), 340)
    figure.update_xaxes(range=[-3, 103], tickvals=[0, 25, 50, 75, 100])
    figure.update_yaxes(range=[-3, 103], tickvals=[0, 25, 50, 75, 100])
    return figure.update_layout(legend={"y": -0.24, "yanchor": "top"}, margin={**MARGIN, "t": 16})


def _mark_one_percent(figure: go.Figure, found: float) -> None:
    """Mark where 1 of 100 is wrongly accused, and write how many are found there."""
    at = {"size": 12, "color": TEAL, "symbol": "diamond"}
    figure.add_scatter(
        x=[1], y=[found], mode="markers", marker=at, showlegend=False, hoverinfo="skip", cliponaxis=False
    )
    words = text("promise.roc.mark", found=of_100(found / 100))
    below = {"ax": 34, "ay": 9, "axref": "x", "ayref": "y"}  # under the diagonal, where no line runs
    figure.add_annotation(x=1, y=found, text=words, align="left", xanchor="left", arrowcolor=TEAL, **below)


def right_guesses(share: float) -> go.Figure:
    """Draw how often a yes-or-no guess is right, on a bar from a coin's 50 of 100 to certainty."""
    right = of_100(share)
    figure = go.Figure()
    for base, width, colour, name in (
        (50, right - 50, ORANGE, "promise.guess.gain"),
        (right, 100 - right, translucent(SLATE, 0.25), "promise.guess.left"),
    ):
        figure.add_bar(
            x=[width],
            base=[base],
            y=[""],
            orientation="h",
            marker_color=colour,
            name=text(name),
            hoverinfo="skip",
            showlegend=False,
            width=0.5,
        )
    words = text("promise.guess.mark", right=right)
    side = "left" if right < 75 else "right"
    figure.add_annotation(x=right, y=0.5, text=words, showarrow=False, xanchor=side, xshift=6 if side == "left" else -6)
    figure.update_layout(height=120, margin=MARGIN, barmode="overlay")
    ticks = [text("promise.guess.coin"), "60", "70", "80", "90", text("promise.guess.certain")]
    figure.update_xaxes(
        range=[44, 107], tickvals=[50, 60, 70, 80, 90, 100], ticktext=ticks, fixedrange=True, automargin=True
    )
    return figure.update_yaxes(visible=False, fixedrange=True, range=[-0.4, 0.75])


def events_axis(epsilon: float, delta: float, shoppers: Mapping[str, int]) -> go.Figure:
    """Draw event-level and shopper-level values on one logarithmic axis of ε.

    Args:
        epsilon: The promise to a shopper.
        delta: The promise to a shopper.
        shoppers: A label and a number of events each, drawn from top to bottom.
    """
    labels = list(shoppers)
    called = [event_level(epsilon, delta, events) for events in shoppers.values()]
    left = [shopper_level(epsilon, delta, events) for events in shoppers.values()]
    figure = go.Figure()
    for label, low, high in zip(labels, called, left, strict=True):
        ends = [_on_axis(low), _on_axis(high)]
        line = {"color": translucent(SLATE, 0.4), "width": 2}
        figure.add_scatter(x=ends, y=[label] * 2, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    for values, name, colour, symbol in (
        (called, "promise.events.called", BLUE, "square"),
        ([epsilon] * len(labels), "promise.events.shopper", TEAL, "circle"),
        (left, "promise.events.left", ORANGE, "diamond"),
    ):
        figure.add_scatter(
            x=[_on_axis(value) for value in values],
            y=labels,
            mode="markers+text",
            marker={"color": colour, "size": 11, "symbol": symbol},
            text=[_written(value) if name != "promise.events.shopper" else "" for value in values],
            textposition="top center",
            name=text(name),
            hovertemplate="ε %{x:.3g}<extra></extra>",
            cliponaxis=False,
        )
    plain_layout(figure, text("promise.events.x"), "", 200 + 44 * len(labels))
    figure.update_xaxes(type="log", tickvals=[0.01, 1, 100, 10_000], ticktext=["0.01", "1", "100", "10,000"])
    figure.update_yaxes(type="category", autorange="reversed", rangemode=None)
    return figure.update_layout(legend={"y": -0.3, "yanchor": "top"}, margin={**MARGIN, "t": 28, "r": 20})


def _on_axis(epsilon: float) -> float:
    return min(max(epsilon, SMALLEST_EPSILON), LARGEST_EPSILON)


def _written(epsilon: float) -> str:
    """Write an ε that may lie beyond the axis."""
    if epsilon < SMALLEST_EPSILON:
        return f"< {SMALLEST_EPSILON:g}"
    return f"> {LARGEST_EPSILON:,.0f}" if epsilon > LARGEST_EPSILON else f"{rounded_up(epsilon):,g}"


def households(epsilons: Sequence[float | None]) -> go.Figure:
    """Draw the ε of one shopper, and of two, three, ... who are added or removed together; None: not known."""
    known = [(people, value) for people, value in enumerate(epsilons, 1) if value is not None]
    figure = go.Figure(
        go.Bar(
            x=[str(people) for people, _ in known],
            y=[value for _, value in known],
            marker_color=[TEAL if people == 1 else ORANGE for people, _ in known],
            text=[f"ε {_written(value)}" for _, value in known],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    plain_layout(figure, text("promise.household.x"), text("promise.household.y"), 300)
    figure.update_xaxes(type="category")
    return figure.update_layout(margin={**MARGIN, "t": 28})
