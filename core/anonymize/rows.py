"""Transforms of a shopper's own rows by public rules and secret keys: they may precede a private study.

No row's fate depends on another shopper's rows, so neighbours stay neighbours. None of it lowers ε.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.anonymize.caps import cap_events, cap_products
from core.anonymize.changes import Change
from core.anonymize.generalize import band_prices, coarsen_time, roll_up, round_prices
from core.anonymize.identifiers import mask_identifiers
from core.anonymize.local_privacy import respond
from core.anonymize.pseudonyms import Format, Keys, keys_of, pseudonym, pseudonyms
from core.columns import Columns, Uploads
from core.errors import SettingsError
from core.settings import AnonymizationSettings

__all__ = ["NEEDED", "Step", "apply_row_rules", "pseudonym", "row_steps", "settled"]

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


@dataclass(frozen=True)
class Step:
    """The tables after one option. The index of ``interactions`` is each row's place in the table that came in."""

    option: str
    interactions: pd.DataFrame
    catalogue: pd.DataFrame | None
    change: Change


def apply_row_rules(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, settings: AnonymizationSettings, key: bytes
) -> tuple[pd.DataFrame, pd.DataFrame | None, list[Change]]:
    """Apply the chosen rules in the order of the settings; the frames given stay as they were.

    Options with a threshold over shoppers are no row rules: they are left to exported files.

    Args:
        interactions: As uploaded and cleaned. Coins are of these rows: rules applied in several calls, to rows that
            have changed already, draw others than in one; use ``row_steps`` to look at each option.
        catalogue: The public product file, where there is one.
        settings: What is chosen.
        key: What ``export_key`` or ``study_key`` gives; 32 bytes for names alone do as well.

    Raises:
        SettingsError: a column to drop is not there, or cannot be spared; randomised response without a product file.
    """
    rows, changes = interactions, []
    for step in row_steps(interactions, catalogue, settings, key):
        rows, catalogue = step.interactions, step.catalogue
        changes.append(step.change)
    return settled(rows, settings), catalogue, changes


def row_steps(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, settings: AnonymizationSettings, key: bytes
) -> Iterator[Step]:
    """``apply_row_rules`` one option at a time, so that what each does can be measured; end with ``settled``."""
    keys = keys_of(key)
    uploaded = interactions.reset_index(drop=True)
    rows = uploaded
    for option, apply in _chosen(settings, uploaded, keys):
        (rows, catalogue), change = apply(rows, catalogue)
        yield Step(option, rows, catalogue, change)


def settled(rows: pd.DataFrame, settings: AnonymizationSettings) -> pd.DataFrame:
    """The rows of the last step as they may leave, numbered anew.

    After randomised response they are sorted by what they tell anyway: in a file that was sorted by product, the place
    of a row would tell the true one.
    """
    if settings.local_epsilon is not None:
        rows = rows.sort_values(list(Columns.INTERACTIONS), kind="stable")
    return rows.reset_index(drop=True)


def _chosen(
    settings: AnonymizationSettings, uploaded: pd.DataFrame, keys: Keys
) -> Iterator[tuple[str, Callable[[pd.DataFrame, pd.DataFrame | None], tuple[Tables, Change]]]]:
    """The options that are chosen, in order, each as what it does to the two tables."""
    if names := settings.drop_columns:
        yield "drop_columns", lambda rows, products: _drop(rows, products, names)
    if settings.mask_identifiers:
        yield "mask_identifiers", _rows_only(mask_identifiers)
    if settings.pseudonymize:
        yield "pseudonymize", _rows_only(lambda rows: _pseudonymize(rows, keys.names, settings.pseudonym_format))
    if (period := settings.coarsen_time) != "exact":
        yield "coarsen_time", _rows_only(lambda rows: coarsen_time(rows, period))
    if edges := settings.price_bands:
        yield "price_bands", lambda rows, products: band_prices(rows, products, edges)
    if (step := settings.round_prices) is not None:
        yield "round_prices", lambda rows, products: round_prices(rows, products, step)
    if (levels := settings.category_levels) is not None:
        yield "category_levels", lambda rows, products: roll_up(rows, products, levels)
    if (n_products := settings.max_products_per_shopper) is not None:
        yield "max_products_per_shopper", _rows_only(lambda rows: cap_products(rows, uploaded, n_products, keys.coins))
    if (n_events := settings.max_events_per_shopper) is not None:
        yield "max_events_per_shopper", _rows_only(lambda rows: cap_events(rows, uploaded, n_events, keys.coins))
    if (epsilon := settings.local_epsilon) is not None:

        def answered(rows: pd.DataFrame, products: pd.DataFrame | None) -> tuple[Tables, Change]:
            rows, change = respond(rows, uploaded, products, epsilon, keys.coins)
            return (rows, products), change

        yield "local_epsilon", answered


def _rows_only(
    change_rows: Callable[[pd.DataFrame], tuple[pd.DataFrame, Change]],
) -> Callable[[pd.DataFrame, pd.DataFrame | None], tuple[Tables, Change]]:
    """An option that leaves the product file alone."""

    def both(rows: pd.DataFrame, catalogue: pd.DataFrame | None) -> tuple[Tables, Change]:
        rows, change = change_rows(rows)
        return (rows, catalogue), change

    return both


def _drop(interactions: pd.DataFrame, catalogue: pd.DataFrame | None, names: tuple[str, ...]) -> tuple[Tables, Change]:
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
    first = tables[0]
    assert first is not None  # the interactions
    return (first, tables[1]), Change("drop_columns", "columns", len(names), sentence)


def _pseudonymize(rows: pd.DataFrame, key: bytes, look: Format) -> tuple[pd.DataFrame, Change]:
    codes, users = pd.factorize(rows[Columns.USER])
    ids = [str(user) for user in users]
    names = pseudonyms(ids, key, look)
    sentence = (
        f"The ids of {len(users):,} shoppers become codes that only the holder of the key can repeat. "
        "What they bought still gives people away to whoever knows some of it."
    )
    if look == "same":
        hexadecimal = pseudonyms(ids, key)
        n_plain = int((names == hexadecimal).sum())
        sentence += (
            " Codes keep the look of the ids, so that a code may be somebody else's id, and the holder of the key can "
            "turn them back into ids."
        )
        if n_plain:
            sentence += f" {n_plain:,} ids are too short, too long or too unusual for that: their codes have 20 digits."
    named = rows.assign(**{Columns.USER: pd.Series(names[codes], index=rows.index, dtype="str")})
    return named, Change("pseudonymize", "shoppers", len(users), sentence)
