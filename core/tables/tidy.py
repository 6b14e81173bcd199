"""From lines of CSV to tidy text: one line a record, cells between ``SEPARATOR``, and the line each record began in."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEPARATOR = "\x1f"  # the ASCII unit separator: what cells are separated by in tidy text
BROKEN = "\x1e"  # ends a record with broken quotes, after as many separators as make it malformed
CONTROLS = ("\x00", SEPARATOR, BROKEN)  # never part of a cell
MAX_SPAN = 50  # line ends that one record may hold; beyond, its opening quote is taken for a mistake

Lines = range | NDArray[np.int64]
"""For each record the 1-based line of its file in which it begins."""


@dataclass(frozen=True)
class TidyText:
    """Whole records, each ended by a newline, and their lines; of a workbook also the numbers that Excel rounded."""

    text: str
    lines: Lines
    n_rounded: int = 0

    @property
    def n_records(self) -> int:
        """How many records there are: newlines, counted before anybody parses or judges."""
        return self.text.count("\n")


class Tidy:
    """Turns lines of CSV into tidy text, at the speed of C where quotes are whole.

    Blank lines are skipped and counted as lines; a newline within a quoted cell becomes a space. A record with
    broken quotes keeps its first line only, made malformed by too many cells, and reading goes on at the next line.
    """

    def __init__(self, delimiter: str, n_columns: int = 1) -> None:
        self._delimiter = delimiter
        self._broken = SEPARATOR * n_columns + BROKEN
        self._open = ""  # lines of a record whose quoted cell is still open
        self._line = 1  # the number of the first of them, or else of the next line

    def feed(self, lines: str) -> TidyText:
        """Take whole lines, give whole records; a record that is still open is kept for the next call."""
        for control in CONTROLS:
            if control in lines:
                lines = lines.replace(control, "")
        text = self._open + lines
        if '"' not in text and "\n\n" not in text and not text.startswith("\n"):
            return self._plain(text.replace(self._delimiter, SEPARATOR))
        if not self._open:
            unquoted = self._wholly_quoted(text)
            if unquoted is not None:
                return self._plain(unquoted)
        return self._record_by_record(text, is_last=False)

    def finish(self) -> TidyText:
        """Give what is still open at the end of the file: its first line is malformed."""
        return self._record_by_record(self._open, is_last=True)

    def _plain(self, text: str) -> TidyText:
        """Every line is a record."""
        start = self._line
        self._line += text.count("\n")
        return TidyText(text, range(start, self._line))

    def _wholly_quoted(self, text: str) -> str | None:
        """``text`` as tidy text where every cell is quoted and holds neither quotes nor newlines; else None.

        Where taking out all that joins two quoted cells leaves no quote, it can be read in no other way.
        """
        if not (text.startswith('"') and text.endswith('"\n')):
            return None
        bare = text[1:-2].replace('"\n"', "\n")
        n_joins = (len(text) - 3 - len(bare)) // 2
        bare = bare.replace(f'"{self._delimiter}"', SEPARATOR)
        return None if '"' in bare or bare.count("\n") != n_joins else bare + "\n"

    def _record_by_record(self, text: str, *, is_last: bool) -> TidyText:
        lines = io.StringIO(text).readlines()
        done: list[str] = []
        starts: list[int] = []
        place = 0
        while place < len(lines):
            place = self._whole_records(lines, place, done, starts)
            rest = len(lines) - place
            if not rest or (not is_last and rest <= MAX_SPAN and self._is_open("".join(lines[place:]))):
                break
            done.append(self._odd_record(lines[place].removesuffix("\n")))
            starts.append(place)
            place += 1
        numbers = np.array(starts, dtype=np.int64) + self._line
        self._open = "".join(lines[place:])
        self._line += place
        return TidyText("\n".join(done) + "\n" if done else "", numbers)

    def _whole_records(self, lines: list[str], place: int, done: list[str], starts: list[int]) -> int:
        """Append records from ``place`` on until one has broken quotes or stays open; give the place of that one."""

        def following() -> Iterator[str]:
            for number in range(place, len(lines)):
                if number - start > MAX_SPAN:
                    return
                yield lines[number]

        start = place
        reader = csv.reader(following(), delimiter=self._delimiter, strict=True)
        try:
            for row in reader:
                after = place + reader.line_num
                if row:
                    record = SEPARATOR.join(row)
                    done.append(record if after - start == 1 else record.replace("\n", " "))
                    starts.append(start)
                start = after
        except csv.Error:
            pass
        return start

    def _is_open(self, text: str) -> bool:
        """True where further lines may still close a quote."""
        try:
            list(csv.reader(io.StringIO(text), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def _odd_record(self, line: str) -> str:
        """A line that the CSV parser refuses: a cell too long for it, or broken quotes."""
        record = line.replace(self._delimiter, SEPARATOR)
        has_quoted_cell = line.startswith('"') or self._delimiter + '"' in line
        return record + self._broken if has_quoted_cell else record
