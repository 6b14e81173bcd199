"""How a value is made general, step by step, up to "*": dates, numbers, codes, paths and plain words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.anonymize.generalize import level_separator

ANY = "*"  # the most general value: it says nothing
_DATE = re.compile(r"(\d{4})-(\d{2})(-\d{2}([ T].*)?)?")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")
_CODE = re.compile(r"\d+")
MAX_STEPS = 12  # of numbers and codes

Steps = Callable[[str], list[str]]  # from a value to everything above it, the most special first, without "*"


@dataclass(frozen=True)
class Hierarchy:
    """A column's values with what is above each of them.

    ``kind`` is date, number, code, path or text. ``above`` maps a value to the next more general one; "*" has none.
    ``penalty`` is the normalised certainty penalty of a cell, 0 for a value as it was and 1 for "*": (values of the
    column that it may stand for - 1) / (all values - 1) (Xu et al. 2006, "Utility-based anonymization using local
    recoding", section 2.2, with the values that occur as the domain).
    """

    kind: str
    above: dict[str, str]
    penalty: dict[str, float]


def build_hierarchy(values: Iterable[str]) -> Hierarchy:
    """Find out what kind of values a column has, and what is above each; blank cells ("") know "*" only.

    ======  ==========================================  =================================
    kind    values                                      steps
    ======  ==========================================  =================================
    date    2024-03-09, 2024-03-09 10:00:00, 2024-03    2024-03, 2024-Q1, 2024, *
    code    digits of one length, one starting with 0   01234, 0123*, 012**, ..., *
    number  all numbers                                 20 to 30, 0 to 50, 0 to 100, ..., *
    path    with levels: A|B|C, A > B > C               A|B, A, *
    text    anything else                               *
    ======  ==========================================  =================================

    A band of numbers holds its lower end and not its upper one.
    """
    distinct = sorted(set(values))
    said = [value for value in distinct if value not in ("", ANY)]
    kind, steps = _kind(said)
    above: dict[str, str] = {}
    below: dict[str, int] = {}
    for value in distinct:
        way = [value, *(steps(value) if value not in ("", ANY) else []), ANY]
        way = list(dict.fromkeys(way))  # a month's month is itself
        above |= dict(pairwise(way))
        for name in way:
            below[name] = below.get(name, 0) + 1
    n_others = max(len(distinct) - 1, 1)
    penalty = {name: min((count - 1) / n_others, 1.0) for name, count in below.items()} | {ANY: 1.0}
    return Hierarchy(kind, above, penalty)


def _kind(said: list[str]) -> tuple[str, Steps]:
    if said and all(_DATE.fullmatch(value) for value in said):
        return "date", _date_steps
    if said and all(_CODE.fullmatch(value) for value in said):
        length = len(said[0])
        if length > 1 and all(len(value) == length for value in said) and any(value[0] == "0" for value in said):
            return "code", _code_steps
    if said and all(_NUMBER.fullmatch(value) for value in said):
        return "number", _number_steps(np.array([float(value) for value in said]))
    if separator := level_separator(pd.Series(said, dtype="str")):
        return "path", lambda value: level_prefixes(value, separator)[1:]
    return "text", lambda _: []


def _date_steps(value: str) -> list[str]:
    year, month = value[:4], value[5:7]
    return [f"{year}-{month}", f"{year}-Q{(int(month) + 2) // 3}", year]


def _code_steps(value: str) -> list[str]:
    n_steps = min(len(value) - 1, MAX_STEPS)
    return [value[: len(value) - step] + "*" * step for step in range(1, n_steps + 1)]


def _number_steps(numbers: np.ndarray) -> Steps:
    """Bands that lie within each other: widths 1, 5, 10, 50, 100, ... times a power of ten near 1/50 of the range."""
    span = float(numbers.max() - numbers.min())
    unit = 10.0 ** np.floor(np.log10(span / 20)) if span > 0 else 1.0
    widths = [unit * factor for power in range(MAX_STEPS // 2) for factor in (10.0**power, 5 * 10.0**power)]
    wide = [width for width in widths if width < span]

    def steps(value: str) -> list[str]:
        number = float(value)
        lows = [float(np.floor(number / width + 1e-9) * width) for width in wide]
        return [f"{low:.12g} to {low + width:.12g}" for low, width in zip(lows, wide, strict=True)]

    return steps


def level_prefixes(value: str, separator: str | None) -> list[str]:
    """A path and everything that it is in, the most special first.

    Example:
        >>> level_prefixes("Home > Kitchen > Tea", ">")
        ['Home > Kitchen > Tea', 'Home > Kitchen', 'Home']
        >>> level_prefixes("Tea", None)
        ['Tea']
    """
    parts = value.split(separator) if separator else [value]
    return [(separator or "").join(parts[:depth]).strip() for depth in range(len(parts), 0, -1)]
