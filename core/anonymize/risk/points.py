"""What can be known of a shopper, as numbers: who has which points."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from core.columns import Columns


class Coded(NamedTuple):
    """Rows as numbers, shape (n_rows,) each; shoppers, products and days are numbered as they appear.

    So nobody's name and no product's id has any influence. ``n_users``, ``n_items`` and ``n_days`` count what there is
    in all tables that were numbered together; a missing time is a day of its own.
    """

    users: np.ndarray
    items: np.ndarray
    days: np.ndarray
    n_users: int
    n_items: int
    n_days: int


def coded(*tables: pd.DataFrame) -> list[Coded]:
    """Number the rows of ``tables`` together: what is the same in two of them has one number."""
    users, n_users = _numbers([table[Columns.USER] for table in tables])
    items, n_items = _numbers([table[Columns.ITEM] for table in tables])
    days, n_days = _numbers([table[Columns.TIMESTAMP].dt.floor("D") for table in tables])
    return [Coded(*own, n_users, n_items, n_days) for own in zip(users, items, days, strict=True)]


def with_product(*tables: Coded) -> list[csr_array]:
    """Who has which product: one matrix a table, shape (n_users, n_items), 1 where a shopper has it."""
    return [_holdings(table.users, table.items, table.n_users, table.n_items) for table in tables]


def with_product_and_day(*tables: Coded) -> list[csr_array]:
    """Who has which product on which day: one matrix a table, shape (n_users, n_points)."""
    numbers = [table.items.astype(np.int64) * table.n_days + table.days for table in tables]
    points, names = pd.factorize(np.concatenate(numbers))
    ends = np.cumsum([len(own) for own in numbers])[:-1]
    return [
        _holdings(table.users, own, table.n_users, len(names))
        for table, own in zip(tables, np.split(points, ends), strict=True)
    ]


def sizes_of(holdings: csr_array) -> np.ndarray:
    """How many points each shopper has, shape (n_users,)."""
    sizes: np.ndarray = np.diff(holdings.indptr)
    return sizes


def smallest_group(holdings: csr_array) -> int:
    """Size of the smallest group of shoppers with exactly the same points; 0 where there is nobody.

    Sets are told apart by sums of random 64-bit numbers, one a point: among a million shoppers two different sets are
    taken for the same with a chance below 1e-7.
    """
    sizes = sizes_of(holdings)
    there = np.flatnonzero(sizes)
    if not len(there):
        return 0
    rng = np.random.default_rng(0)
    marks = rng.integers(0, 2**64, size=holdings.shape[1], dtype=np.uint64)
    sums = np.add.reduceat(marks[holdings.indices], holdings.indptr[there])
    return int(np.unique(sums, return_counts=True)[1].min())


def _numbers(columns: list[pd.Series]) -> tuple[list[np.ndarray], int]:
    """Number the values of several columns together."""
    numbers, names = pd.factorize(pd.concat(columns, ignore_index=True), use_na_sentinel=False)
    return np.split(numbers, np.cumsum([len(column) for column in columns])[:-1]), len(names)


def _holdings(users: np.ndarray, points: np.ndarray, n_users: int, n_points: int) -> csr_array:
    """Distinct pairs of a shopper and a point, points rising within a shopper."""
    pairs = np.sort(users.astype(np.int64) * max(n_points, 1) + points)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # five times as quick as np.unique
    owners, points = np.divmod(pairs, max(n_points, 1))
    starts = np.searchsorted(owners, np.arange(n_users + 1))
    return csr_array((np.ones(len(pairs), np.uint8), points.astype(np.int32), starts), shape=(n_users, n_points))
