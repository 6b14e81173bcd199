"""Coarser times, prices and categories: each value by itself, by declared edges or by the public product file."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.column_names import is_category, is_price
from core.columns import Columns

Prices = npt.NDArray[np.float64]
Tables = tuple[pd.DataFrame, pd.DataFrame | None]
SEPARATORS = (">", "|", "/", ".")
_USUAL_SHARE = 0.2  # of distinct categories in which a separator stands, at least
_MOST_BELOW = 0.2  # of the names on top of a hierarchy at most so many stand below as well; labels stand anywhere


def coarsen_time(rows: pd.DataFrame, period: str) -> tuple[pd.DataFrame, Change]:
    """Times cut down to the start of their hour, day, week (its Monday) or month."""
    exact = rows[Columns.TIMESTAMP]
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
    return rows.assign(**{Columns.TIMESTAMP: coarse}), Change("coarsen_time", "rows", n_changed, sentence)


def band_prices(rows: pd.DataFrame, catalogue: pd.DataFrame | None, edges: tuple[float, ...]) -> tuple[Tables, Change]:
    """Each price becomes the lower edge of its band: 0, then each declared edge; an edge itself is the band below.

    Also in further columns of either file that are prices by their name, which would else undo it; a cell there that
    cannot be read as a number becomes blank.
    """
    lower = np.array([0.0, *edges])

    def banded(price: Prices) -> Prices:
        return np.where(np.isnan(price), np.nan, lower[np.searchsorted(np.array(edges), price, side="left")])

    return _changed_prices(rows, catalogue, banded, "price_bands", "cut to their band")


def round_prices(rows: pd.DataFrame, catalogue: pd.DataFrame | None, step: float) -> tuple[Tables, Change]:
    """Each price becomes the nearest multiple of ``step``; columns as of ``band_prices``."""

    def rounded(price: Prices) -> Prices:
        return np.round(np.round(price / step) * step, 10) + 0.0  # no more digits than the step has, and no -0

    return _changed_prices(rows, catalogue, rounded, "round_prices", f"rounded to multiples of {step:g}")


def roll_up(rows: pd.DataFrame, catalogue: pd.DataFrame | None, levels: int) -> tuple[Tables, Change]:
    """Of each category the first ``levels`` levels stay; in further columns that are categories by name as well."""
    separator = None if catalogue is None else level_separator(catalogue[Columns.CATEGORY])
    if catalogue is None or separator is None:
        why = "There is no product file" if catalogue is None else "The product file's categories have no levels"
        sentence = f"{why}, so there is nothing to roll up."
        if catalogue is not None and catalogue[Columns.CATEGORY].notna().any():
            sentence += " Labels side by side, such as genres, are no levels."
        return (rows, catalogue), Change("category_levels", "products", 0, sentence)
    cut = re.compile(rf"((?:[^{re.escape(separator)}]*{re.escape(separator)}){{{levels}}}).*", re.DOTALL)

    def cut_one(text: str) -> str:
        has_more = len(_levels(text, separator)) > levels
        return cut.sub(lambda found: found[1][:-1].rstrip(), text) if has_more else text

    before = catalogue[Columns.CATEGORY]
    after = _mapped(before, cut_one)
    n_changed = int(((after != before) & before.notna()).sum())
    sentence = (
        f"{n_changed:,} of {len(before):,} products keep the first {levels} levels of their category "
        f"(parted by “{separator}”): {before.nunique():,} categories become {after.nunique():,}."
    )
    further = [name for name in rows.columns if name not in Columns.INTERACTIONS and is_category(str(name))]
    further = [name for name in further if pd.api.types.is_string_dtype(rows[name])]
    if further:
        sentence += f" Likewise in {', '.join(further)} of the behaviour file."
    coarse = rows.assign(**{name: _mapped(rows[name], cut_one) for name in further})
    tables = (coarse, catalogue.assign(**{Columns.CATEGORY: after}))
    return tables, Change("category_levels", "products", n_changed, sentence)


def level_separator(categories: pd.Series) -> str | None:
    """What parts the levels of these categories, found in the public product file; None where there are no levels.

    In a hierarchy (A > B > C, A|B|C, A/B/C or A.B.C) the names on top stand on top only; in labels side by side
    (Animation|Comedy) the same names stand first here and later there.
    """
    distinct = categories.dropna().astype(str).unique()
    for separator in SEPARATORS:
        parts = [_levels(text, separator) for text in distinct]
        several = [names for names in parts if len(names) > 1 and all(names)]
        if len(several) < _USUAL_SHARE * len(parts) or not several:
            continue
        tops = {names[0] for names in parts}
        below = {name for names in several for name in names[1:]}
        if len(tops & below) <= _MOST_BELOW * len(tops):
            return separator
    return None


def _levels(text: str, separator: str) -> list[str]:
    """The names between separators; a full stop parts neither words ("Dr. Who") nor digits ("2.5")."""
    names = [name.strip() for name in text.split(separator)]
    if separator == "." and (re.search(r"\s", text) or any(name.isdigit() for name in names)):
        return [text]
    return names


def _changed_prices(
    rows: pd.DataFrame, catalogue: pd.DataFrame | None, change: Callable[[Prices], Prices], option: str, how: str
) -> tuple[Tables, Change]:
    """Change the catalogue's price, and every further column of either file that is a price by its name."""
    n_changed, n_prices = 0, 0
    before: list[Prices] = []
    after: list[Prices] = []
    done: list[pd.DataFrame | None] = []
    named: list[str] = []
    for table in (rows, catalogue):
        new: dict[str, pd.Series] = {}
        for name in () if table is None else table.columns:
            is_own = name in (*Columns.INTERACTIONS, *Columns.CATALOGUE)
            if table is None or (name != Columns.PRICE if is_own else not is_price(str(name))):
                continue
            price, codes = _numbers(table[name])
            changed = change(price)
            named += [] if is_own else [str(name)]
            is_text = pd.api.types.is_string_dtype(table[name])
            cells = np.array([None if np.isnan(value) else f"{value:.15g}" for value in changed] + [None], dtype=object)
            new[str(name)] = (
                pd.Series(cells[codes], index=table.index, dtype="str")
                if is_text
                else pd.Series(np.append(changed, np.nan)[codes], index=table.index)
            )
            is_there = table[name].notna().to_numpy()
            differs = np.append(~((changed == price) | (np.isnan(changed) & np.isnan(price) & (not is_text))), False)
            n_changed += int(differs[codes][is_there].sum())
            n_prices += len(table) if is_own else int(is_there.sum())
            before.append(price[~np.isnan(price)])
            after.append(changed[~np.isnan(changed)])
        done.append(None if table is None else table.assign(**new))
    n_before, n_after = (len(np.unique(np.concatenate([[np.nan], *part]))) - 1 for part in (before, after))
    sentence = f"{n_changed:,} of {n_prices:,} prices are {how}: {n_before:,} prices become {n_after:,}."
    if named:
        sentence += f" Likewise in {', '.join(named)}; cells there that are no number become blank."
    if not n_before:
        sentence = "No product has a price, so there is nothing to coarsen."
    if catalogue is None and not n_before:
        sentence = "There is no product file, so no price to coarsen."
    first = done[0]
    assert first is not None  # the interactions
    return (first, done[1]), Change(option, "prices" if named else "products", n_changed, sentence)


def _numbers(values: pd.Series) -> tuple[Prices, npt.NDArray[np.intp]]:
    """The distinct values as numbers (NaN where one is none), and the place of each cell among them; -1 where blank."""
    codes, distinct = pd.factorize(values)
    if not pd.api.types.is_string_dtype(values):
        return np.asarray(distinct, dtype=float), codes
    return np.array([_number(str(text)) for text in distinct], dtype=float), codes


def _number(text: str) -> float:
    """A sum of money as people write it: 1,234.50 or 1.234,50, with a currency or without; NaN where it is none."""
    bare = re.sub(r"[^\d.,\-]", "", text)
    if re.fullmatch(r"-?(\d{1,3}(\.\d{3})*|\d+),\d{1,2}", bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return float(bare.replace(",", ""))
    except ValueError:
        return np.nan


def _mapped(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Each distinct text changed once; blank cells stay blank."""
    codes, texts = pd.factorize(values)
    changed = np.array([change(str(text)) for text in texts] + [None], dtype=object)
    return pd.Series(changed[codes], index=values.index, dtype="str")
