"""Fuzz: no bytes crash the reader, make it hang or make a row vanish; what cannot be read is one sentence."""

import csv
import gzip
import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import DataError, UserError
from core.tables import reading
from core.tables.arrow import parsed_blocks
from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.reading import Source, open_source

LIMIT = timedelta(seconds=20)  # a hang, not a slow machine
HEADER = "UserID,ProductID,Behavior,Note"


def accounted(
    paths: Path | Sequence[Path], block: int = 1 << 22, reading_given: Reading | None = None
) -> Source | None:
    """Read all of an upload; every record must be parsed or set aside, numbered without a gap, at a growing line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK_CHARS", block)
        try:
            source = open_source(paths, reading=reading_given)
            n_records, line, part = 0, 0, ""
            for parsed in parsed_blocks(source, (0,)):
                numbers = sorted([*parsed.records.to_pylist(), *(number for number, _ in parsed.malformed)])
                assert numbers == list(range(n_records + 1, n_records + 1 + parsed.block.n_records))
                assert len(parsed.table) == len(parsed.records)
                n_records += parsed.block.n_records
                lines = parsed.block.lines_of(pa.array(numbers).to_numpy()).tolist()
                assert lines == sorted(set(lines))
                assert parsed.block.part.name != part or lines[0] > line
                line, part = lines[-1], parsed.block.part.name
        except UserError:  # a DataError, or the sentence on a file that is sealed with another key
            return None
        return source


def stored(folder: str, name: str, data: bytes) -> Path:
    path = Path(folder) / name
    path.write_bytes(data)
    return path


BYTES = st.one_of(
    st.binary(max_size=2_000),
    st.lists(
        st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b";", b"a", b"1", b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf"])
    )
    .map(b"".join)
    .filter(bool),
    st.text(alphabet='ab,;"\n\r\té北\x85\u2028\x1f\x1e', max_size=300).flatmap(
        lambda text: st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "gb18030"]).map(
            lambda encoding: text.encode(encoding, "replace")
        )
    ),
)


@given(BYTES, st.sampled_from([1, 5, 64, 1 << 22]))
@example(b"\xff\xfe", 1)
@example(b'""\n\n""', 1)
@example(b"PK\x05\x06" + bytes(18), 1)
@example(b"PAR1" * 5, 1)
@settings(max_examples=400, deadline=LIMIT)
def test_no_bytes_crash_the_reader(data: bytes, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        accounted(stored(folder, "upload", data), block)


@given(BYTES, st.sampled_from(["utf-8", "utf-7", "utf-16", "utf-32", "gb18030", "latin-1", "cp037", "shift_jis", "hz"]))
@settings(max_examples=150, deadline=LIMIT)
def test_no_correction_crashes_the_reader(data: bytes, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        accounted(stored(folder, "upload", data), 64, Reading(encoding=encoding, delimiter=";", has_header=False))


CELLS = st.sampled_from(
    ["x", "", '"q"', '"a,b"', '"two\nlines"', '"say ""hi"""', '24"', '"open', "é", '"x"y', " ", "\x00"]
)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])


@given(
    st.lists(st.tuples(CELLS, NEWLINES), min_size=1, max_size=40),
    st.sampled_from([7, 100, 1 << 22]),
    st.integers(0, 30),
)
@settings(max_examples=300, deadline=LIMIT)
def test_no_row_vanishes(rows: list[tuple[str, str]], block: int, n_cut: int) -> None:
    """Every row carries a number of its own; it must turn up among the records, whatever its neighbours' quotes do."""
    text = HEADER + "\n" + "".join(f"u,id{n}id,1,{cell}{end}" for n, (cell, end) in enumerate(rows))
    data = text.encode()[: -n_cut or None]
    expected = set(re.findall(rb"id\d+id", data))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK_CHARS", block)
        try:
            source = open_source(stored(folder, "upload", data))
        except DataError:
            assert not expected  # the cut left the header alone
            return
        found: list[str] = []
        for parsed in parsed_blocks(source, ()):
            found += [str(cell) for column in parsed.table.columns for cell in column.to_pylist()]
            found += [raw for _, raw in parsed.malformed]
    assert set(re.findall(r"id\d+id", " ".join(found))) == {token.decode() for token in expected}


@given(st.lists(st.lists(st.text(alphabet='a,"\né;|', max_size=4), min_size=3, max_size=3), min_size=1, max_size=20))
@settings(max_examples=150, deadline=LIMIT)
def test_what_the_csv_module_writes_is_read_to_the_cell(rows: list[list[str]]) -> None:
    """Counted and compared by another writer: Python's own, once with every cell quoted, once where it must."""
    for quoting in (csv.QUOTE_ALL, csv.QUOTE_MINIMAL):
        file = io.StringIO()
        csv.writer(file, quoting=quoting, lineterminator="\n").writerows([HEADER.split(",")[:3], *rows])
        with tempfile.TemporaryDirectory() as folder:
            path = stored(folder, "upload", file.getvalue().encode())
            source = open_source(path, reading=Reading(delimiter=",", has_header=True))
            tables = [parsed.table for parsed in parsed_blocks(source, ())]
        found = [[cell or "" for cell in row.values()] for table in tables for row in table.to_pylist()]
        assert found == [[cell.replace("\n", " ") for cell in row] for row in rows]


def _seeds() -> dict[str, bytes]:
    text = (HEADER + "\n" + "".join(f"u{n},p{n},1,x\n" for n in range(300))).encode()
    archive, book, table = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", text)
        file.writestr("b.csv", text)
    workbook = openpyxl.Workbook()
    for line in text.decode().split("\n")[:40]:
        workbook.active.append(line.split(","))
    workbook.save(book)
    columns = {name: [f"{name}{n}" for n in range(300)] for name in HEADER.split(",")}
    pq.write_table(pa.table(columns), table)
    return {
        "gzip": gzip.compress(text),
        "zip": archive.getvalue(),
        "xlsx": book.getvalue(),
        "parquet": table.getvalue(),
        "utf-8": "é".encode() * 20 + text,
        "utf-16": text.decode().encode("utf-16"),
    }


SEEDS = _seeds()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the seeds, cut off, with bytes changed, or with a piece put in, taken out or doubled."""
    data = bytearray(SEEDS[draw(st.sampled_from(sorted(SEEDS)))])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "change", "insert", "delete", "double"])):
            case "cut":
                data = data[:at]
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "insert":
                data[at:at] = draw(
                    st.one_of(st.binary(max_size=8), st.sampled_from([b'"', b"\x00", b"\r", b"\xff\xfe"]))
                )
            case "delete":
                del data[at : at + draw(st.integers(1, 64))]
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 256))]
    return bytes(data)


@given(damaged(), st.sampled_from([64, 1 << 22]))
@settings(max_examples=400, deadline=LIMIT)
def test_no_damage_crashes_the_reader(data: bytes, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        accounted(stored(folder, "upload", data), block)


@given(damaged())
@settings(max_examples=15, deadline=LIMIT)
def test_whatever_imports_adds_up(data: bytes) -> None:
    """The whole way, a damaged file after a whole one: kept rows and rejected ones are all the rows."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [stored(folder, "a", SEEDS["gzip"]), stored(folder, "b", data)]
        source = accounted(paths)
        try:
            dataset = import_files(paths, None, Path(folder) / "out")
        except DataError:
            assert not (Path(folder) / "out").exists()
            return
        assert source is not None
        facts = dataset.report["behavior"]
        n_rejected = sum(facts["rejected"].values())
        assert facts["rows_in"] == facts["rows_kept"] + n_rejected
        assert (len(dataset.interactions()), len(dataset.rejected())) == (facts["rows_kept"], n_rejected)
