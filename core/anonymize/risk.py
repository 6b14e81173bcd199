"""How many shoppers can be singled out by a little knowledge of what they bought."""

from itertools import pairwise
from typing import TypedDict

import numpy as np
import pandas as pd

from core.columns import Columns

MAX_KNOWN = 5
N_SAMPLE = 2_000  # shoppers drawn: a share is known to about two percentage points
SEED = 2015  # the same shoppers are drawn before and after, so that two risks compare


class Risk(TypedDict):
    """What is left to find: exact facts of the data at hand, for the curator's room only.

    ``unicity`` maps the number of known points ("1" to "5") to the share of shoppers whom they single out;
    ``k`` is the size of the smallest group of shoppers with exactly the same points.
    """

    unicity: dict[str, float]
    k: int


def risk(interactions: pd.DataFrame) -> Risk:
    """Measure re-identification risk.

    A point is a product, with the day where there is a time (a coarser time stays as coarse as it is): "she bought
    that lamp on that Tuesday". Of each sampled shopper up to five of their own points are drawn at random, and a
    shopper is singled out where nobody else has them all; one with fewer points is taken with all of them.
    The points are drawn among those that are still in the table: leaving rows out also thins the crowd to hide in,
    and unicity may rise. The estimate is that of de Montjoye et al. 2015 (https://doi.org/10.1126/science.1256297).
    """
    if not len(interactions):
        return {"unicity": {str(known): 0.0 for known in range(1, MAX_KNOWN + 1)}, "k": 0}
    users, points = _points(interactions)  # (n_pairs,) each, distinct pairs, by user
    starts = np.searchsorted(users, np.arange(users[-1] + 2))
    by_point = np.argsort(points, kind="stable")
    holders, first_holder = users[by_point], np.searchsorted(points[by_point], np.arange(points.max() + 2))
    rng = np.random.default_rng(SEED)
    n_users = len(starts) - 1
    sample = rng.permutation(n_users)[:N_SAMPLE]
    n_unique = np.zeros(MAX_KNOWN)
    for user in sample:
        own = points[starts[user] : starts[user + 1]]
        drawn = rng.permutation(own)[:MAX_KNOWN]
        alike = holders[first_holder[drawn[0]] : first_holder[drawn[0] + 1]]
        for known in range(MAX_KNOWN):
            if known and known < len(drawn) and len(alike) > 1:
                point = drawn[known]
                others = holders[first_holder[point] : first_holder[point + 1]]
                alike = np.intersect1d(alike, others, assume_unique=True)
            n_unique[known] += len(alike) == 1
    shares = {str(known + 1): round(float(n_unique[known] / len(sample)), 4) for known in range(MAX_KNOWN)}
    return {"unicity": shares, "k": _smallest_group(points, starts)}


def _points(interactions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distinct (user, point) pairs by number, sorted by user; users are numbered as they appear."""
    users, _ = pd.factorize(interactions[Columns.USER])
    items, _ = pd.factorize(interactions[Columns.ITEM])
    days, names = pd.factorize(interactions[Columns.TIMESTAMP].dt.floor("D"), use_na_sentinel=False)
    points, _ = pd.factorize(items.astype(np.int64) * len(names) + days)
    pairs = np.unique(users.astype(np.int64) * (points.max() + 1) + points)
    return pairs // (points.max() + 1), pairs % (points.max() + 1)


def _smallest_group(points: np.ndarray, starts: np.ndarray) -> int:
    """Shoppers whose sets of points are equal form a group; points are sorted within a shopper."""
    sizes: dict[bytes, int] = {}
    for start, end in pairwise(starts):
        own = points[start:end].tobytes()
        sizes[own] = sizes.get(own, 0) + 1
    return min(sizes.values())
