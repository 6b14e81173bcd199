"""What lists are like beyond being right: novelty, diversity, popularity bias, exposure, churn; and right for whom.

All of it is computed from shoppers without noise: for the curator's room and for public data only.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.recommend.histories import Histories
from core.recommend.shop import Shop

Array = npt.NDArray[np.float64]
Lists = npt.NDArray[np.int32]
"""Positions of listed products, best first, shape (n_users, k); -1 where a list has run out."""


@dataclass(frozen=True)
class Popularity:
    """How known each product is among the training shoppers.

    Attributes:
        bits: Self-information -log2((c + 1) / (n + 1)) of a product that c of n shoppers touched, shape (n_items,).
        percentile: Share of the catalogue that is less known, ties halfway, 0..1, shape (n_items,).
        is_head: The best known products that together make 80 % of all touches, shape (n_items,).
    """

    bits: Array
    percentile: Array
    is_head: npt.NDArray[np.bool_]


def popularity_of(training: Histories) -> Popularity:
    """Count how many training shoppers touched each product."""
    counts = np.asarray((training.matrix > 0).sum(axis=0), float).ravel()
    ordered = np.sort(counts)
    below, upto = (np.searchsorted(ordered, counts, side=side) for side in ("left", "right"))
    order = np.argsort(-counts, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(counts[order])[:-1]])
    is_head = np.zeros(len(counts), bool)
    is_head[order] = (before < 0.8 * counts.sum()) & (counts[order] > 0)
    return Popularity(
        bits=-np.log2((counts + 1) / (training.n_users + 1)),
        percentile=(below + upto) / 2 / max(len(counts), 1),
        is_head=is_head,
    )


def novelty(lists: Lists, popularity: Popularity) -> Array:
    """Mean self-information of each list's products in bits, shape (n_users,); NaN for an empty list.

    Vargas and Castells (2011), "Rank and relevance in novelty and diversity metrics", without discounts.
    """
    return _mean_of_listed(lists, popularity.bits)


def popularity_bias(lists: Lists, popularity: Popularity, own: Histories) -> Array:
    """How much better known a list is than the shopper's own products, in percentiles; NaN where either lacks.

    Above 0: the list leans to the known. After Abdollahpouri and others (2019), "The unfairness of popularity bias".
    """
    matrix = own.matrix > 0
    sizes = np.asarray(matrix.sum(axis=1), float).ravel()
    sums = np.asarray(matrix @ popularity.percentile, float).ravel()
    liked = np.divide(sums, sizes, out=np.full(len(sums), np.nan), where=sizes > 0)
    return np.asarray(_mean_of_listed(lists, popularity.percentile) - liked)


def diversity(lists: Lists, shop: Shop) -> Array | None:
    """Mean dissimilarity (1 - cosine) of any two products of a list, shape (n_users,); None without content.

    NaN for lists of fewer than two products (Ziegler and others, 2005, intra-list similarity).
    """
    if shop.vectors is None:
        return None
    n = (lists >= 0).sum(axis=1)
    sums = indicator(lists, shop.n_items) @ shop.vectors
    squares = np.asarray(shop.vectors.multiply(shop.vectors).sum(axis=1), float).ravel()  # 1, or 0 without any words
    alone = np.where(lists >= 0, squares[lists], 0).sum(axis=1)
    together = np.asarray(sums.multiply(sums).sum(axis=1), float).ravel()
    pairs = n * (n - 1)
    return np.asarray(1 - np.divide(together - alone, pairs, out=np.full(len(n), np.nan), where=pairs > 0))


def gini(lists: Lists, n_items: int) -> float:
    """How unequally the catalogue is shown: 0 all products alike, towards 1 few products only."""
    shown = np.sort(np.bincount(lists[lists >= 0], minlength=n_items)).astype(float)
    if not shown.sum():
        return 0.0
    ranks = np.arange(1, n_items + 1)
    return float((2 * ranks - n_items - 1) @ shown / (n_items * shown.sum()))


def churn(lists: Lists, reference: Lists) -> Array:
    """Share of each reference list that another list does not name, shape (n_users,); NaN for an empty reference."""
    kept = ((reference[:, :, None] == lists[:, None, :]) & (reference >= 0)[:, :, None]).any(axis=2).sum(axis=1)
    sizes = (reference >= 0).sum(axis=1)
    return np.asarray(1 - np.divide(kept, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0))


def ndcg_of_group(
    lists: Lists, hidden: sparse.csr_array, is_member: npt.NDArray[np.bool_]
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """NDCG for hidden products of one group only: others neither count as hits nor belong to the best list.

    Args:
        lists: Shape (n_users, k).
        hidden: Shape (n_users, n_items), 1 each.
        is_member: Shape (n_items,).

    Returns:
        The figure of each shopper, shape (n_users,), and who has a hidden product of the group: the others say nothing.
    """
    n_users, k = lists.shape
    found = hidden.tocoo()
    member = is_member[found.col]
    wanted = np.bincount(found.row[member], minlength=n_users)
    keys = found.row[member].astype(np.int64) * hidden.shape[1] + found.col[member]
    listed = np.arange(n_users, dtype=np.int64)[:, None] * hidden.shape[1] + lists
    hits = np.isin(listed, keys) & (lists >= 0)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(wanted, k)]
    return np.divide(hits @ discounts, best, out=np.zeros(n_users), where=best > 0), wanted > 0


def indicator(lists: Lists, n_items: int) -> sparse.csr_array:
    """Which products each list names, shape (n_users, n_items), 1 each."""
    row, place = np.nonzero(lists >= 0)
    return sparse.csr_array((np.ones(len(row), np.float32), (row, lists[row, place])), shape=(len(lists), n_items))


def _mean_of_listed(lists: Lists, values: Array) -> Array:
    there = lists >= 0
    n = there.sum(axis=1)
    sums = np.where(there, values[lists], 0.0).sum(axis=1)
    return np.asarray(np.divide(sums, n, out=np.full(len(n), np.nan), where=n > 0))
