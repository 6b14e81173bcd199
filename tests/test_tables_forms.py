"""Uploads of every form: packed, workbooks, Parquet, several files and folders of them; and what a refusal says."""

import gzip
import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.columns import Columns
from core.errors import DataError
from core.tables import forms, workbooks
from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.mapping import Mapping
from core.tables.reading import open_source
from core.tables.workbooks import cell_text

HEADER = "UserID,ProductID,Behavior,Time\n"
ROWS = "u1,p1,1,2024-01-01\nu2,p2,2,2024-01-02\n"
BAD = "u3,p3,9,\n"
CELLS = [["UserID", "ProductID", "Behavior", "Time"], ["u1", "p1", 1, datetime(2024, 1, 1)], ["u2", "p2", 2, None]]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def workbook(path: Path, sheets: dict[str, Any]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def written(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_gzip_reads_as_what_is_in_it(tmp_path: Path) -> None:
    path = written(tmp_path / "may.csv", gzip.compress((HEADER + ROWS + BAD).encode("utf-16")))  # told by content

    dataset = import_files(path, None, tmp_path / "out")

    facts = dataset.report["behavior"]
    assert (facts["rows_in"], facts["rows_kept"], facts["encoding"]) == (3, 2, "utf-16")
    assert dataset.rejected()[["source", "line"]].to_numpy().tolist() == [["may.csv", 4]]


def test_a_zip_is_its_files_by_name_without_junk(tmp_path: Path) -> None:
    """Each file has its own delimiter and its own order of columns; paths within the archive lead nowhere."""
    members = {
        "../../etc/b.csv": b"Behavior;UserID;ProductID;Time;Note\n1;v1;p1;;n\n7;v2;p1;;n\n",
        "__MACOSX/._a.csv": b"junk",
        ".DS_Store": b"junk",
        "a/a.csv.gz": gzip.compress((HEADER + ROWS).encode()),
    }
    dataset = import_files(zipped(tmp_path / "all.zip", members), None, tmp_path / "out")

    assert dataset.interactions()[Columns.USER].tolist() == ["u1", "u2", "v1"]
    rejected = dataset.rejected()[["source", "line", "record", "raw"]].to_numpy().tolist()
    assert rejected == [["all.zip/etc/b.csv", 3, 4, "v2,p1,7,"]]
    files = dataset.report["behavior"]["files"]
    assert [file["delimiter"] for file in files] == [",", ";"]
    assert files[1]["columns_left_out"] == ["Note"]
    assert not (tmp_path.parent / "etc").exists()


def test_a_folder_is_its_files_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    written(folder / "day-2.tsv", "ProductID\tUserID\tTime\tBehavior\np9\tlater\t\t1\n")
    written(folder / "day-1.csv", HEADER + ROWS)
    written(folder / ".hidden", "junk")

    source = open_source(folder)

    assert [part.name for part in source.parts] == ["day-1.csv", "day-2.tsv"]
    assert import_files(folder, None, tmp_path / "out").interactions()[Columns.USER].tolist() == ["u1", "u2", "later"]


def test_a_later_slice_needs_no_header(tmp_path: Path) -> None:
    paths = [written(tmp_path / "part-1", HEADER + ROWS), written(tmp_path / "part-2", "u8,p8,2,\nu9,p9,x,\n")]

    dataset = import_files(paths, None, tmp_path / "out")

    assert dataset.interactions()[Columns.USER].tolist() == ["u1", "u2", "u8"]
    assert dataset.rejected()[["source", "line"]].to_numpy().tolist() == [["part-2", 2]]


def test_a_later_file_without_a_column_is_named(tmp_path: Path) -> None:
    paths = [written(tmp_path / "a.csv", HEADER + ROWS), written(tmp_path / "b.csv", "UserID,Behavior,Time\nu,1,\n")]

    with pytest.raises(DataError, match=r"b\.csv has no column ProductID, which a\.csv has"):
        import_files(paths, None, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_workbook_gives_text_as_a_person_sees_it(tmp_path: Path) -> None:
    rows = [
        ["UserID", "ProductID", "Behavior", "Time", "Note"],
        [14075.0, "007", 1, datetime(2010, 12, 1, 8, 26), 0.1 + 0.2],
        [None] * 5,
        ["u2", "p2", 2, None, "two\nlines"],
        ["u3", "p3", 9, None, None],
        ["u4", "p4", 1, None, "x", "too many"],
    ]
    dataset = import_files(workbook(tmp_path / "shop.xlsx", {"Sales": rows}), None, tmp_path / "out")

    interactions = dataset.interactions()
    assert interactions[Columns.USER].tolist() == ["14075", "u2"]
    assert interactions[Columns.ITEM].tolist() == ["007", "p2"]
    assert interactions["Note"].tolist() == ["0.3", "two lines"]
    assert interactions[Columns.TIMESTAMP].dropna().astype(str).tolist() == ["2010-12-01 08:26:00"]
    assert dataset.rejected()[["line", "reason"]].to_numpy().tolist() == [[5, "unknown_behavior"], [6, "malformed"]]
    assert dataset.report["behavior"]["sheet"] == "Sales"


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "shop.xlsx", {"Notes": [["hello"]], "Events": CELLS})

    dataset = import_files(path, None, tmp_path / "out", mapping=Mapping(reading={"behavior": Reading(sheet="events")}))

    assert dataset.report["behavior"]["rows_kept"] == 2
    with pytest.raises(DataError, match=r"no sheet “May”\. It has: Notes, Events"):
        open_source(path, reading=Reading(sheet="May"))
    with pytest.raises(DataError, match=r"The sheet Empty of other\.xlsx is empty"):
        open_source(workbook(tmp_path / "other.xlsx", {"Empty": []}))


def test_numbers_that_excel_has_rounded_are_counted(tmp_path: Path) -> None:
    rows = [*CELLS, [1.92471919157995e18, "p1", 1, None]]

    dataset = import_files(workbook(tmp_path / "a.xlsx", {"S": rows}), None, tmp_path / "out")

    assert dataset.interactions()[Columns.USER].tolist()[-1] == "1924719191579950000"
    assert dataset.report["behavior"]["numbers_rounded_by_excel"] == 1


def test_cells_as_text() -> None:
    values = [None, True, 7, 7.0, 2.50, 1e-7, 1e300, "a\r\nb\x00", datetime(2024, 1, 1).date(), 1e15]
    texts = ["", "true", "7", "7", "2.5", "1e-07", str(10**300), "a  b", "2024-01-01", "1000000000000000"]

    assert [cell_text(value) for value in values] == texts


def test_parquet_keeps_whole_numbers_times_and_text(tmp_path: Path) -> None:
    moment = datetime(2024, 1, 1, 10, 0, 0, 500_000)
    table = pa.table(
        {
            "UserID": pa.array([1924719191579951782, 7, None], pa.int64()),
            "ProductID": pa.array(["007", "a\nb\x1f", "p"]).dictionary_encode(),
            "Behavior": pa.array([1, 2, 1], pa.int8()),
            "Time": pa.array([moment, None, None], pa.timestamp("ns", tz="Europe/Berlin")),
            "Amount": pa.array([Decimal("1.50"), None, None], pa.decimal128(9, 2)),
            "Tags": pa.array([["x"], [], None], pa.list_(pa.string())),
        }
    )
    pq.write_table(table, tmp_path / "shop.parquet", row_group_size=2)

    dataset = import_files(tmp_path / "shop.parquet", None, tmp_path / "out")

    interactions = dataset.interactions()
    assert interactions[Columns.USER].tolist() == ["1924719191579951782", "7"]
    assert interactions[Columns.ITEM].tolist() == ["007", "a b"]
    assert interactions[Columns.TIMESTAMP].astype(str).tolist()[0] == "2024-01-01 10:00:00.500"  # in UTC
    assert interactions["Amount"].tolist()[0] == "1.50"
    assert interactions["Tags"].tolist()[0] == "['x']"
    rejected = dataset.rejected()[["source", "line", "reason"]].to_numpy().tolist()
    assert rejected == [["shop.parquet", 3, "missing_user"]]


def parquet_bytes() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"UserID": ["u1"] * 500, "ProductID": ["p1"] * 500, "Behavior": ["1"] * 500}), file)
    return file.getvalue()


def packed_rows() -> bytes:
    return gzip.compress((HEADER + "".join(f"u{n},p{n * 7919 % 1000},1,\n" for n in range(20_000))).encode())


@pytest.mark.parametrize("form", ["gzip", "zip", "xlsx", "parquet"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, form: str, damage: str) -> None:
    data = {
        "gzip": packed_rows,
        "zip": lambda: zipped(tmp_path / "a", {"a.csv": gzip.decompress(packed_rows())}).read_bytes(),
        "xlsx": lambda: workbook(tmp_path / "b", {"S": CELLS}).read_bytes(),
        "parquet": parquet_bytes,
    }[form]()
    middle = len(data) // 2
    data = data[:middle] if damage == "cut" else data[: middle - 9] + b"\xff" * 18 + data[middle + 9 :]
    path = written(tmp_path / "upload", data)

    with pytest.raises(DataError, match=r"upload.* is damaged") as caught:
        import_files(path, None, tmp_path / "out")

    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times its own size: a line that repeats for ever."""
    monkeypatch.setattr(forms, "SURELY_FINE", 1_000_000)
    rows = (HEADER + "u1,p1,1,\n" * 200_000).encode()
    packed = gzip.compress(rows)
    assert len(rows) > forms.MAX_RATIO * len(packed)

    for path in (written(tmp_path / "bomb.gz", packed), zipped(tmp_path / "bomb.zip", {"a.csv": rows})):
        with pytest.raises(DataError, match=r"bomb\.\w+ unpacks to more than it may"):
            import_files(path, None, tmp_path / "out")


def test_a_workbook_of_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1_000)

    with pytest.raises(DataError, match=r"too large for an Excel workbook\. Save its sheet as “CSV UTF-8”"):
        open_source(workbook(tmp_path / "a.xlsx", {"S": CELLS}))


REFUSED = [
    (b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel workbook"),
    (b"%PDF-1.7\n", "a PDF"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (zipfile.ZIP_DEFLATED.to_bytes() * 400, "a binary file"),
]


@pytest.mark.parametrize(("data", "what"), REFUSED)
def test_what_holds_no_table_is_refused_by_its_kind(tmp_path: Path, data: bytes, what: str) -> None:
    with pytest.raises(DataError, match=f"upload.csv is {what}.*CSV UTF-8"):
        open_source(written(tmp_path / "upload.csv", data))
    with pytest.raises(DataError, match=f"all.zip/x is {what}"):
        open_source(zipped(tmp_path / "all.zip", {"x": data}))


def test_a_folder_or_archive_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "deep/er").mkdir(parents=True)

    for path, words in ((tmp_path / "none", "is empty"), (tmp_path / "deep", "has a folder in it, er")):
        with pytest.raises(DataError, match=words):
            open_source(path)
    with pytest.raises(DataError, match="no file in it"):
        open_source(zipped(tmp_path / "all.zip", {"__MACOSX/a": b"x"}))
    with pytest.raises(DataError, match="No file was given"):
        open_source([])
    with pytest.raises(DataError, match="is not there"):
        open_source(tmp_path / "gone.csv")
