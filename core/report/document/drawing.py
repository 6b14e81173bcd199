"""Pictures as SVG: the same shapes that the PDF draws, written once."""

from html import escape

from core.report.document.model import Area, Line, Picture, Shape, Words

FONT_SIZE = 12


def as_svg(picture: Picture) -> str:
    """Return a picture as inline SVG whose label states what it shows."""
    label = escape(picture.caption)
    shapes = "".join(_shape(shape) for shape in picture.shapes)
    return (
        f'<svg viewBox="0 0 {picture.width:g} {picture.height:g}" width="{picture.width:g}" role="img" '
        f'aria-label="{label}" font-size="{FONT_SIZE}">{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Area():
            return f'<polygon points="{_points(shape.points)}" fill="{shape.colour}"/>'
        case Line():
            dash = ' stroke-dasharray="5 4"' if shape.dash else ""
            return (
                f'<polyline points="{_points(shape.points)}" fill="none" stroke="{shape.colour}" '
                f'stroke-width="{shape.width:g}"{dash}/>'
            )
        case Words():
            return (
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}" fill="{shape.colour}">'
                f"{escape(shape.text)}</text>"
            )


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
