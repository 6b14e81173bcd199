"""Reading: corrections, line numbers, quotes at full speed, progress and cancelling."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError, RunCancelled, SettingsError
from core.settings import build
from core.tables import parts, reading
from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.mapping import Mapping
from core.tables.reading import open_source, read_blocks
from core.tables.tidy import BROKEN, SEPARATOR, Tidy

HEADER = "UserID,ProductID,Behavior,Time\n"
ROWS = "u1,p1,1,2024-01-01\nu2,p2,2,2024-01-02\n"


def written(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# Corrections


def test_a_person_corrects_the_encoding(tmp_path: Path) -> None:
    """Two bytes of French read as one Chinese character, until somebody says so."""
    path = written(tmp_path / "a.csv", "UserID,ProductID,Behavior,City\nu1,p1,1,ÄÄÄÄ\n".encode("latin-1"))
    mapping = Mapping(reading={"behavior": Reading(encoding="latin-1")})

    assert open_source(path).encoding == "gb18030"
    dataset = import_files(path, None, tmp_path / "out", mapping=mapping)
    assert dataset.report["behavior"]["encoding"] == "latin-1"
    assert dataset.interactions()["City"].tolist() == ["ÄÄÄÄ"]


@pytest.mark.parametrize("name", ["klingon", "base64", "idna", "undefined", "", "a\x00b", "utf-8 "])
def test_an_encoding_that_there_is_not_is_a_sentence(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "a.csv", HEADER + ROWS)
    if name in ("", "utf-8 "):  # nothing said; and a blank does no harm
        assert open_source(path, reading=Reading(encoding=name)).encoding
        return
    with pytest.raises(SettingsError, match="There is no text encoding “"):
        open_source(path, reading=Reading(encoding=name))


def test_a_person_corrects_the_delimiter_and_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a;b|c\nd;e|f\n")

    assert open_source(path, reading=Reading(delimiter="|")).header == ("a;b", "c")
    assert open_source(path, reading=Reading(delimiter=";", has_header=False)).header == ("#1", "#2")
    digits = written(tmp_path / "b.csv", "1,2\n3,4\n")
    assert open_source(digits, reading=Reading(has_header=True)).header == ("1", "2")
    with pytest.raises(SettingsError, match="delimiter"):
        build(Reading, {"delimiter": "x"})


def test_a_correction_holds_for_every_file(tmp_path: Path) -> None:
    paths = [written(tmp_path / name, f"{name},p1,1\n") for name in ("one", "two")]

    source = open_source(paths, reading=Reading(has_header=False))

    assert [part.has_header for part in source.parts] == [False, False]
    assert [block.text for block in read_blocks(source)] == ["one\x1fp1\x1f1\n", "two\x1fp1\x1f1\n"]


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has 2,001 columns"):
        open_source(written(tmp_path / "a.csv", ",".join(f"c{n}" for n in range(2_001)) + "\nx\n"))


# Lines

NUMBERED = [
    # rows after the header, lines of the rejected ones
    ("u1,p1,1,\nu2,p2,9,\n", [3]),
    ("\n\nu1,p1,1,\n\nu2,p2,9,\n", [6]),
    ('u1,p1,1,"a\nb\n\nc"\nu2,p2,9,\n', [6]),
    ('u1,p1,1,"a\nb"\nu2,p2,9,"x\ny"\nu1,p1\n', [4, 6]),
    ('u1,p1,1,\n"u2,p2,1,\nu3,p3,9,\n', [3, 4]),
    ('"u1","p1","1",""\n"u2","p2","9",""\n', [3]),
    ("u1,p1,1,\r\nu2,p2,9,\r\rx,p,9,\n", [3, 5]),
]


@pytest.mark.parametrize(("rows", "lines"), NUMBERED)
@pytest.mark.parametrize("block", [7, 40, 1 << 22])
def test_a_rejected_row_says_the_line_in_which_it_begins(
    tmp_path: Path, rows: str, lines: list[int], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_CHARS", block)
    path = written(tmp_path / "a.csv", "UserID,ProductID,Behavior,Note\n" + rows)

    rejected = import_files(path, None, tmp_path / "out").rejected()

    assert rejected["line"].tolist() == lines
    assert rejected["source"].unique().tolist() == ["a.csv"]


def test_a_header_of_two_lines_counts_two(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", '\nUserID,ProductID,Behavior,"Long\nname"\nu1,p1,1,\nu1,p1,9,\n')

    assert import_files(path, None, tmp_path / "out").rejected()["line"].tolist() == [5]


def test_rejected_products_have_lines_too(tmp_path: Path) -> None:
    behavior = written(tmp_path / "a.csv", HEADER + ROWS)
    products = written(tmp_path / "p.csv", "ProductID,Category\np1,x\n\np1,again\n,none\np2,y\n")

    rejected = import_files(behavior, products, tmp_path / "out").rejected()

    found = sorted(rejected[["file", "source", "line", "reason"]].to_numpy().tolist(), key=lambda row: row[2])
    assert found == [["products", "p.csv", 4, "duplicate_product"], ["products", "p.csv", 5, "missing_product"]]


# Quotes


def tidied(text: str, n_columns: int = 3) -> list[tuple[int, list[str]]]:
    """Line and cells of each record; a broken one ends with BROKEN."""
    tidy = Tidy(",", n_columns)
    given = [tidy.feed(text), tidy.finish()]
    records = "".join(part.text for part in given).split("\n")[:-1]
    lines = np.concatenate([np.asarray(part.lines) for part in given])
    return [(int(line), record.split(SEPARATOR)) for line, record in zip(lines, records, strict=True)]


def test_wholly_quoted_text_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred times a second or fifty: real exports quote every cell."""
    text = '"a","","c,c"\n"","","x"\n'
    expected = [(1, ["a", "", "c,c"]), (2, ["", "", "x"])]

    assert tidied(text) == expected
    monkeypatch.setattr(Tidy, "_record_by_record", lambda *given, **more: pytest.fail("parsed record by record"))
    assert Tidy(",", 3).feed(text).text == "a\x1f\x1fc,c\n\x1f\x1fx\n"


MIXED = [
    ('"a","b\nb","c"\n"d",e,f\n', [(1, ["a", "b b", "c"]), (3, ["d", "e", "f"])]),
    ('"a","say ""hi""",c\n', [(1, ["a", 'say "hi"', "c"])]),
    ('"a","",""","""\n"x","y","z"\n', [(1, ["a", "", '","']), (2, ["x", "y", "z"])]),
    ('24" rail,b,c\n', [(1, ['24" rail', "b", "c"])]),
    ('"a"x,b,c\nd,e,f\n', [(1, ['"a"x', "b", "c", "", "", BROKEN]), (2, ["d", "e", "f"])]),
    ('"a","b","c"\n\n"d","e","f"\n', [(1, ["a", "b", "c"]), (3, ["d", "e", "f"])]),
    ('"', []),
]


@pytest.mark.parametrize(("text", "expected"), MIXED)
def test_quotes_are_read_as_the_csv_module_reads_them(text: str, expected: list[tuple[int, list[str]]]) -> None:
    if text == '"':  # no whole line yet
        assert Tidy(",").feed("").n_records == 0
        return
    assert tidied(text) == expected


# Progress and cancelling


@pytest.mark.parametrize("form", ["csv", "gz", "folder"])
def test_progress_goes_by_bytes_and_cancelling_leaves_nothing(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_CHARS", 8_000)
    rows = "".join(f"u{n},p{n * 7919 % 997},1,\n" for n in range(8_000))
    data = (HEADER + rows).encode()
    path = tmp_path / "upload"
    if form == "folder":
        path.mkdir()
        for part in "abc":
            written(path / part, data)
    else:
        written(path, gzip.compress(data) if form == "gz" else data)
    told: list[float] = []

    import_files(path, None, tmp_path / "out", report=lambda progress, message: told.append(progress))

    assert told == sorted(told)
    assert len({round(progress, 1) for progress in told}) >= 7

    def cancel(progress: float, message: str) -> None:
        if progress > 0.5:
            raise RunCancelled

    before = sorted(tmp_path.iterdir())
    with pytest.raises(RunCancelled):
        import_files(path, None, tmp_path / "other", report=cancel)
    assert sorted(tmp_path.iterdir()) == before


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK_CHARS", 100)
    monkeypatch.setattr(parts, "MAX_LINE_CHARS", 1_000)
    path = written(tmp_path / "a.csv", HEADER + "u1,p1,1," + "x" * 1_200 + "\n")

    with pytest.raises(DataError, match="a line of more than 1,000 characters"):
        import_files(path, None, tmp_path / "out")
