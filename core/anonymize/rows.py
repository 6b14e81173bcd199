"""Transforms of a shopper's own rows by public rules and one secret key: they may precede a private study.

No row's fate depends on another shopper's rows, so neighbours stay neighbours. None of it lowers ε.
"""

import hashlib
import hmac

import numpy as np
import pandas as pd

from core.anonymize.changes import Change
from core.columns import Columns, Uploads
from core.errors import SettingsError
from core.settings import AnonymizationSettings

PSEUDONYM_DIGITS = 20  # hexadecimal: among a million shoppers two collide with probability below 1e-12
NEEDED = frozenset({Columns.USER, Columns.ITEM, Columns.EVENT})
_TEXTS = (Columns.TITLE, Columns.TEXT)
_OWN = {
    Uploads.USER: (Columns.USER,),
    Uploads.ITEM: (Columns.ITEM,),
    Uploads.BEHAVIOR: (Columns.EVENT,),
    Uploads.TIME: (Columns.TIMESTAMP,),
    Uploads.CATEGORY: (Columns.CATEGORY,),
    Uploads.PRICE: (Columns.PRICE,),
    Uploads.RATING: (Columns.RATING,),
    # A title is also in the text, so one does not go without the other.
    **dict.fromkeys((*Uploads.TEXTS, *_TEXTS), _TEXTS),
}
Tables = tuple[pd.DataFrame, pd.DataFrame | None]


def apply_row_rules(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, settings: AnonymizationSettings, key: bytes
) -> tuple[pd.DataFrame, pd.DataFrame | None, list[Change]]:
    """Apply the chosen rules in a fixed order; the frames given stay as they were.

    Columns dropped (a column of Tact's own stays, blank), pseudonyms, coarser times, price bands, and the
    cap on products per shopper. ``suppress_items_below`` is no row rule: it is left to exported files.

    Raises:
        SettingsError: a column to drop is not there, or cannot be spared.
    """
    changes: list[Change] = []
    if settings.drop_columns:
        interactions, catalogue = _drop(interactions, catalogue, settings.drop_columns, changes)
    if settings.pseudonymize:
        interactions = _pseudonymize(interactions, key, changes)
    if settings.coarsen_time != "exact":
        interactions = _coarsen(interactions, settings.coarsen_time, changes)
    if settings.price_bands:
        catalogue = _band(catalogue, settings.price_bands, changes)
    if settings.max_products_per_shopper is not None:
        interactions = _cap(interactions, settings.max_products_per_shopper, key, changes)
    return interactions, catalogue, changes


def pseudonym(user: str, key: bytes) -> str:
    """The keyed code that stands for a shopper: HMAC-SHA256, cut to 20 hexadecimal digits."""
    return hmac.digest(key, b"shopper\x1f" + user.encode(), hashlib.sha256).hex()[:PSEUDONYM_DIGITS]


def _drop(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, names: tuple[str, ...], changes: list[Change]
) -> Tables:
    tables = [interactions.copy(deep=False), None if catalogue is None else catalogue.copy(deep=False)]
    for name in names:
        columns = _OWN.get(name, (name,))
        if NEEDED & set(columns):
            raise SettingsError(
                f"drop_columns: {name} is needed to recommend anything. Keep it; pseudonyms hide names."
            )
        found = 0
        for place, table in enumerate(tables):
            for column in columns:
                if table is None or column not in table.columns:
                    continue
                found += 1
                if column in (*Columns.INTERACTIONS, *Columns.CATALOGUE):
                    table[column] = table[column].where(np.zeros(len(table), dtype=bool))
                else:
                    tables[place] = table = table.drop(columns=column)
        if not found:
            there = [
                column
                for table in (interactions, catalogue)
                for column in (() if table is None else table.columns)
                if column not in NEEDED
            ]
            raise SettingsError(f"drop_columns: there is no column {name}. There are {', '.join(there)}.")
    sentence = f"{', '.join(names)}: removed from all {len(interactions):,} rows, whatever they held."
    changes.append(Change("drop_columns", "columns", len(names), sentence))
    first = tables[0]
    assert first is not None  # the interactions
    return first, tables[1]


def _pseudonymize(interactions: pd.DataFrame, key: bytes, changes: list[Change]) -> pd.DataFrame:
    codes, users = pd.factorize(interactions[Columns.USER])
    names = np.array([pseudonym(user, key) for user in users], dtype=object)
    sentence = (
        f"The ids of {len(users):,} shoppers become codes that only the holder of the key can repeat. "
        "What they bought still gives people away to whoever knows some of it."
    )
    changes.append(Change("pseudonymize", "shoppers", len(users), sentence))
    return interactions.assign(**{Columns.USER: pd.Series(names[codes], index=interactions.index, dtype="str")})


def _coarsen(interactions: pd.DataFrame, period: str, changes: list[Change]) -> pd.DataFrame:
    exact = interactions[Columns.TIMESTAMP]
    if period in ("hour", "day"):
        coarse = exact.dt.floor("h" if period == "hour" else "D")
    else:
        days = exact.dt.day_of_week if period == "week" else exact.dt.day - 1
        coarse = exact.dt.floor("D") - pd.to_timedelta(days, unit="D")
    coarse = coarse.astype(exact.dtype)
    n_changed = int(((coarse != exact) & exact.notna()).sum())
    before, after = exact.nunique(), coarse.nunique()
    sentence = f"{n_changed:,} of {len(exact):,} times are cut to the {period}: {before:,} times become {after:,}."
    if not before:
        sentence = "The file has no times, so there is nothing to coarsen."
    changes.append(Change("coarsen_time", "rows", n_changed, sentence))
    return interactions.assign(**{Columns.TIMESTAMP: coarse})


def _band(catalogue: pd.DataFrame | None, edges: tuple[float, ...], changes: list[Change]) -> pd.DataFrame | None:
    """Each price becomes the lower edge of its band: 0, then each declared edge; an edge itself is the band below."""
    if catalogue is None:
        changes.append(Change("price_bands", "products", 0, "There is no product file, so no price to coarsen."))
        return None
    price = catalogue[Columns.PRICE].to_numpy(dtype=float)
    lower = np.array([0.0, *edges])
    banded = np.where(np.isnan(price), np.nan, lower[np.searchsorted(np.array(edges), price, side="left")])
    n_changed = int((banded[~np.isnan(price)] != price[~np.isnan(price)]).sum())
    before, after = len(np.unique(price[~np.isnan(price)])), len(np.unique(banded[~np.isnan(price)]))
    sentence = f"{n_changed:,} of {len(price):,} prices are cut to their band: {before:,} prices become {after:,}."
    if not before:
        sentence = "No product has a price, so there is nothing to coarsen."
    changes.append(Change("price_bands", "products", n_changed, sentence))
    return catalogue.assign(**{Columns.PRICE: banded})


def _cap(interactions: pd.DataFrame, most: int, key: bytes, changes: list[Change]) -> pd.DataFrame:
    """Keep of each shopper the ``most`` products with the smallest keyed coin; all events of a product go together."""
    pairs = interactions[[Columns.USER, Columns.ITEM]].drop_duplicates()
    n_products = pairs.groupby(Columns.USER, sort=False)[Columns.ITEM].transform("size")
    above = pairs[n_products > most]
    coins = [
        hmac.digest(key, f"cap\x1f{user}\x1f{item}".encode(), hashlib.sha256)
        for user, item in zip(above[Columns.USER], above[Columns.ITEM], strict=True)
    ]
    rank = above.assign(coin=coins).sort_values("coin").groupby(Columns.USER, sort=False).cumcount()
    dropped = above.loc[rank.index[rank >= most]]
    is_dropped = pd.MultiIndex.from_frame(interactions[[Columns.USER, Columns.ITEM]]).isin(
        pd.MultiIndex.from_frame(dropped)
    )
    n_users, n_rows = above[Columns.USER].nunique(), int(is_dropped.sum())
    sentence = (
        f"{n_users:,} shoppers had more than {most:,} products; a keyed coin chose {most:,} of each, "
        f"and {n_rows:,} of {len(interactions):,} rows are left out."
    )
    changes.append(Change("max_products_per_shopper", "rows", n_rows, sentence))
    return interactions[~is_dropped].reset_index(drop=True)
