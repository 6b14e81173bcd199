"""Numbers and prices as shops write them."""

from pathlib import Path

import duckdb
import pytest

from core.columns import Columns
from core.tables.importing import import_files
from core.tables.money import Mark, find_decimals, number_sql
from tests.two_files import files

PRICES: list[tuple[str, float | None]] = [
    ("12.5", 12.5),
    (".5", 0.5),
    ("1e3", 1000),
    ("12,50", 12.5),
    ("0,123", 0.123),
    ("€ 1.234,56", 1234.56),
    ("1.234,56 €", 1234.56),
    ("1 234,56 €", 1234.56),
    ("1\u00a0234,56 €", 1234.56),
    ("1\u202f234\u202f567,8", 1_234_567.8),
    ("$1,234.56", 1234.56),
    ("US$ 12.00", 12),
    ("R$ 1.299,90", 1299.9),
    ("EUR 3.20", 3.2),
    ("3,20 EUR", 3.2),
    ("¥99", 99),
    ("99元", 99),
    ("99 kr", 99),
    ("CHF 1'234.50", 1234.5),
    ("CHF 5.-", 5),
    ("₹1,23,456.78", 123_456.78),
    ("1,234,567", 1_234_567),
    ("1.234.567", 1_234_567),
    ("-3", -3),
    ("$-3.00", -3),
    ("-€3,5", -3.5),
    ("cheap", None),
    ("12 cm", None),
    ("1,2,3", None),
    ("12 34", None),
    ("inf", None),
    ("1e999", None),
    ("-", None),
    ("€", None),
]


def number(written: str, mark: Mark) -> float | None:
    """What SQL reads."""
    with duckdb.connect() as connection:
        connection.execute("create table cells as select ?::varchar as cell", [written])
        ((found,),) = connection.execute(f"select {number_sql('cell', mark)} from cells").fetchall()
    return None if found is None else float(found)


@pytest.mark.parametrize(("written", "expected"), PRICES)
def test_a_price_that_can_be_read_in_one_way_is_read_so_in_any_column(written: str, expected: float | None) -> None:
    assert number(written, ".") == number(written, ",") == expected


def test_a_price_that_can_be_read_in_two_ways_is_read_by_its_column() -> None:
    assert (number("1,234", "."), number("1,234", ",")) == (1234, 1.234)
    assert (number("1.234", "."), number("1.234", ",")) == (1.234, 1234)
    assert (number("€ 1.234", "."), number("€ 1.234", ",")) == (1.234, 1234)


COLUMNS: list[tuple[list[str], Mark, int, bool]] = [
    # cells, what marks decimals, how many could be read both ways, whether another cell tells
    (["1.50", "2"], ".", 0, True),
    (["1,50", "2"], ",", 0, True),
    (["1,234", "0,99"], ",", 1, True),
    (["1,234", "0.99"], ".", 1, True),
    (["1.234", "12,5 €"], ",", 1, True),
    (["1.234", "5.678"], ".", 2, False),
    (["1,234", "5,678"], ".", 2, False),
    (["1.234", "1.234.567"], ",", 1, True),
    (["0.123", "1234.567"], ".", 0, True),
    (["1,50", "2.50", "1,234"], ".", 1, False),
    (["", "free"], ".", 0, True),
]


@pytest.mark.parametrize(("cells", "mark", "n_ambiguous", "is_told"), COLUMNS)
def test_the_column_tells_what_marks_decimals(cells: list[str], mark: Mark, n_ambiguous: int, is_told: bool) -> None:
    found = find_decimals(cells)

    assert (found.mark, found.n_ambiguous, found.is_told) == (mark, n_ambiguous, is_told)


def test_the_catalogue_reads_prices_by_their_column_and_the_report_says_how(tmp_path: Path) -> None:
    products = 'ProductID,Price\np1,"1.234"\np2,"0,99"\np3,"€ 12,50"\np4,"-1,00"\np5,gratis\n'

    dataset = import_files(*files(tmp_path, products=products), tmp_path / "out")

    catalogue = dataset.catalogue()
    assert catalogue is not None
    assert catalogue[Columns.PRICE].fillna(-1).tolist() == [1234, 0.99, 12.5, -1, -1]
    facts = dataset.report["products"]
    assert facts["blanked"] == {"price": 2}  # below 0; no number
    assert facts["decimals"]["Price"] == {"mark": ",", "ambiguous_in_sample": 1, "told_by_sample": True}
