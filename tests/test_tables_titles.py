"""What stands above the column names, and sheets beside the one with the table: not rows, and counted."""

from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from core.columns import Columns
from core.errors import DataError
from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.reading import open_source

NAMES = "UserID;ProductID;Behavior;Price"
ROWS = "u1;p1;1;2,50\nu2;p1;9;1,00\nu3;p2;2;3,00\n"

ABOVE = [
    ("", 0),
    ("sep=;\n", 1),
    ("Sales 2020\n", 1),
    ("Sales 2020;;;\n\nof the shop;;;\n", 2),  # a blank line is no record
    ("Sales, all of them, 2020\n", 1),  # more commas than the names have
]


@pytest.mark.parametrize(("above", "n_above"), ABOVE)
def test_what_stands_above_the_names_is_passed_over_and_counted(tmp_path: Path, above: str, n_above: int) -> None:
    path = tmp_path / "b.csv"
    path.write_text(above + NAMES + "\n" + ROWS)

    dataset = import_files(path, None, tmp_path / "out")

    facts = dataset.report["behavior"]
    assert (facts["rows_in"], facts["rows_kept"], facts["rejected"]) == (3, 2, {"unknown_behavior": 1})
    assert facts.get("rows_above_header", 0) == n_above
    assert list(dataset.interactions()[Columns.USER]) == ["u1", "u3"]
    rejected = pq.read_table(tmp_path / "out/rejected.parquet").to_pylist()
    assert [row["line"] for row in rejected] == [above.count("\n") + 1 + 2]


def test_rows_without_names_are_never_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("u1,,\nu2,p1,1\nprice,product,quantity\nuser,title,time\n")

    assert open_source(path, reading=Reading(has_header=False)).sample[0] == ("u1", "", "")
    path.write_text("u1,p1,\nu2,p1,1\nprice,product,quantity\n")  # two of three cells: a row, not a title
    assert open_source(path).sample[0] == ("u1", "p1", "")


def test_the_sheet_with_the_table_is_found_and_its_title_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read this first"])
    table = book.create_sheet("Data")
    table.append(["Sales 2020"])
    table.merge_cells("A1:C1")
    table.append([])
    table.append(["UserID", "ProductID", "Behavior"])
    table.append([14075, "p1", 1])
    table.append([14076, "p1", 9])
    book.save(tmp_path / "b.xlsx")

    dataset = import_files(tmp_path / "b.xlsx", None, tmp_path / "out")

    facts = dataset.report["behavior"]
    assert (facts["sheet"], facts["rows_above_header"], facts["rows_in"], facts["rows_kept"]) == ("Data", 1, 2, 1)
    assert pq.read_table(tmp_path / "out/rejected.parquet")["line"].to_pylist() == [5]
    with pytest.raises(DataError, match=r"The sheet Sheet of b\.xlsx has a header line but no rows"):
        open_source(tmp_path / "b.xlsx", reading=Reading(sheet="Sheet"))  # what a person says holds
