"""Exact check of k^m-anonymity: how many combinations of products few shoppers have together."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import scipy.sparse as sp

from core.columns import Columns
from core.progress import Report, silent

BLOCK = 2_000  # products whose companions are counted at a time: memory stays bounded


def km_violations(interactions: pd.DataFrame, k: int, m: int, *, report: Report = silent) -> int:
    """Count the sets of 1 to ``m`` products that at least one but fewer than ``k`` shoppers have all of.

    0 means k^m-anonymous: whoever knows any ``m`` products of a basket finds no basket at all, or at least ``k``
    (Terrovitis, Mamoulis and Kalnis 2008, "Privacy-preserving anonymization of set-valued data", definition 1).
    A basket is the set of distinct products of a shopper. Exact; level by level, as larger sets are only looked for
    where they occur. Time grows with the sum of (basket size)^m.

    Args:
        interactions: user_id and item_id.
        k: Smallest allowed number of shoppers.
        m: 1, 2 or 3 products known.
        report: Told how far the count is.
    """
    baskets = basket_matrix(interactions)
    support = np.asarray(baskets.sum(axis=0)).ravel()
    n_rare = int(((support > 0) & (support < k)).sum())
    if m >= 2:
        n_rare += sum(_rare_upper(block, k) for block in _pair_blocks(baskets))
    if m >= 3:
        n_rare += _rare_triples(baskets, k, report)
    return n_rare


def basket_matrix(interactions: pd.DataFrame) -> sp.csr_matrix:
    """Shoppers by products, 1 where a shopper has the product, (n_users, n_items)."""
    users, user_names = pd.factorize(interactions[Columns.USER])
    items, item_names = pd.factorize(interactions[Columns.ITEM])
    pairs = np.unique(users.astype(np.int64) * max(len(item_names), 1) + items)
    places = (pairs // max(len(item_names), 1), pairs % max(len(item_names), 1))
    ones = np.ones(len(pairs), dtype=np.int32)
    return sp.csr_matrix((ones, places), shape=(len(user_names), len(item_names)))


def _pair_blocks(baskets: sp.csr_matrix) -> Iterator[tuple[sp.csr_matrix, int]]:
    """Co-occurrence, a block of rows at a time, with the number of its first row."""
    by_item = baskets.T.tocsr()
    for start in range(0, by_item.shape[0], BLOCK):
        yield (by_item[start : start + BLOCK] @ baskets).tocsr(), start


def _rare_upper(block: tuple[sp.csr_matrix, int], k: int) -> int:
    """Rare pairs of a block, each counted once: above the diagonal."""
    counts = block[0].tocoo()
    return int(((counts.data < k) & (counts.col > counts.row + block[1])).sum())


def _rare_triples(baskets: sp.csr_matrix, k: int, report: Report) -> int:
    """For each product: pairs of later products that few of its own shoppers have."""
    by_item, n_rare = baskets.T.tocsr(), 0
    for item in range(by_item.shape[0]):
        owners = by_item.indices[by_item.indptr[item] : by_item.indptr[item + 1]]
        rest = baskets[owners][:, item + 1 :]
        rest = rest[:, np.unique(rest.indices)]  # the products that occur here at all
        n_rare += _rare_upper(((rest.T @ rest).tocsr(), 0), k)
        report(item / by_item.shape[0], "Counting rare combinations of three products")
    return n_rare
