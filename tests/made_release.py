"""What tests of the release share: no noise, and the coordinates and distance in which sensitivity is meant."""

import math
from typing import Any

import numpy as np

from core.privacy.noise import grid_step


class NoNoise:
    """Adds nothing; remembers how much it was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def release(self, values: Any, noise_std: float) -> Any:
        self.asked.append(noise_std)
        return np.asarray(values, np.float64)


def stretched(gram: np.ndarray) -> np.ndarray:
    """The coordinates in which sensitivity is meant: G_ii, and √2 G_ij for i < j."""
    upper = np.triu_indices(len(gram))
    scaled: np.ndarray = gram[upper] * np.where(upper[0] == upper[1], 1, np.sqrt(2))
    return scaled


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The L2 distance of two neighbours' sums on the grid of their release, without rounding: in integers."""
    step = grid_step(1.0, n_moved=one.size)
    moved = np.rint(one / step) - np.rint(other / step)
    return math.sqrt(sum(int(each) ** 2 for each in moved)) * step
