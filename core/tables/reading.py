"""From uploaded files to tidy records, block by block; nothing is ever read whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.tables.forms import unfold
from core.tables.layout import Reading
from core.tables.parts import Part, data_chunks
from core.tables.peeking import opened_first, opened_later
from core.tables.tidy import Lines

BLOCK_CHARS = 7 << 19  # bytes read at once: more saves SQL its planning and costs memory; tests make it small


@dataclass(frozen=True)
class Source:
    """An upload, one file or several of one kind, and how it is to be read.

    ``header`` holds the column names, or "#1", "#2", ... where the first table has no header line; ``sample`` the
    first data records, for proposals. What is said of encoding, delimiter and header is that of the first of ``parts``.
    """

    parts: tuple[Part, ...]
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """What messages call the upload."""
        first = self.parts[0].name
        return first if len(self.parts) == 1 else f"{first} (of {len(self.parts)} files)"

    @property
    def path(self) -> Path:
        """Its first file on disk."""
        return self.parts[0].path

    @property
    def encoding(self) -> str:
        """An encoding that ``open`` knows; "excel" or "parquet" where the file is no text."""
        return self.parts[0].encoding

    @property
    def delimiter(self) -> str:
        """What stands between cells; a comma where the file is no text."""
        return self.parts[0].delimiter

    @property
    def has_header(self) -> bool:
        """False where columns are numbered."""
        return self.parts[0].has_header

    @property
    def n_columns(self) -> int:
        """Cells that every record must have."""
        return len(self.header)

    def facts(self) -> dict[str, Any]:
        """How it is read, for the report; each part by itself where there are several."""
        found: dict[str, Any] = _facts(self.parts[0])
        if len(self.parts) > 1:
            found["files"] = [{"name": part.name, **_facts(part)} for part in self.parts]
        return found


def _facts(part: Part) -> dict[str, Any]:
    facts: dict[str, Any] = {"encoding": part.encoding, "delimiter": part.delimiter, "has_header": part.has_header}
    if part.n_above:
        facts["rows_above_header"] = part.n_above
    if part.sheet is not None:
        facts["sheet"] = part.sheet
    if part.n_rounded:
        facts["numbers_rounded_by_excel"] = part.n_rounded
    if part.left_out:
        facts["columns_left_out"] = list(part.left_out)
    return facts


@dataclass(frozen=True)
class Block:
    """Some whole records of one part: one line each, cells between ``tidy.SEPARATOR``, no quotes.

    ``first`` is the 1-based number of the first record among all data records of the upload; ``lines`` says for each
    record in which line of its file it begins (header and blank lines count; the row of a sheet or a Parquet file).
    """

    part: Part
    text: str
    first: int
    n_records: int
    lines: Lines
    read_share: float
    n_undecodable: int

    def lines_of(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lines of some of its records, which are given by their numbers."""
        places = records - self.first
        return places + self.lines.start if isinstance(self.lines, range) else self.lines[places]


def open_source(paths: Path | Sequence[Path], *, reading: Reading | None = None) -> Source:
    """Find out how an upload is to be read: encoding, delimiter, header, each file by itself.

    Args:
        paths: Files of one kind, in this order. A folder or a ZIP archive stands for its files in the order of their
            names. Columns of later files are matched to those of the first by name.
        reading: What a person corrects; it holds for all files.

    Raises:
        DataError: not there, empty, damaged, no table, no record in it, or a file without a column of the first.
        SettingsError: ``reading`` names an encoding that there is not.
    """
    reading = reading or Reading()
    pieces = unfold(paths)
    first, header, sample = opened_first(pieces[0], reading)
    parts = [first]
    for piece in pieces[1:]:
        part, records = opened_later(piece, reading, first, header)
        parts.append(part)
        sample = sample or records
    if not sample:
        where = f"The sheet {first.sheet} of {first.name}" if first.sheet else first.name
        raise DataError(f"{where} has a header line but no rows. Export it again with its rows.")
    return Source(tuple(parts), header, sample)


def read_blocks(source: Source) -> Iterator[Block]:
    """Give the data records of all parts in order, in blocks of a few megabytes.

    Raises:
        DataError: a line of more than 16 million characters, or a packed file that turns out to be damaged.
    """
    total = sum(max(part.piece.size, 1) for part in source.parts)
    first, before = 1, 0
    for part in source.parts:
        for tidy, share in data_chunks(part, BLOCK_CHARS):
            n_records = tidy.n_records
            if n_records:
                done = (before + share * max(part.piece.size, 1)) / total
                block = Block(part, tidy.text, first, n_records, tidy.lines, done, tidy.text.count("\ufffd"))
                del tidy  # megabytes: whoever takes the block decides how long they live
                yield block
                del block
            first += n_records
        before += max(part.piece.size, 1)
