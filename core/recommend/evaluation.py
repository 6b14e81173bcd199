"""How good lists are: per-shopper figures in [0, 1], so that a noisy sum of them is a private release."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[np.float64]

METRICS = ("ndcg", "recall", "hit_rate")
CUTOFFS = (10, 20)


def metric_names() -> list[str]:
    """Columns of a curve: ``ndcg_at_10`` and so on."""
    return [f"{metric}_at_{k}" for k in CUTOFFS for metric in METRICS]


@dataclass(frozen=True)
class Quality:
    """Figures of each evaluation shopper, shape (n_users,) each, and how much of the catalogue the lists show.

    ``lists`` holds the positions of what was listed, best first, shape (n_users, k); -1 where a list has run out.
    """

    values: dict[str, Array]
    coverage: dict[int, float]
    lists: npt.NDArray[np.int32]

    def means(self, divisor: float) -> dict[str, float]:
        """Sums over shoppers divided by a public number."""
        return {name: float(values.sum() / divisor) for name, values in self.values.items()}


def evaluate_lists(items: npt.NDArray[np.int64], is_listed: npt.NDArray[np.bool_], hidden: sparse.csr_array) -> Quality:
    """Compare each shopper's list with the products hidden from it.

    NDCG@k = sum over hits of 1/log2(rank + 1), divided by the best sum possible (Järvelin and Kekäläinen 2002);
    Recall@k = hits / min(k, number hidden); hit rate = 1 where there is at least one hit. A shopper with nothing
    hidden counts 0 everywhere, for the divisor is the declared number of shoppers.

    Args:
        items: Positions of the list, best first, shape (n_users, >= 20).
        is_listed: False where the list has run out, shape like ``items``.
        hidden: Products to guess, shape (n_users, n_items).
    """
    n_hidden = np.diff(hidden.indptr)
    hits = np.zeros(items.shape, bool)
    for row in range(len(items)):
        guess = hidden.indices[hidden.indptr[row] : hidden.indptr[row + 1]]
        hits[row] = np.isin(items[row], guess) & is_listed[row]
    values: dict[str, Array] = {}
    coverage = {}
    for k in CUTOFFS:
        width = min(k, items.shape[1])
        discounts = 1 / np.log2(np.arange(2, k + 2))
        best = np.concatenate([[0], np.cumsum(discounts)])[np.minimum(n_hidden, k)]
        gained = hits[:, :width] @ discounts[:width]
        found = hits[:, :width].sum(axis=1)
        values[f"ndcg_at_{k}"] = np.divide(gained, best, out=np.zeros(len(items)), where=best > 0)
        values[f"recall_at_{k}"] = found / np.maximum(np.minimum(n_hidden, k), 1)
        values[f"hit_rate_at_{k}"] = (found > 0).astype(float)
        coverage[k] = len(np.unique(items[:, :width][is_listed[:, :width]])) / hidden.shape[1]
    return Quality(values, coverage, np.where(is_listed, items, -1).astype(np.int32))
