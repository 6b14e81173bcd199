"""Pictures of one shopper's list: how much of it changes over ε, and what each signal adds to a product's score."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.recommend.terms import BACKING, is_noisy
from core.report.figures import plain_layout
from core.report.palette import ORANGE, SLATE, TEAL, translucent
from core.texts import text

Share = tuple[float, float]  # ε, share of the list in 0..1


def epsilon_words(epsilon: float) -> str:
    """Write an ε as a person reads it: 0 is free, an infinite one is no protection."""
    if epsilon == 0:
        return text("epsilon.free")
    return text("epsilon.value", epsilon=epsilon) if math.isfinite(epsilon) else text("epsilon.none")


def churn_line(own: Sequence[Share], usual: Sequence[Share], chosen: float, watermark: str | None = None) -> go.Figure:
    """Draw which share of the list differs from the reference at each ε, this shopper's and the mean over shoppers.

    Args:
        own: This shopper's, rising by ε.
        usual: The mean over shoppers, or nothing.
        chosen: The ε that is looked at, marked on the line.
        watermark: Words across the picture, such as "not for release".
    """
    figure = go.Figure()
    ticks = [epsilon_words(epsilon) for epsilon, _ in own]
    sizes = [13 if epsilon == chosen else 7 for epsilon, _ in own]
    for shares, name, colour, dash in (
        (usual, text("shopper.churn.usual"), SLATE, "dot"),
        (own, text("shopper.churn.own"), TEAL, "solid"),
    ):
        figure.add_scatter(
            x=[epsilon_words(epsilon) for epsilon, _ in shares],
            y=[share for _, share in shares],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            marker={"size": sizes if shares is own else 6, "color": colour},
            hovertemplate="%{x}: %{y:.0%}<extra></extra>",
            visible=bool(shares),
        )
    plain_layout(figure, "", text("shopper.churn.axis"), 220)
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=ticks)
    figure.update_yaxes(range=[-0.05, 1.05], tickformat=".0%", nticks=5)
    if watermark:
        words = {"size": 16, "color": translucent(SLATE, 0.3)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-12, showarrow=False, font=words
        )
    return figure.update_layout(showlegend=bool(usual))


def churn_takeaway(own: Sequence[Share], reference: float) -> str:
    """Say in one sentence how much of the list differs at both ends of ε."""
    (first, share), (last, other) = own[0], own[-1]
    return text(
        "shopper.churn.alt",
        reference=epsilon_words(reference),
        first=epsilon_words(first),
        share=share,
        last=epsilon_words(last),
        other=other,
    )


def signal_bars(signals: Mapping[str, float], *, exact: bool = False) -> go.Figure:
    """Draw what each signal adds to a score; in one colour what came from others, in another the rest.

    ``exact``: the model was trained without noise, so what came from others is exact.
    """
    rows = sorted(((value, signal) for signal, value in signals.items() if abs(value) > 1e-6), key=lambda row: row[0])
    figure, others = go.Figure(), "why.exact" if exact else "why.noisy"
    for noisy, colour in ((False, TEAL), (True, ORANGE)):
        shown = [(value, text(f"why.signal.{signal}")) for value, signal in rows if is_noisy(signal) == noisy]
        figure.add_bar(
            x=[value for value, _ in shown],
            y=[name for _, name in shown],
            orientation="h",
            name=text(others if noisy else "why.own"),
            marker_color=colour,
            hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        )
    plain_layout(figure, "", "", 26 * len(rows) + 90)
    names = [text(f"why.signal.{signal}") for _, signal in rows]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=names)
    return figure.update_layout(showlegend=True, barmode="overlay", bargap=0.25)


def signals_takeaway(signals: Mapping[str, float]) -> str:
    """Say in one sentence which signal adds most to a score, and which takes most away."""
    best, worst = max(signals, key=signals.__getitem__), min(signals, key=signals.__getitem__)
    return text(
        "why.signals.alt",
        best=text(f"why.signal.{best}"),
        most=signals[best],
        worst=text(f"why.signal.{worst}"),
        least=signals[worst],
        total=sum(signals.values()),
    )


def is_filler(signals: Mapping[str, float]) -> bool:
    """Return whether no signal picked a product: it fills the list by popularity.

    Example:
        >>> is_filler({"backing": -990.0})
        True
    """
    return set(signals) == {BACKING}


def noisy_share(signals: Mapping[str, float]) -> float:
    """Return how much of all that moves a score, up or down, came from other shoppers through noise (0..1).

    Example:
        >>> noisy_share({"popularity": 1.0, "content": -3.0})
        0.25
    """
    whole = sum(abs(value) for value in signals.values())
    return sum(abs(value) for signal, value in signals.items() if is_noisy(signal)) / whole if whole else 0.0
