"""The most popular products with the noise that a release would put on them."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.report.figures import MARGIN, plain_layout
from core.report.palette import ORANGE, SLATE, TEAL, translucent
from core.texts import text

LONGEST = 20  # letters of a product's name; a phone has room for no more


def noise_on_products(
    names: Sequence[str],
    exact: Sequence[float],
    half: float,
    drawn: Sequence[float],
    stays: Sequence[bool],
    *,
    watermark: str | None = None,
) -> go.Figure:
    """Draw each product's exact popularity, the interval of 95 of 100 draws, and one simulated draw.

    Args:
        names: Most popular first.
        exact: As a release sums it, before noise.
        half: Half the interval's width.
        drawn: One simulated draw of these products; empty where none was asked for.
        stays: Whether each product is still among the most popular in that draw.
        watermark: Words across the figure, such as "not for release".
    """
    labels = [f"{rank}. {_short(name)}" for rank, name in enumerate(names, 1)]
    figure = go.Figure()
    figure.add_scatter(
        x=exact,
        y=labels,
        mode="markers",
        marker={"symbol": "square", "size": 9, "color": TEAL},
        error_x={"type": "constant", "value": half, "color": translucent(TEAL, 0.55), "thickness": 5, "width": 0},
        name=text("noise.exact"),
        customdata=[[name, value - half, value + half] for name, value in zip(names, exact, strict=True)],
        hovertemplate=text("noise.hover") + "<extra></extra>",
    )
    if len(drawn):
        _add_draw(figure, labels, drawn, stays)
    plain_layout(figure, text("noise.x"), "", 120 + 34 * len(labels))
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels[::-1], rangemode=None)
    if watermark:
        words = {"size": 22, "color": translucent(SLATE, 0.22)}
        figure.add_annotation(
            text=watermark, xref="paper", yref="paper", x=0.5, y=0.5, textangle=-12, showarrow=False, font=words
        )
    legend = {"orientation": "h", "yanchor": "top", "y": -0.18, "x": 0, "title": None}
    return figure.update_layout(legend=legend, margin={**MARGIN, "t": 12, "r": 16}, showlegend=True)


def _add_draw(figure: go.Figure, labels: Sequence[str], drawn: Sequence[float], stays: Sequence[bool]) -> None:
    """Add one draw: full marks for products that stay among the first, open ones for the others."""
    for is_in, symbol, name in ((True, "diamond", "noise.drawn"), (False, "diamond-open", "noise.drawn.out")):
        chosen = [n for n, still in enumerate(stays) if still is is_in]
        if chosen:
            figure.add_scatter(
                x=[drawn[n] for n in chosen],
                y=[labels[n] for n in chosen],
                mode="markers",
                marker={"symbol": symbol, "size": 11, "color": ORANGE, "line": {"width": 2, "color": ORANGE}},
                name=text(name),
                hovertemplate="%{x:.1f}<extra></extra>",
            )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
