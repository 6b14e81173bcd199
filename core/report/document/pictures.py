"""The four pictures of a report, drawn once as shapes: the curve, the odds, a household, what was spent."""

import math
from collections.abc import Callable, Sequence

import pandas as pd

from core.privacy.explain import Odds, of_100
from core.report.document.model import Area, Line, Picture, Shape, Words
from core.report.palette import METHOD_COLOURS, PAPER
from core.texts import text

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640.0, 300.0, 52.0, 150.0, 14.0, 40.0
GRID, INK, TEAL, ORANGE = "#d8dee4", "#57606a", "#0f766e", "#d7754f"


def curve_picture(points: pd.DataFrame, metric: str) -> Picture | None:
    """Draw each method's line over ε with its interval; None where there is nothing with an ε.

    Args:
        points: Columns method, epsilon, mean, low, high (``core.report.curve.summarize``).
        metric: Its name as a person reads it.
    """
    private = points[(points["epsilon"] > 0) & points["epsilon"].map(math.isfinite)]
    private = private[private["method"] != "content"]
    if private.empty:
        return None
    first, last = float(private["epsilon"].min()), float(private["epsilon"].max())
    top = max(float(private["high"].max()), 1e-6) * 1.08
    ground = min(float(private["low"].min()) * 1.08, 0.0)  # a noisy figure may lie below zero
    span = math.log(last / first) or 1.0

    def x(epsilon: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (0.03 + 0.94 * math.log(epsilon / first) / span)

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (top - value) / (top - ground)

    shapes: list[Shape] = _axes(sorted(set(private["epsilon"])), x, y, (ground, top), metric)
    ends, said = [], []
    for method, rows in private.groupby("method", sort=True):
        own = rows.sort_values("epsilon")
        colour = _colour(str(method))
        shapes += _line(own, colour, x, y)
        ends.append((y(float(own["mean"].iloc[-1])), text(f"method.{method}"), colour))
        said.append(_end_to_end(str(method), own))
    shapes += _labels(ends)
    return Picture(
        "curve",
        _WIDTH,
        _HEIGHT,
        tuple(shapes),
        text("document.picture.curve", metric=metric, lines=" ".join(said)),
    )


def odds_picture(odds: Odds, found: float) -> Picture:
    """Draw what an attacker may gain as bars of people out of a hundred.

    Args:
        odds: Of the statement's ε and δ.
        found: Largest true positive rate at 1 % false positives, as the statement says it.
    """
    before, after, named = 50, of_100(odds.guess_right), of_100(found)
    rows = [
        (text("document.picture.odds.guess"), before, INK),
        (text("document.picture.odds.after"), after, ORANGE),
        (text("document.picture.odds.found"), named, TEAL),
    ]
    bars = [(label, n / 100, str(n), colour) for label, n, colour in rows]
    said = text("document.picture.odds", before=before, after=after, found=named)
    return _bars("odds", bars, said)


def household_picture(one: float, several: Sequence[tuple[int, float]]) -> Picture:
    """Draw the ε that is left to several accounts that come and go together."""
    rows = [(1, one), *several]
    most = max(epsilon for _, epsilon in rows)
    bars = [(text("document.picture.household.bar", n=n), e / most, f"ε {e:.2f}", TEAL) for n, e in rows]
    told = " ".join(text("document.picture.household.one", n=n, epsilon=e) + ";" for n, e in several).rstrip(";")
    return _bars("household", bars, text("document.picture.household", one=one, several=told))


def ledger_picture(totals: Sequence[float]) -> Picture:
    """Draw how the charges of a study add up, as steps.

    Args:
        totals: Composed ε after each charge, in order; at least one.
    """
    most, width = max(totals) or 1.0, (_WIDTH - _LEFT - 20) / len(totals)
    height = _HEIGHT * 0.6

    def y(value: float) -> float:
        return _TOP + (height - _TOP - 26) * (1 - value / (most * 1.1))

    steps: list[tuple[float, float]] = [(_LEFT, y(0))]
    for place, total in enumerate(totals):
        steps += [(_LEFT + place * width, y(total)), (_LEFT + (place + 1) * width, y(total))]
    ground = [*steps, (_LEFT + len(totals) * width, y(0))]
    shapes: list[Shape] = [Area(tuple(ground), "#d5e8e6"), Line(tuple(steps), TEAL, 2)]
    shapes += [Line(((_LEFT, y(0)), (_WIDTH - 10, y(0))), GRID, 1)]
    shapes += [Words(_LEFT - 6, y(value) + 4, f"{value:.3g}", "end", INK) for value in (0.0, totals[-1])]
    said = text("document.picture.ledger", last=totals[-1], n=len(totals))
    return Picture("ledger", _WIDTH, height, tuple(shapes), said)


def _axes(
    epsilons: Sequence[float],
    x: Callable[[float], float],
    y: Callable[[float], float],
    ends: tuple[float, float],
    metric: str,
) -> list[Shape]:
    shapes: list[Shape] = []
    for value in ticks(*ends):
        shapes.append(Line(((_LEFT, y(value)), (_WIDTH - _RIGHT, y(value))), GRID, 0.8))
        shapes.append(Words(_LEFT - 6, y(value) + 4, f"{value:g}", "end", INK))
    if ends[0] < 0:
        shapes.append(Line(((_LEFT, y(0.0)), (_WIDTH - _RIGHT, y(0.0))), INK, 0.8, dash=True))
    shapes += [Words(x(each), _HEIGHT - 22, f"{each:g}", "middle", INK) for each in epsilons]
    shapes.append(Words((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 5, "ε", "middle", INK))
    shapes.append(Words(_WIDTH - _RIGHT + 8, _TOP + 2, metric, "start", INK))
    return shapes


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two ends, three to seven of them.

    Example:
        >>> ticks(-0.0163, 0.0808)
        [0.0, 0.02, 0.04, 0.06, 0.08]
    """
    power = 10.0 ** math.floor(math.log10((high - low) / 3))
    step = max(size * power for size in (1, 2, 5) if size * power <= (high - low) / 3)
    return [round(n * step, 12) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _line(rows: pd.DataFrame, colour: str, x: Callable[[float], float], y: Callable[[float], float]) -> list[Shape]:
    """A line with its interval as an upright bar at each point: bands of several methods would hide each other."""
    middle = tuple((x(e), y(v)) for e, v in zip(rows["epsilon"], rows["mean"], strict=True))
    bars: list[Shape] = [
        Line(((x(e), y(low)), (x(e), y(high))), colour, 1)
        for e, low, high in zip(rows["epsilon"], rows["low"], rows["high"], strict=True)
    ]
    dots: list[Shape] = [
        Area(((px - 3, py - 3), (px + 3, py - 3), (px + 3, py + 3), (px - 3, py + 3)), colour) for px, py in middle
    ]
    return [*bars, *([Line(middle, colour, 2)] if len(middle) > 1 else []), *dots]


def _labels(ends: Sequence[tuple[float, str, str]]) -> list[Shape]:
    """Write each line's name at its end, none upon another."""
    shapes: list[Shape] = []
    lowest = _TOP + 14.0
    for at, name, colour in sorted(ends):
        lowest = max(at + 4, lowest + 15)
        shapes.append(Words(_WIDTH - _RIGHT + 8, lowest, name, "start", colour))
    return shapes


def _bars(name: str, rows: Sequence[tuple[str, float, str, str]], caption: str) -> Picture:
    """Bars across, each with its words on the left and its number at its end; lengths are shares of the room."""
    left, height = 232.0, 30.0
    shapes: list[Shape] = []
    for place, (label, share, number, colour) in enumerate(rows):
        y0 = 8 + place * height
        x1 = left + max((_WIDTH - left - 80) * share, 1.5)
        shapes.append(Area(((left, y0), (x1, y0), (x1, y0 + 18), (left, y0 + 18)), colour))
        shapes.append(Words(left - 8, y0 + 13, label, "end", INK))
        shapes.append(Words(x1 + 6, y0 + 13, number, "start", "#2b333a"))
    return Picture(name, _WIDTH, 16 + len(rows) * height, tuple(shapes), caption)


def _end_to_end(method: str, rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    return text(
        "document.picture.curve.line",
        method=text(f"method.{method}"),
        first=float(first["mean"]),
        low=float(first["epsilon"]),
        last=float(last["mean"]),
        high=float(last["epsilon"]),
    )


def _colour(method: str) -> str:
    """The method's colour on paper: the palette holds slots that a theme fills."""
    slot = METHOD_COLOURS.get(method, "")
    return PAPER[int(slot[1:], 16) - 1] if slot.startswith("#00000") else slot or INK
