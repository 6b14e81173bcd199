"""
The whole risk of a table, as one report.

A point is a product, with the day where there is a time (a coarser time stays as coarse as it is): "she bought that
lamp on that Tuesday". An honest attacker knows what a shopper really did, not what a file left of it: give
``original``, and points are drawn from there and looked up in what is published. Without it they are drawn from what
is left; leaving rows out then also thins the crowd to hide in, and unicity may rise.

The same shoppers, and the same points where days are the same, are drawn for ``risk(before)`` and
``risk(after, original=before_in_the_words_of_after)``: draws go by the order in which shoppers appear, not by ids, so
pseudonyms do not matter. Two tables in which other shoppers appear are two independent samples.
"""

import time
from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np
import pandas as pd

from core.anonymize.risk.attackers import Attackers, attackers
from core.anonymize.risk.groups import Groups, groups
from core.anonymize.risk.linkage import Linked, halves_at_random, halves_by_time, linked
from core.anonymize.risk.points import Coded, coded, smallest_group, with_product, with_product_and_day
from core.anonymize.risk.unicity import unicity
from core.anonymize.shopper_table import (
    FAVOURITE_CATEGORY,
    default_quasi_identifiers,
    facts_of,
    shopper_table,
)
from core.anonymize.shopper_table import quasi_identifiers as offered
from core.columns import Columns
from core.errors import SettingsError
from core.progress import Report, part, silent

FAVOURITE_PRODUCT = "favourite_product"


class Linkage(Linked):
    """``rate`` and the rest are of halves by a coin; ``by_time`` of earlier and later halves, None without times."""

    by_time: Linked | None


class Known(TypedDict):
    """What a few known purchases single out.

    ``unicity`` maps the number of known points ("1" to "5") to the share of shoppers whom they single out, a point
    being a product with its day; ``unicity_products`` is the same without the day, and equal where ``has_days`` says
    that there is none; the intervals are 95 %. ``_wrong``: exactly one shopper fits best, but it is another one, which
    an attacker cannot tell from a success. ``known`` says whence the points were drawn, ``sampled`` of how many
    shoppers. ``k`` is the size of the smallest group of shoppers with exactly the same points.
    """

    unicity: dict[str, float]
    unicity_interval: dict[str, list[float]]
    unicity_products: dict[str, float]
    unicity_products_interval: dict[str, list[float]]
    unicity_wrong: dict[str, float]
    unicity_products_wrong: dict[str, float]
    has_days: bool
    sampled: int
    known: Literal["original", "published"]
    k: int


class RiskReport(Known):
    """What is left to find: facts and estimates of the data at hand, for the curator's room only.

    ``groups`` and ``attackers`` are about columns of the shopper table, ``linkage`` about products alone.
    """

    groups: Groups
    attackers: Attackers
    linkage: Linkage
    shoppers: int
    rows: int
    seconds: float


def risk(
    interactions: pd.DataFrame,
    *,
    original: pd.DataFrame | None = None,
    quasi_identifiers: Sequence[str] = (),
    sensitive: str | None = None,
    catalogue: pd.DataFrame | None = None,
    population: pd.DataFrame | None = None,
    shoppers: pd.DataFrame | None = None,
    report: Report = silent,
) -> RiskReport:
    """Measure what is left to find in ``interactions``, the data as they are or a file as it would be published.

    Args:
        interactions: The rows that are searched.
        original: All true rows in the words of ``interactions``: the same pseudonyms and the same coarser times, but
            nothing left out, capped or randomised. None: what is known of shoppers is what is published.
        quasi_identifiers: Columns of the shopper table that an attacker may know; () takes its usual ones, without the
            sensitive one. With ``original`` or ``population``, a column that is gone tells nobody apart.
        sensitive: The column that should not be found out; None: the favourite category or, where there is none or it
            is a quasi-identifier, the favourite product.
        catalogue: Categories and prices, as published.
        population: Rows (or a shopper table, indexed by user_id) of everybody whom ``interactions`` may be about,
            recoded in the same way: for the journalist. None: the file is its own population.
        shoppers: The shopper table of ``interactions``, where it was made general; None: it is made here.
        report: Told now and then; it may raise, and nothing is left behind.

    Raises:
        SettingsError: a column is not there, or is both known and sensitive.
    """
    started = time.perf_counter()
    table = _table(interactions, catalogue, quasi_identifiers, sensitive) if shoppers is None else shoppers
    may_be_gone = original is not None or population is not None
    columns, secret = _columns(table, interactions, quasi_identifiers, sensitive, may_be_gone=may_be_gone)
    if population is not None and Columns.USER in population.columns:
        population = _table(population, catalogue, columns, None)
    rows, found = _unicity(interactions, original, part(report, 0.0, 0.6))
    return {
        **found,
        "groups": groups(table, columns, secret),
        "attackers": attackers(table, columns, population),
        "linkage": _linkage(rows, interactions, part(report, 0.6, 1.0)),
        "shoppers": int((np.bincount(rows.users) > 0).sum()),
        "rows": len(interactions),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _unicity(interactions: pd.DataFrame, original: pd.DataFrame | None, report: Report) -> tuple[Coded, Known]:
    """What a few known points single out, and the rows as numbers."""
    report(0.0, "Counting who has what")
    both = [interactions] if original is None else [original, interactions]
    tables = coded(*both)
    by_product, by_day = with_product(*tables), with_product_and_day(*tables)
    has_days = any(_has_days(table) for table in both)
    with_day = unicity(by_day[0], by_day[-1], report=part(report, 0.2, 0.6))
    without = unicity(by_product[0], by_product[-1], report=part(report, 0.6, 1.0)) if has_days else with_day
    return tables[-1], {
        "unicity": with_day["shares"],
        "unicity_interval": with_day["intervals"],
        "unicity_products": without["shares"],
        "unicity_products_interval": without["intervals"],
        "unicity_wrong": with_day["wrong"],
        "unicity_products_wrong": without["wrong"],
        "has_days": has_days,
        "sampled": min(with_day["n"], without["n"]),
        "known": "published" if original is None else "original",
        "k": smallest_group(by_day[-1]),
    }


def _has_days(interactions: pd.DataFrame) -> bool:
    return bool(interactions[Columns.TIMESTAMP].notna().any())


def _linkage(rows: Coded, interactions: pd.DataFrame, report: Report) -> Linkage:
    by_coin = linked(halves_at_random(rows.users, rows.items, rows.n_users, rows.n_items), report=part(report, 0, 0.5))
    if not _has_days(interactions):
        return {**by_coin, "by_time": None}
    times = interactions[Columns.TIMESTAMP].to_numpy()  # missing ones sort last
    halves = halves_by_time(rows.users, rows.items, times, rows.n_users, rows.n_items)
    return {**by_coin, "by_time": linked(halves, report=part(report, 0.5, 1.0))}


def _table(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, chosen: Sequence[str], sensitive: str | None
) -> pd.DataFrame:
    """The shopper table with no more columns than are needed; those that are not there are left out."""
    wanted = [*(chosen or default_quasi_identifiers(interactions, catalogue)), sensitive or FAVOURITE_CATEGORY]
    facts = facts_of(interactions, catalogue)
    there = {column.name for column in offered(list(interactions.columns), **facts)}
    return shopper_table(interactions, catalogue, [name for name in dict.fromkeys(wanted) if name in there])


def _columns(
    table: pd.DataFrame,
    interactions: pd.DataFrame,
    chosen: Sequence[str],
    sensitive: str | None,
    *,
    may_be_gone: bool,
) -> tuple[list[str], pd.Series]:
    """The quasi-identifiers that are there, and each shopper's sensitive value."""
    for column in [*chosen, *([sensitive] if sensitive else [])]:
        if column not in table.columns and not may_be_gone:
            raise SettingsError(
                f"There is no column {column} to tell shoppers apart by. There are "
                f"{', '.join(map(str, table.columns)) or 'none'}."
            )
    if sensitive in chosen and sensitive is not None:
        raise SettingsError(f"{sensitive} cannot be both known (quasi_identifiers) and sensitive. Take it out of one.")
    if sensitive is None and FAVOURITE_CATEGORY in table.columns and FAVOURITE_CATEGORY not in chosen:
        sensitive = FAVOURITE_CATEGORY
    columns = [name for name in chosen or table.columns if name in table.columns and name != sensitive]
    if sensitive is None or sensitive not in table.columns:
        return columns, favourite_products(interactions).reindex(table.index)
    return columns, table[sensitive]


def favourite_products(interactions: pd.DataFrame) -> pd.Series:
    """The product that each shopper touched most often, of several the one that most rows are about; by user_id."""
    users, names = pd.factorize(interactions[Columns.USER])
    items, ids = pd.factorize(interactions[Columns.ITEM])
    pairs, counts = np.unique(users.astype(np.int64) * max(len(ids), 1) + items, return_counts=True)
    owners, products = np.divmod(pairs, max(len(ids), 1))
    score = counts * (len(interactions) + 1) + np.bincount(items, minlength=len(ids))[products]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    best = np.maximum.reduceat(score, starts)[owners] if len(owners) else score
    bests = np.flatnonzero(score == best)
    firsts = bests[np.flatnonzero(np.diff(owners[bests], prepend=-1))]
    favourites = np.asarray(ids.astype(str), dtype=object)[products[firsts]]
    return pd.Series(favourites, index=pd.Index(names, name=Columns.USER), name=FAVOURITE_PRODUCT, dtype="str")
