"""Colours of the figures: each at least 3:1 against white and against a dark page, so one set serves both themes."""

GREY = "#7a8594"
GREEN = "#1f9d6b"
BLUE = "#2f7de1"
ORANGE = "#d9480f"
VIOLET = "#8b5cf6"
GOLD = "#b7791f"

METHOD_COLOURS = {
    "popularity": GREY,
    "content": GREEN,
    "statistics": BLUE,
    "hybrid": ORANGE,
    "mlp": VIOLET,
}
EVENT_COLOURS = {"purchase": ORANGE, "view": BLUE}
ACCENT = BLUE


def translucent(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` as an ``rgba(...)`` of the given opacity, for bands and fills.

    Example:
        >>> translucent("#2f7de1", 0.2)
        'rgba(47, 125, 225, 0.2)'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"
