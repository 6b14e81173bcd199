"""From the bytes of an uploaded file to tidy records, block by block; nothing is ever read whole."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.tables.encoding import detect_encoding
from core.tables.names import CODES, is_known

SEPARATOR = "\x1f"  # the ASCII unit separator: what cells are separated by in tidy text
BROKEN = "\x1e"  # ends a record with broken quotes, after as many separators as make it malformed
BLOCK_CHARS = 1 << 22
SAMPLE_CHARS = 1 << 20
HEAD_CHARS = 1 << 15  # of the sample, what decides on the delimiter
SAMPLE_RECORDS = 10_000
MAX_LINE_CHARS = 1 << 24
MAX_SPAN = 50  # lines that one quoted cell may span; beyond, its opening quote is taken for a mistake
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Source:
    """An uploaded file and how it is to be read.

    ``header`` holds the column names, or "#1", "#2", ... where the file has no header line;
    ``sample`` the first data records, for proposals.
    """

    path: Path
    encoding: str
    delimiter: str
    has_header: bool
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The file's name, as messages quote it."""
        return self.path.name

    @property
    def n_columns(self) -> int:
        """Cells that every record must have."""
        return len(self.header)


@dataclass(frozen=True)
class Block:
    """Some whole records: one line each, cells between ``SEPARATOR``, no quotes.

    ``first`` is the 1-based number of the first record among the data records of the file.
    """

    text: str
    first: int
    n_records: int
    read_share: float
    n_undecodable: int


def open_source(path: Path, *, has_header: bool | None = None) -> Source:
    """Find out how ``path`` is to be read: encoding, delimiter, header.

    Args:
        has_header: False where a mapping counts columns; None to find out.

    Raises:
        DataError: not there, empty, no text, or no record in it.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise DataError(f"The file {path} {what}. Check the path and try again.")
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline=None, errors="replace") as file:
        head = file.read(SAMPLE_CHARS)
        is_whole = not file.read(1)
    if not is_whole and "\n" in head:
        head = head[: head.rindex("\n") + 1]
    if not head.strip():
        raise DataError(f"{path.name} is empty. Export it again and check that it has a header line and rows.")
    delimiter = _detect_delimiter(head)
    tidy = Tidy(delimiter)
    lines = (tidy.feed(head) + tidy.finish()).split("\n")[: SAMPLE_RECORDS + 1]
    records = [tuple(line.split(SEPARATOR)) for line in lines if line]
    first = tuple(cell.strip().lstrip("\ufeff") for cell in records[0])
    if has_header is None:
        has_header = _looks_like_header(first)
    header = first if has_header else tuple(f"#{i + 1}" for i in range(len(first)))
    sample = tuple(records[1:] if has_header else records)
    if not sample:
        raise DataError(f"{path.name} has a header line but no rows. Export it again with its rows.")
    return Source(path, encoding, delimiter, has_header, header, sample)


def read_blocks(source: Source) -> Iterator[Block]:
    """Give the data records of ``source`` in order, in blocks of a few megabytes.

    Raises:
        DataError: a line of more than 16 million characters.
    """
    size = max(source.path.stat().st_size, 1)
    tidy = Tidy(source.delimiter, n_columns=source.n_columns)
    first, skip, carry = 1, source.has_header, ""
    with (
        source.path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding=source.encoding, newline=None, errors="replace") as file,
    ):
        while True:
            read = file.read(BLOCK_CHARS)
            lines, carry = _whole_lines(source, carry + read, is_last=not read)
            text = tidy.feed(lines) if read else tidy.feed(lines) + tidy.finish()
            if skip and text:
                text = text[text.index("\n") + 1 :]
                skip = False
            n_records = text.count("\n")
            if n_records:
                share = min(raw.tell() / size, 1.0)
                yield Block(text, first, n_records, share, text.count("\ufffd"))
            first += n_records
            if not read:
                return


def _whole_lines(source: Source, text: str, *, is_last: bool) -> tuple[str, str]:
    """Cut ``text`` after its last newline; at the end of the file everything is a line."""
    if is_last:
        return (text if not text or text.endswith("\n") else text + "\n"), ""
    cut = text.rfind("\n") + 1
    if len(text) - cut > MAX_LINE_CHARS:
        raise DataError(
            f"{source.name} has a line of more than {MAX_LINE_CHARS:,} characters. Export it again with one row a line."
        )
    return text[:cut], text[cut:]


class Tidy:
    """Turns lines of CSV into one line a record with cells between ``SEPARATOR``.

    Blank lines are skipped; a newline within a quoted cell becomes a space. A record with broken quotes
    keeps its first line only, made malformed by too many cells, and reading goes on at the next line.
    """

    def __init__(self, delimiter: str, n_columns: int = 1) -> None:
        self._delimiter = delimiter
        self._broken = SEPARATOR * n_columns + BROKEN
        self._open: list[str] = []  # lines of a record whose quoted cell is still open

    def feed(self, lines: str) -> str:
        """Take whole lines, give whole records; a record that is still open is kept for the next call."""
        for control in ("\x00", SEPARATOR, BROKEN):
            if control in lines:
                lines = lines.replace(control, "")
        if not self._open and '"' not in lines and "\n\n" not in lines and not lines.startswith("\n"):
            return lines.replace(self._delimiter, SEPARATOR)
        return self._line_by_line(lines.split("\n")[:-1])

    def finish(self) -> str:
        """Give what is still open at the end of the file: its first line is malformed."""
        done: list[str] = []
        while self._open:
            first, *rest = self._open
            self._open = []
            done.append(first.replace(self._delimiter, SEPARATOR) + self._broken + "\n")
            done.append(self._line_by_line(rest))
        return "".join(done)

    def _line_by_line(self, lines: list[str]) -> str:
        waiting = deque(lines)
        done: list[str] = []
        while waiting:
            line = waiting.popleft()
            if not self._open:
                if not line:
                    continue
                if '"' not in line or not (line.startswith('"') or self._delimiter + '"' in line):
                    done.append(line.replace(self._delimiter, SEPARATOR))  # a quote amid a cell is a character
                    continue
            self._open.append(line)
            if '"' not in line and len(self._open) <= MAX_SPAN:
                continue
            record, is_broken = self._close()
            if record is None and not is_broken and len(self._open) <= MAX_SPAN:
                continue
            if record is None:
                first, *rest = self._open
                waiting.extendleft(reversed(rest))
                record = first.replace(self._delimiter, SEPARATOR) + self._broken
            done.append(record)
            self._open = []
        return "\n".join(done) + "\n" if done else ""

    def _close(self) -> tuple[str | None, bool]:
        """The open lines as one record, or None while a quote is open; and whether no further line can mend it."""
        text = "\n".join(self._open)
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return None, "unexpected end" not in str(error)
        return SEPARATOR.join(rows[0]).replace("\n", " "), False


def _detect_delimiter(head: str) -> str:
    """The delimiter that gives the header several cells and most records as many as the header."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        tidy = Tidy(delimiter)
        lines = [line for line in tidy.feed(head[:HEAD_CHARS] + "\n").split("\n") if line][:200]
        if not lines:
            continue
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
