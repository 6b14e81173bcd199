"""Groups of shoppers who look alike: k, l and t over chosen columns of the shopper table."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import pandas as pd

from core.errors import SettingsError

DEFAULT_COLUMNS = ("events_band", "first_month", "last_month", "price_band")
SIZES = (1, 2, 5, 10, 50)  # lower ends of the classes of group sizes


class Groups(TypedDict):
    """Facts of the groups, exact.

    ``k`` is the size of the smallest group, ``l`` the least number of different values of the sensitive column in a
    group, ``entropy_l`` its like by entropy, ``t`` the largest distance of a group's values from everybody's, in 0..1.
    ``sizes`` counts shoppers by the size of their group: [{"from": 1, "to": 1, "shoppers": n}, ...], the last open.
    """

    columns: list[str]
    sensitive: str
    k: int
    l: int  # noqa: E741 - the letter of the paper
    entropy_l: float
    t: float
    n_groups: int
    shoppers: int
    sizes: list[dict[str, int | None]]


def group_numbers(table: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Number the groups of rows that are the same in all ``columns``; blank is a value like any other. Shape (n_rows,).

    Raises:
        SettingsError: a column is not there.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise SettingsError(
            f"quasi_identifiers: the shopper table has no column {missing[0]}. "
            f"There are {', '.join(map(str, table.columns)) or 'none'}."
        )
    numbers = np.zeros(len(table), np.int64)
    for column in columns:
        own, names = pd.factorize(table[column], use_na_sentinel=False)
        numbers, _ = pd.factorize(numbers * max(len(names), 1) + own)
    return numbers


def groups(table: pd.DataFrame, columns: Sequence[str], sensitive: pd.Series) -> Groups:
    """Measure the groups that ``columns`` make, and what each tells about the ``sensitive`` column.

    ==========  ========================================================================================
    k           k-anonymity: Samarati and Sweeney 1998
    l           distinct l-diversity; entropy_l = exp of the least entropy: Machanavajjhala et al. 2007, section 4
    t           t-closeness: Li, Li and Venkatasubramanian 2007, section 4, Earth Mover's distance with equal
                distances between values, that is half the sum of |share in the group - share in all|
    ==========  ========================================================================================

    Args:
        table: One row a shopper.
        columns: Quasi-identifiers, names of ``table``'s columns; without any all shoppers are one group.
        sensitive: What an attacker would like to learn, one value a row of ``table``.

    Raises:
        SettingsError: a column is not there.
    """
    numbers = group_numbers(table, columns)
    sizes = np.bincount(numbers)
    found: Groups = {
        "columns": list(columns),
        "sensitive": str(sensitive.name),
        "k": 0,
        "l": 0,
        "entropy_l": 0.0,
        "t": 0.0,
        "n_groups": len(sizes),
        "shoppers": len(table),
        "sizes": _by_size(sizes),
    }
    if len(table):
        found["k"] = int(sizes.min())
        found["l"], found["entropy_l"], found["t"] = _diversity(numbers, sizes, sensitive)
    return found


def _diversity(numbers: np.ndarray, sizes: np.ndarray, sensitive: pd.Series) -> tuple[int, float, float]:
    """Return the least l, the least entropy l, and t of all groups."""
    values, names = pd.factorize(sensitive, use_na_sentinel=False)
    pairs, counts = np.unique(numbers * len(names) + values, return_counts=True)
    group, value = np.divmod(pairs, len(names))
    here = counts / sizes[group]
    overall = (np.bincount(values) / len(values))[value]
    least_entropy = float(np.bincount(group, -here * np.log(here)).min())
    # Values that are not in the group differ by their whole share: 1 less the shares of those that are.
    distance = (np.bincount(group, np.abs(here - overall) - overall) + 1) / 2
    l_least = int(np.bincount(group).min())
    return l_least, round(float(np.exp(max(least_entropy, 0.0))), 4), round(max(float(distance.max()), 0.0), 4)


def _by_size(sizes: np.ndarray) -> list[dict[str, int | None]]:
    place = np.searchsorted(SIZES, sizes, "right") - 1
    shoppers = np.bincount(place, sizes, len(SIZES)).astype(int) if len(sizes) else np.zeros(len(SIZES), int)
    ends = [*(start - 1 for start in SIZES[1:]), None]
    return [{"from": start, "to": end, "shoppers": int(n)} for start, end, n in zip(SIZES, ends, shoppers, strict=True)]
