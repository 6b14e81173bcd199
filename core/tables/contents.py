"""Which column is which by what is in it: for files whose names say nothing. A guess, never more."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.columns import Uploads
from core.tables.layout import Role
from core.tables.names import BLANKS, CODES
from core.tables.reading import Source

N_ROWS = 5_000  # of the sample
N_COLUMNS = 40
FEW_VALUES = 12  # a column with no more, in a sample of hundreds, holds no ids
MANY_ROWS = 200
DETERMINED = 0.9  # share of a value's repeats that must agree
MIN_REPEATS = 20  # without these, agreement says nothing

_EPOCH = re.compile(r"(?:[3-9]\d{8}|[1-3]\d{9})(?:\.\d+|\d{3})?")  # 1979 to 2096, in seconds or milliseconds
_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.*|\d{1,2}([-/.])\d{1,2}\1\d{4}\b.*")
_DECIMAL = re.compile(r"\D{0,4}\d[\d.,\s]*[.,]\d{1,2}\s*\D{0,4}")
_INTEGER = re.compile(r"\d+(?:\.0)?")
_SMALL = re.compile(r"-?[1-9]\d{0,3}(?:\.0)?")
_DOTTED = re.compile(r"[^\W\d][\w-]*(?:[.>|/][^\W\d][\w-]*)*")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-f]{32,64}")


@dataclass(frozen=True)
class Column:
    """The cells of one column of a sample, blank ones as None."""

    place: int
    cells: "pd.Series[str]"

    @cached_property
    def filled(self) -> "pd.Series[str]":
        """The cells that hold something."""
        return self.cells.dropna()

    @cached_property
    def n_values(self) -> int:
        """Different values."""
        return int(self.filled.nunique())

    @cached_property
    def run_share(self) -> float:
        """Share of rows whose value is that of the row before."""
        return float((self.cells == self.cells.shift()).mean())

    def looks_like(self, pattern: re.Pattern[str], share: float = 1.0) -> bool:
        """True where at least ``share`` of the filled cells match."""
        return len(self.filled) > 0 and float(self.filled.str.fullmatch(pattern).mean()) >= share

    @property
    def holds_codes(self) -> bool:
        """Behaviour codes: all known, and not one and the same number throughout."""
        words = set(self.filled.str.lower())
        return bool(words) and words <= set(CODES) and not words <= {"1", "1.0"}

    @property
    def holds_times(self) -> bool:
        """Dates, or seconds or milliseconds since 1970."""
        return self.looks_like(_DATE, 0.98) or self.looks_like(_EPOCH)

    @property
    def holds_decimals(self) -> bool:
        """Amounts with one or two decimals: prices, if anything."""
        return self.looks_like(_DECIMAL, 0.5) and not self.looks_like(_INTEGER, 0.95)

    @property
    def may_hold_ids(self) -> bool:
        """Filled, without spaces, of many values, and no session (a long hash)."""
        if len(self.filled) < 0.7 * len(self.cells) or self.holds_times or self.holds_codes or self.holds_decimals:
            return False
        is_varied = self.n_values > FEW_VALUES or len(self.cells) < MANY_ROWS
        return is_varied and not self.filled.str.contains(r"\s", regex=True).any()

    @property
    def holds_quantities(self) -> bool:
        """Small whole numbers but 0, most of all 1."""
        return self.looks_like(_SMALL) and self.filled.str.removesuffix(".0").mode()[0] == "1"

    @property
    def holds_titles(self) -> bool:
        """Several words, seldom the same."""
        has_spaces = self.filled.str.contains(r"\s", regex=True)
        return bool(has_spaces.sum() > 0.5 * len(self.filled)) and self.n_values > 0.5 * len(self.filled)

    @property
    def is_hash(self) -> bool:
        """Long hashes: sessions, as a rule."""
        return self.looks_like(_UUID, 0.98)


def guess_columns(source: Source, role: Role, wanted: Collection[str], taken: Collection[int]) -> dict[str, int]:
    """Guess the places of the fields ``wanted`` among the columns that are not ``taken``, by their cells."""
    columns = [column for column in _columns(source) if column.place not in taken]
    found = _guess_behavior(columns, wanted) if role == "behavior" else _guess_products(columns)
    return {field: column.place for field, column in found.items() if field in wanted}


def _columns(source: Source) -> list[Column]:
    rows = [row for row in source.sample if len(row) == source.n_columns][:N_ROWS]
    frame = pd.DataFrame(rows, dtype=str).iloc[:, :N_COLUMNS]
    columns = []
    for place in range(frame.shape[1]):
        cells = frame[place].str.strip()
        columns.append(Column(place, cells.mask(cells.isin(BLANKS))))
    return columns


def _guess_behavior(columns: list[Column], wanted: Collection[str]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    codes = [column for column in columns if column.holds_codes]
    if codes:
        found[Uploads.BEHAVIOR] = min(codes, key=lambda column: column.looks_like(_INTEGER))  # words before numbers
    times = [column for column in columns if column.holds_times]
    if times:
        found[Uploads.TIME] = max(times, key=lambda column: column.looks_like(_DATE, 0.98))
    prices = [column for column in columns if column.holds_decimals]
    if prices:
        found[Uploads.PRICE] = prices[0]
    ids = [column for column in columns if column.may_hold_ids]
    order = _order_number(ids, found.get(Uploads.TIME))
    if order:
        found[Uploads.ORDER] = order
        ids.remove(order)
    quantities = [column for column in columns if column not in ids and column.holds_quantities]
    if quantities and (order or prices):
        found[Uploads.QUANTITY] = quantities[0]
    return found | _shopper_and_product(ids, [column for column in columns if column not in ids], wanted)


def _order_number(ids: list[Column], time: Column | None) -> Column | None:
    """An order has one time and one shopper; a product or a shopper has many times."""
    if time is None:
        return None
    for column in ids:
        others = [other for other in ids if other is not column and _determines(column, other)]
        if others and _determines(column, time) and column.n_values < len(column.filled):
            return column
    return None


def _shopper_and_product(ids: list[Column], others: list[Column], wanted: Collection[str]) -> dict[str, Column]:
    """The product's id tells category, brand and price; the shopper's tells none of them and repeats in runs."""
    tells = {
        column.place: [other for other in (*ids, *others) if other is not column and _determines(column, other)]
        for column in ids
    }
    ids = [column for column in ids if not column.is_hash] or ids
    if len(ids) < 2 or Uploads.USER not in wanted or Uploads.ITEM not in wanted:
        return dict(zip([field for field in (Uploads.USER, Uploads.ITEM) if field in wanted], ids, strict=False))
    roots = [column for column in ids if not any(column in tells[other.place] for other in ids if other is not column)]
    product = max(roots or ids, key=lambda column: len(tells[column.place]))
    rest = [column for column in ids if column is not product and column not in tells[product.place]]
    if not tells[product.place] or not rest:
        shopper, product = _by_runs(ids)
        return {Uploads.USER: shopper, Uploads.ITEM: product}
    return {Uploads.USER: max(rest, key=lambda column: column.run_share), Uploads.ITEM: product}


def _by_runs(ids: list[Column]) -> tuple[Column, Column]:
    """Of two columns of ids, the shopper's is the one that repeats from row to row; else the first."""
    first, second = ids[:2]
    return (second, first) if second.run_share > first.run_share + 0.05 else (first, second)


def _guess_products(columns: list[Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    ids = [column for column in columns if column.may_hold_ids]
    if ids:
        found[Uploads.ITEM] = max(ids, key=lambda column: column.n_values)
    rest = [column for column in columns if column is not found.get(Uploads.ITEM)]
    prices = [column for column in rest if column.holds_decimals]
    if prices:
        found[Uploads.PRICE] = prices[0]
        rest.remove(prices[0])
    titles = [column for column in rest if column.holds_titles]
    if titles:
        found[Uploads.TEXTS[0]] = titles[0]
        rest.remove(titles[0])
    groups = [column for column in rest if column.n_values and not column.holds_times]
    words = [column for column in groups if column.looks_like(_DOTTED, 0.9)]
    if words or groups:
        found[Uploads.CATEGORY] = (words or groups)[0]
    return found


def _determines(column: Column, other: Column) -> bool:
    """True where rows with the same value of ``column`` have the same value of ``other``, nearly always.

    Of the rows that repeat a value, the share that bring no new pair: 1 where one value tells the other.
    """
    if other.n_values < 2:
        return False
    pairs = pd.DataFrame({"column": column.cells, "other": other.cells}).dropna()
    n_values = int(pairs["column"].nunique())
    n_repeats = len(pairs) - n_values
    if n_repeats < MIN_REPEATS:
        return False
    n_pairs = len(pairs.drop_duplicates())
    return 1 - (n_pairs - n_values) / n_repeats >= DETERMINED
