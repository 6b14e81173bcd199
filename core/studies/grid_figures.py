"""Figures of a grid's cells: means over judges and draws, and differences to no anonymisation with their intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from core.recommend.evaluation import Quality

NONE = "none"
"""The row without any anonymisation."""
SURE = 0.95
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One anonymisation at one ε.

    Attributes:
        about: What its row is: name, method, counts of rows, why it has no ε.
        epsilon: Infinite without noise.
        values: For each metric the figures of the judges, averaged over draws, shape (n_judges,).
        means: For each draw the mean over judges of each metric.
    """

    about: dict[str, Any]
    epsilon: float
    values: dict[str, Array]
    means: tuple[dict[str, float], ...]

    @classmethod
    def of(cls, about: dict[str, Any], epsilon: float, judged: Sequence[Quality]) -> Self:
        """Average several draws of one cell."""
        names = judged[0].values
        values = {name: np.mean([each.values[name] for each in judged], axis=0) for name in names}
        means = tuple({name: float(each.values[name].mean()) for name in names} for each in judged)
        return cls(about, epsilon, values, means)


def figures_of(cells: Sequence[Cell]) -> pd.DataFrame:
    """One row a cell; every cell is compared with "none" at the same ε, judge by judge.

    Two things move a difference by chance. *Who was asked*: the standard error over judges of their own differences.
    *Noise*: the spread between draws of a cell, pooled over the rows of its column, which have the same noise; both
    cells of a difference carry it. The 95 % interval adds both in squares, with a normal quantile for the first and
    Student's t for the second. Where each cell was drawn once, the second is unknown and left out.
    """
    plain = {cell.epsilon: cell for cell in cells if cell.about["anonymization"] == NONE}
    return pd.DataFrame([_row(cell, plain[cell.epsilon], cells) for cell in cells])


def _row(cell: Cell, plain: Cell, cells: Sequence[Cell]) -> dict[str, Any]:
    row = {name: cell.about[name] for name in ("anonymization", "method")}
    row |= {"epsilon": cell.epsilon, "delta": 0.0 if math.isinf(cell.epsilon) else cell.about["delta"]}
    column = [each for each in cells if each.epsilon == cell.epsilon]
    for name, values in cell.values.items():
        noise, t = _noise(column, name)
        change = values - plain.values[name]
        off = math.hypot(stats.norm.ppf((1 + SURE) / 2) * _standard_error(change), t * noise * math.sqrt(2))
        off = 0.0 if cell is plain else off
        row |= {
            name: float(values.mean()),
            f"{name}_se": math.hypot(_standard_error(values), noise),
            f"{name}_change": float(change.mean()),
            f"{name}_low": float(change.mean()) - off,
            f"{name}_high": float(change.mean()) + off,
        }
    counts = {"n_judges": len(next(iter(cell.values.values()))), "n_draws": len(cell.means)}
    return row | counts | {name: cell.about[name] for name in ("rows", "rows_before", "why")}


def _noise(column: Sequence[Cell], name: str) -> tuple[float, float]:
    """Standard error of a cell's mean over its draws, pooled over a column, and the quantile that goes with it."""
    draws = [np.array([mean[name] for mean in cell.means]) for cell in column]
    freedom = sum(len(each) - 1 for each in draws)
    if not freedom:
        return 0.0, 0.0
    variance = sum(float(((each - each.mean()) ** 2).sum()) for each in draws) / freedom
    return math.sqrt(variance / len(draws[0])), float(stats.t.ppf((1 + SURE) / 2, freedom))


def _standard_error(values: Array) -> float:
    return float(values.std() / math.sqrt(len(values)))
