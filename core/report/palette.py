"""
Colours of the figures, as slots of the page's theme.

Streamlit's browser side replaces ``#000001`` by the theme's first categorical colour, ``#000002`` by its second, and
so on, for light and dark alike. Two more digits are an opacity and survive the replacement. Whoever draws outside of
a page puts real colours in with ``with_colours``.
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import plotly.io as pio

TEAL, ORANGE, BLUE, PINK, OLIVE, SLATE = (f"#00000{slot}" for slot in range(1, 7))
PAPER = ("#0f766e", "#d7754f", "#3b4fa5", "#c4579f", "#978618", "#2b333a")  # the slots on white paper

METHOD_COLOURS = {
    "popularity": SLATE,
    "content": OLIVE,
    "statistics": BLUE,
    "hybrid": TEAL,
    "mlp": PINK,
}
# Slots that only a page fills, not ``with_colours``: the theme's diverging colours, loss to gain, and that of its text.
LOSS, SOME_LOSS, NEITHER, GAIN = "#000023", "#000024", "#000025", "#000028"
INK = "#000037"
EVENT_COLOURS = {"purchase": ORANGE, "view": BLUE}
ACCENT = TEAL


def translucent(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` with an opacity in 0..1, for bands and fills.

    Example:
        >>> translucent("#000001", 0.2)
        '#00000133'
    """
    return f"{colour}{round(255 * opacity):02x}"


def with_colours(figure: go.Figure, colours: Sequence[str] = PAPER) -> go.Figure:
    """Return a copy of ``figure`` with real colours in the slots.

    Example:
        >>> with_colours(go.Figure(go.Scatter(line_color=TEAL))).data[0].line.color
        '#0f766e'
    """
    spec = figure.to_json()
    for slot, colour in enumerate(colours, 1):
        spec = spec.replace(f"#00000{slot}", colour)
    return pio.from_json(spec)
