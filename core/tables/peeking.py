"""A first look at each table of an upload: its encoding, its delimiter, its header, its first records."""

from dataclasses import replace
from itertools import islice

from core.errors import DataError
from core.tables.encoding import checked_encoding, detect_encoding
from core.tables.forms import Piece
from core.tables.layout import Reading
from core.tables.names import CODES, is_known
from core.tables.parquets import parquet_chunks, parquet_columns
from core.tables.parts import Part, decoded_text
from core.tables.tidy import SEPARATOR, Tidy, TidyText
from core.tables.workbooks import sheet_names, workbook_chunks

SAMPLE_BYTES = 1 << 20
HEAD_CHARS = 1 << 15  # of the sample, what decides on the delimiter
SAMPLE_RECORDS = 10_000
MAX_COLUMNS = 2_000
MAX_ABOVE = 20  # records above the column names: a title, a date, Excel's "sep=;"
DELIMITERS = (",", ";", "\t", "|")
MAX_SHEETS = 10  # that are looked at for known column names
EXCEL, PARQUET = "excel", "parquet"  # in place of an encoding

Records = tuple[tuple[str, ...], ...]


def opened_first(piece: Piece, reading: Reading) -> tuple[Part, tuple[str, ...], Records]:
    """The part that sets the columns, their names ("#1", ... without header line), and its first data records.

    Raises:
        DataError: empty, damaged or no table.
    """
    part, records = _peek(piece, reading)
    first = _names(records[0])
    if piece.form == "parquet":
        has_header = reading.has_header is not False
    else:
        has_header = _looks_like_header(first) if reading.has_header is None else reading.has_header
    header = first if has_header else tuple(f"#{place + 1}" for place in range(_width(piece, records, first)))
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"{piece.name} has {len(header):,} columns, and at most {MAX_COLUMNS:,} can be read. Check its delimiter."
        )
    data = records[1:] if has_header or piece.form == "parquet" else records
    return replace(part, has_header=has_header, header=header, places=tuple(range(len(header)))), header, data


def opened_later(piece: Piece, reading: Reading, first: Part, header: tuple[str, ...]) -> tuple[Part, Records]:
    """A further part, its columns matched to those of the first by name, and its first data records in their order.

    A table without header line, such as a later slice of a large file, is taken column by column where the number
    of columns is right.

    Raises:
        DataError: empty, damaged, no table, or without a column of the first.
    """
    part, records = _peek(piece, reading)
    own = _names(records[0])
    known = {_simple(name) for name in header}
    is_parquet = piece.form == "parquet"
    has_names = first.has_header and (
        is_parquet
        or reading.has_header is True
        or any(_simple(name) in known for name in own)
        or len(own) != len(header)
        or _looks_like_header(own)
    )
    data = records[1:] if has_names or is_parquet else records
    if not has_names:
        if len(own) != len(header):
            raise DataError(
                f"{piece.name} has {len(own)} columns, and {first.name} has {len(header)}. "
                "Files that are read together must have the same columns."
            )
        return replace(part, has_header=False, header=header, places=tuple(range(len(header)))), data
    places = _matched(piece.name, own, first.name, header)
    inverse = {place: own_place for own_place, place in enumerate(places) if place is not None}
    ordered = tuple(tuple(row[inverse[place]] for place in range(len(header))) for row in data if len(row) == len(own))
    return replace(part, has_header=True, header=own, places=places), ordered


def _matched(name: str, own: tuple[str, ...], first: str, header: tuple[str, ...]) -> tuple[int | None, ...]:
    """For each own column its place in ``header``; of several with one name the first is the first."""
    waiting: dict[str, list[int]] = {}
    for place, column in enumerate(header):
        waiting.setdefault(_simple(column), []).append(place)
    places = tuple(waiting[_simple(column)].pop(0) if waiting.get(_simple(column)) else None for column in own)
    missing = [header[place] for left in waiting.values() for place in left]
    if missing:
        raise DataError(
            f"{name} has no column {', '.join(missing[:20])}, which {first} has. "
            "Files that are read together must have the same columns: rename it, or import the file by itself."
        )
    return places


def _peek(piece: Piece, reading: Reading) -> tuple[Part, Records]:
    """A part of which header and places are still open, and its first records, names included."""
    if piece.form == "workbook":
        sheet = _sheet(piece, reading.sheet)
        first = _first_rows(piece, sheet)
        part = Part(piece, EXCEL, ",", False, (), (), sheet, first.n_rounded)
        records = _split(first.text)
    elif piece.form == "parquet":
        part = Part(piece, PARQUET, ",", False, (), ())
        columns = parquet_columns(piece)
        text = next((tidy.text for tidy, _ in parquet_chunks(piece)), "") if columns else ""
        records = (columns, *_split(text))
    else:
        part, records = _peek_text(piece, reading)
    if reading.has_header is not False and piece.form != "parquet":
        n_above = _n_above(records)
        part, records = replace(part, n_above=n_above), records[n_above:]
    if not records or not records[0]:
        where = f"The sheet {part.sheet} of {piece.name}" if part.sheet else piece.name
        raise DataError(f"{where} is empty. Export it again and check that it has a header line and rows.")
    return part, records


def _first_rows(piece: Piece, sheet: str) -> TidyText:
    return next((tidy for tidy, _ in workbook_chunks(piece, sheet, None) if tidy.text), TidyText("", range(0)))


def _n_above(records: Records) -> int:
    """How many records stand above the column names.

    None, unless names that Tact knows follow, and what stands above fills at most half as many cells.
    """
    filled = [sum(bool(cell.strip()) for cell in record) for record in records[: MAX_ABOVE + 1]]
    for place, n_cells in enumerate(filled):
        if _has_names(records[place]):
            return place if all(2 * above <= n_cells for above in filled[:place]) else 0
    return 0


def _has_names(record: tuple[str, ...]) -> bool:
    return sum(is_known(cell.lstrip("\ufeff")) for cell in record) > 1


def _peek_text(piece: Piece, reading: Reading) -> tuple[Part, Records]:
    encoding = checked_encoding(reading.encoding) if reading.encoding else detect_encoding(piece)
    texts = [text for text, _ in islice(decoded_text(piece, encoding, SAMPLE_BYTES), 3)]
    head = "".join(texts[:2])  # of a short file all: its bytes, and what the decoder held back
    if len(texts) > 2 and head.count("\n") > 1:
        head = head[: head.rindex("\n") + 1]
    elif not head.endswith("\n"):
        head += "\n"
    delimiter = reading.delimiter or _detect_delimiter(head)
    tidy = Tidy(delimiter)
    return Part(piece, encoding, delimiter, False, (), ()), _split(tidy.feed(head).text + tidy.finish().text)


def _split(text: str) -> Records:
    return tuple(tuple(line.split(SEPARATOR)) for line in text.split("\n")[:-1][: SAMPLE_RECORDS + 1])


def _names(record: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cell.strip().lstrip("\ufeff") for cell in record)


def _simple(name: str) -> str:
    return name.strip().lower()


def _width(piece: Piece, records: Records, first: tuple[str, ...]) -> int:
    """Columns of a table without header: blank cells at the end of a sheet's row are not written."""
    return max(len(record) for record in records) if piece.form == "workbook" else len(first)


def _sheet(piece: Piece, wanted: str | None) -> str:
    names = sheet_names(piece)
    if not names:
        raise DataError(f"{piece.name} has no sheet with a table. Save the table as “CSV UTF-8”.")
    if wanted is None:
        several = names[:MAX_SHEETS] if len(names) > 1 else ()
        heads = ((name, _split(_first_rows(piece, name).text)[: MAX_ABOVE + 1]) for name in several)
        return next((name for name, head in heads if any(map(_has_names, head))), names[0])
    fitting = next((name for name in names if _simple(name) == _simple(wanted)), None)
    if fitting is None:
        there = ", ".join(names[:20])
        raise DataError(f"{piece.name} has no sheet “{wanted[:40]}”. It has: {there}. Choose one of these.")
    return fitting


def _detect_delimiter(head: str) -> str:
    """The delimiter that gives the header several cells and most records as many as the header."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        lines = [line for line in Tidy(delimiter).feed(head[:HEAD_CHARS] + "\n").text.split("\n") if line][:200]
        if not lines:
            continue
        lines = lines[_n_above(tuple(tuple(line.split(SEPARATOR)) for line in lines)) :]
        n_cells = lines[0].count(SEPARATOR) + 1
        like_header = sum(line.count(SEPARATOR) + 1 == n_cells for line in lines) / len(lines)
        known = sum(is_known(cell) for cell in lines[0].split(SEPARATOR))
        score = (known + like_header, n_cells) if n_cells > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _looks_like_header(first: tuple[str, ...]) -> bool:
    """A header names a known column, or at least holds neither numbers nor blanks nor behaviour codes."""
    if any(is_known(cell) for cell in first):
        return True
    if any(cell.lower() in CODES for cell in first):
        return False
    return all(cell and not cell.replace(".", "").replace("-", "").replace(":", "").isdigit() for cell in first)
