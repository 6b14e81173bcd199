"""Caps on what one shopper brings: a keyed coin of the shopper chooses, so nobody else decides and no order counts."""

import numpy as np
import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.coins import Coins, Words, numbers_of_equals
from core.columns import Columns


def cap_products(rows: pd.DataFrame, uploaded: pd.DataFrame, most: int, key: bytes) -> tuple[pd.DataFrame, Change]:
    """Keep of each shopper the ``most`` products with the smallest coins; all events of a product go together.

    Args:
        rows: Interactions, indexed by their place in ``uploaded``.
        uploaded: Interactions as uploaded: coins are of these ids, whatever pseudonyms say.
        most: At least 1.
        key: The coins' key.
    """
    users, items = (pd.factorize(rows[name])[0].astype(np.int64) for name in (Columns.USER, Columns.ITEM))
    n_items = int(items.max(initial=0)) + 1
    pairs, first, inverse = np.unique(users * n_items + items, return_index=True, return_inverse=True)
    owners = pairs // n_items
    coins = np.zeros(len(pairs), np.uint64)
    is_above = np.bincount(owners)[owners] > most if len(pairs) else np.zeros(0, bool)
    coins[is_above] = Coins(key, "products").of_pairs(uploaded.loc[rows.index[first[is_above]]])[:, 0]
    is_kept = (_ranks(owners, coins) < most)[inverse]
    n_users, n_rows = len(np.unique(owners[is_above])), int((~is_kept).sum())
    sentence = (
        f"{n_users:,} shoppers had more than {most:,} products; a keyed coin chose {most:,} of each, "
        f"and {n_rows:,} of {len(rows):,} rows are left out."
    )
    return rows[is_kept], Change("max_products_per_shopper", "rows", n_rows, sentence)


def cap_events(rows: pd.DataFrame, uploaded: pd.DataFrame, most: int, key: bytes) -> tuple[pd.DataFrame, Change]:
    """Keep of each shopper the ``most`` events with the smallest coins; arguments as of ``cap_products``."""
    owners = pd.factorize(rows[Columns.USER])[0]
    is_above = np.bincount(owners)[owners] > most if len(rows) else np.zeros(0, bool)
    coins = np.zeros(len(rows), np.uint64)
    above = rows.index[is_above]
    equals = pd.Series(numbers_of_equals(uploaded), index=uploaded.index).loc[above].to_numpy()
    coins[is_above] = Coins(key, "events").of_numbered(uploaded.loc[above], equals)[:, 0]
    is_kept = _ranks(owners, coins) < most
    n_users, n_rows = len(np.unique(owners[is_above])), int((~is_kept).sum())
    sentence = (
        f"{n_users:,} shoppers had more than {most:,} events; a keyed coin chose {most:,} of each, "
        f"and {n_rows:,} of {len(rows):,} rows are left out."
    )
    return rows[is_kept], Change("max_events_per_shopper", "rows", n_rows, sentence)


def _ranks(owners: np.ndarray, coins: Words) -> np.ndarray:
    """The rank of each coin among its owner's, from 0."""
    order = np.lexsort((coins, owners))
    theirs = owners[order]
    starts = np.searchsorted(theirs, theirs, side="left")
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - starts
    return ranks
