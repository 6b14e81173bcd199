"""One row a shopper: what somebody might know of a person without knowing any single product (quasi-identifiers)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.columns import Columns
from core.errors import SettingsError

EVENTS_BAND, FIRST_MONTH, LAST_MONTH = "events_band", "first_month", "last_month"
FAVOURITE_CATEGORY, PRICE_BAND = "favourite_category", "price_band"
DERIVED = (EVENTS_BAND, FIRST_MONTH, LAST_MONTH, FAVOURITE_CATEGORY, PRICE_BAND)
DEFAULT_COLUMNS = (EVENTS_BAND, FIRST_MONTH, FAVOURITE_CATEGORY)  # where nobody chose any; those that there are
BLANK = ""  # a shopper of whom the column says nothing

# Edges are public and fixed: bands drawn from the data would make one shopper's band depend on the others.
_EVENT_EDGES = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000])
_PRICE_EDGES = np.array([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000], dtype=float)
_DESCRIPTIONS = {
    EVENTS_BAND: "How much the shopper did: number of events, in bands (1, 2-4, 5-9, 10-19, ... , 1000+).",
    FIRST_MONTH: "Month of the shopper's first event, for instance 2024-03.",
    LAST_MONTH: "Month of the shopper's last event.",
    FAVOURITE_CATEGORY: "Category that most of the shopper's events are in; where two tie, the first by name.",
    PRICE_BAND: "Band of the median catalogue price of the shopper's events (0-1, 1-2, 2-5, 5-10, ...).",
}


@dataclass(frozen=True)
class QuasiIdentifier:
    """A column of the shopper table, for a form.

    ``can_generalize``: its values are cells of the exported file and can be made general. The others are computed
    from rows (how many, when, of what), so a rare value is removed by leaving the shopper out.
    """

    name: str
    description: str
    can_generalize: bool


def quasi_identifiers(
    behavior_columns: Sequence[str], *, has_time: bool, has_category: bool, has_price: bool
) -> tuple[QuasiIdentifier, ...]:
    """List the columns that ``shopper_table`` has for such files, with a sentence each.

    Args:
        behavior_columns: Names of all columns of the interactions; those that are not Tact's own are the file's.
        has_time: Some event has a time.
        has_category: Some product of the catalogue has a category.
        has_price: Some product of the catalogue has a price.
    """
    there = {EVENTS_BAND: True, FIRST_MONTH: has_time, LAST_MONTH: has_time}
    there |= {FAVOURITE_CATEGORY: has_category, PRICE_BAND: has_price}
    derived = [QuasiIdentifier(name, _DESCRIPTIONS[name], False) for name in DERIVED if there[name]]
    extra = [
        QuasiIdentifier(name, f"The shopper's commonest {name}; where two tie, the first by name.", True)
        for name in extra_columns(behavior_columns)
    ]
    return (*derived, *extra)


def extra_columns(behavior_columns: Sequence[str]) -> list[str]:
    """Columns of the behaviour file that are neither Tact's own nor named like a derived one."""
    return [str(name) for name in behavior_columns if name not in (*Columns.INTERACTIONS, *DERIVED)]


def shopper_table(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row a shopper, text columns only, usable as quasi-identifiers.

    ==================  =============================================================
    events_band         number of events in fixed bands
    first_month         year and month of the first event; absent where no event has a time
    last_month          the same of the last event
    favourite_category  the commonest category; absent where the catalogue has none
    price_band          fixed band of the median catalogue price; absent where there is none
    any further column  its commonest value over the shopper's rows
    ==================  =============================================================

    Ties go to the first value by name; blank cells do not count; "" stands where there is nothing.

    Args:
        interactions: user_id, item_id, event_type, timestamp and extra columns.
        catalogue: item_id (unique), category, price, ...; or None.
        columns: Compute these only, in this order; None: all there are.

    Returns:
        Indexed by user_id, in the order of first appearance.

    Raises:
        SettingsError: ``columns`` names one that this data does not have.
    """
    users, names = pd.factorize(interactions[Columns.USER])
    there = [found.name for found in quasi_identifiers(list(interactions.columns), **facts_of(interactions, catalogue))]
    chosen = there if columns is None else list(columns)
    if missing := [name for name in chosen if name not in there]:
        raise SettingsError(
            f"k_anonymity: there is no column {', '.join(missing)} to tell shoppers apart by. There are "
            f"{', '.join(there)}."
        )
    table = {name: _column(name, users, len(names), interactions, catalogue) for name in chosen}
    return pd.DataFrame(table, index=pd.Index(names, name=Columns.USER), dtype="str")


def facts_of(interactions: pd.DataFrame, catalogue: pd.DataFrame | None) -> dict[str, bool]:
    """What ``quasi_identifiers`` asks of the files, found out from the tables themselves."""
    has = {"has_time": bool(interactions[Columns.TIMESTAMP].notna().any())}
    for fact, column in (("has_category", Columns.CATEGORY), ("has_price", Columns.PRICE)):
        has[fact] = catalogue is not None and bool(catalogue[column].notna().any())
    return has


def default_quasi_identifiers(interactions: pd.DataFrame, catalogue: pd.DataFrame | None) -> tuple[str, ...]:
    """Names of the columns by which risk is measured where nobody chose any."""
    there = quasi_identifiers([], **facts_of(interactions, catalogue))
    return tuple(column.name for column in there if column.name in DEFAULT_COLUMNS)


def commonest(users: np.ndarray, values: pd.Series, n_users: int) -> np.ndarray:
    """Return each shopper's commonest value, (n_users,) of str; ties to the first by name, blanks do not count.

    Args:
        users: Shopper's number 0..n_users-1 of each row, (n_rows,).
        values: One cell a row.
        n_users: Number of shoppers.
    """
    codes, names = pd.factorize(values, sort=True)
    texts = np.asarray(names.astype(str), dtype=object)
    found = np.full(n_users, BLANK, dtype=object)
    said = (codes >= 0) & (codes != (int(np.argmax(texts == BLANK)) if (texts == BLANK).any() else -1))
    pairs, counts = np.unique(users[said].astype(np.int64) * max(len(texts), 1) + codes[said], return_counts=True)
    owners = pairs // max(len(texts), 1)
    order = np.lexsort((pairs, -counts, owners))
    first = order[np.flatnonzero(np.diff(owners[order], prepend=-1))]
    found[owners[first]] = texts[pairs[first] % max(len(texts), 1)]
    return found


def _column(
    name: str, users: np.ndarray, n_users: int, interactions: pd.DataFrame, catalogue: pd.DataFrame | None
) -> np.ndarray:
    if name == EVENTS_BAND:
        return _bands(np.bincount(users, minlength=n_users).astype(float), _EVENT_EDGES, are_counts=True)
    if name in (FIRST_MONTH, LAST_MONTH):
        times = interactions[Columns.TIMESTAMP].groupby(users)
        extreme = times.min() if name == FIRST_MONTH else times.max()
        return np.asarray(extreme.dt.strftime("%Y-%m").fillna(BLANK), dtype=object)
    if name == FAVOURITE_CATEGORY:
        return commonest(users, _of_item(interactions, catalogue, Columns.CATEGORY), n_users)
    if name == PRICE_BAND:
        price = _of_item(interactions, catalogue, Columns.PRICE).groupby(users).median()
        return _bands(price.to_numpy(dtype=float), _PRICE_EDGES, are_counts=False)
    return commonest(users, interactions[name], n_users)


def _of_item(interactions: pd.DataFrame, catalogue: pd.DataFrame | None, column: str) -> pd.Series:
    """A catalogue column for each event, (n_rows,)."""
    assert catalogue is not None  # the column is offered only where there is one
    codes, items = pd.factorize(interactions[Columns.ITEM])
    per_item = catalogue.set_index(Columns.ITEM)[column].reindex(items)
    return pd.Series(per_item.to_numpy()[codes])


def _bands(values: np.ndarray, edges: np.ndarray, *, are_counts: bool) -> np.ndarray:
    """Names of the bands that the values fall in; an edge belongs to the band above it; NaN is blank."""
    last = len(edges) - 1
    names = []
    for place, low in enumerate(edges):
        high = None if place == last else edges[place + 1] - are_counts
        one = are_counts and high == low
        names.append(f"{low:g}+" if high is None else f"{low:g}" if one else f"{low:g}-{high:g}")
    places = np.searchsorted(edges, values, side="right") - 1
    return np.where(np.isnan(values), BLANK, np.array(names, dtype=object)[places.clip(0, last)])
