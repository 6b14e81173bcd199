"""One table of an upload as tidy text, whatever its form: a few megabytes at a time, never whole."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.tables.forms import Piece
from core.tables.parquets import parquet_chunks
from core.tables.tidy import Tidy, TidyText
from core.tables.workbooks import workbook_chunks

MAX_LINE_CHARS = 1 << 24


@dataclass(frozen=True)
class Part:
    """One table and how it is read.

    ``places`` says for each of its columns which place the column has in the first table (None: it is not there and
    left out); ``header`` names its own columns; ``n_above`` records (a title) stand above them and are no rows.
    ``n_rounded`` counts, in the first rows of a workbook, numbers of more than the 15 digits that Excel keeps: ids
    among them are not what they were.
    """

    piece: Piece
    encoding: str
    delimiter: str
    has_header: bool
    header: tuple[str, ...]
    places: tuple[int | None, ...]
    sheet: str | None = None
    n_rounded: int = 0
    n_above: int = 0

    @property
    def path(self) -> Path:
        """The file on disk."""
        return self.piece.path

    @property
    def name(self) -> str:
        """What messages and rejected rows call it."""
        return self.piece.name

    @property
    def n_columns(self) -> int:
        """Cells that each of its records must have."""
        return len(self.places)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Its columns that the first table has not."""
        return tuple(name for name, place in zip(self.header, self.places, strict=True) if place is None)


def data_chunks(part: Part, block_bytes: int) -> Iterator[tuple[TidyText, float]]:
    """The data records of a part, without its header and what stands above that, and the share that has been read.

    Raises:
        DataError: damaged, or a line without end.
    """
    skip = part.n_above + (part.has_header and part.piece.form != "parquet")  # Parquet's names are no record
    for tidy, share in _chunks(part, block_bytes):
        if now := min(skip, tidy.n_records):
            tidy = TidyText(tidy.text.split("\n", now)[now], tidy.lines[now:])
            skip -= now
        yield tidy, share


def _chunks(part: Part, block_bytes: int) -> Iterator[tuple[TidyText, float]]:
    if part.piece.form == "workbook":
        return workbook_chunks(part.piece, part.sheet, part.n_columns)
    if part.piece.form == "parquet":
        return parquet_chunks(part.piece)
    return _text_chunks(part, block_bytes)


def _text_chunks(part: Part, block_bytes: int) -> Iterator[tuple[TidyText, float]]:
    tidy = Tidy(part.delimiter, n_columns=part.n_columns)
    carry = ""
    for text, share in decoded_text(part.piece, part.encoding, block_bytes):
        lines, carry = _whole_lines(part.name, carry + text)
        yield tidy.feed(lines), share
    if carry:
        yield tidy.feed(carry + "\n"), 1.0
    yield tidy.finish(), 1.0


def decoded_text(piece: Piece, encoding: str, block_bytes: int) -> Iterator[tuple[str, float]]:
    """The characters of a text, every kind of line end as a newline, with the share of the piece that has been read."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    size = max(piece.size, 1)
    with piece.open() as file:
        try:
            while data := file.read(block_bytes):
                yield decoder.decode(data), min(file.n_packed_read / size, 1.0)
            yield decoder.decode(b"", final=True), 1.0
        except UnicodeError as error:  # such as UTF-16 without its mark
            raise DataError(f"{piece.name} cannot be read as {encoding}. Choose another encoding.") from error


def _whole_lines(name: str, text: str) -> tuple[str, str]:
    """Cut ``text`` after its last newline."""
    cut = text.rfind("\n") + 1
    if len(text) - cut > MAX_LINE_CHARS:
        raise DataError(
            f"{name} has a line of more than {MAX_LINE_CHARS:,} characters. Export it again with one row a line."
        )
    return text[:cut], text[cut:]
