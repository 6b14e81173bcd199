"""Suppression of rare products: for exported files only, since every row then depends on other shoppers."""

import pandas as pd

from core.anonymize.changes import Change
from core.columns import Columns


def suppress_rare_items(interactions: pd.DataFrame, min_shoppers: int) -> tuple[pd.DataFrame, Change]:
    """Leave out all rows of products that fewer than ``min_shoppers`` shoppers touched; the argument stays."""
    n_shoppers = interactions.groupby(Columns.ITEM)[Columns.USER].nunique()
    rare = n_shoppers.index[n_shoppers < min_shoppers]
    kept = interactions[~interactions[Columns.ITEM].isin(rare)].reset_index(drop=True)
    n_rows = len(interactions) - len(kept)
    n_users = interactions[Columns.USER].nunique() - kept[Columns.USER].nunique()
    sentence = (
        f"{len(rare):,} of {len(n_shoppers):,} products were touched by fewer than {min_shoppers:,} shoppers: their "
        f"{n_rows:,} rows are left out" + (f", and {n_users:,} shoppers with them." if n_users else ".")
    )
    return kept, Change("suppress_items_below", "rows", n_rows, sentence)
