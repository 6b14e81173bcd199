"""Excel workbooks (.xlsx) as tidy text: streamed row by row, each cell as the text that a person sees."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from core.errors import DataError
from core.store.sealed import open_file
from core.tables.forms import Piece, damaged
from core.tables.tidy import CONTROLS, SEPARATOR, TidyText

ROWS = 10_000  # of a chunk
MAX_ROWS = 1_048_576  # Excel's own limit: a damaged file may claim more
MAX_UNPACKED = 4 << 30
MAX_TEXTS = 256 << 20  # bytes of the table of texts, which is held in memory
TEXTS = "xl/sharedStrings.xml"
EXACT = 10**15  # Excel keeps 15 digits

_SPACED = str.maketrans({"\n": " ", "\r": " "} | dict.fromkeys(CONTROLS, ""))
_FORBIDDEN = ("\n", "\r", *CONTROLS)


def sheet_names(piece: Piece) -> tuple[str, ...]:
    """The sheets of a workbook, in order.

    Raises:
        DataError: the workbook is damaged, locked or too large.
    """
    with _opened(piece) as (workbook, _):
        return tuple(workbook.sheetnames)


def workbook_chunks(piece: Piece, sheet: str | None, n_columns: int | None) -> Iterator[tuple[TidyText, float]]:
    """The rows of a sheet that are not blank, with the share of the file that has been read.

    Args:
        n_columns: Cells a record must have: blank ones are added or left out at its end; None: those of the first row.

    Raises:
        DataError: as ``sheet_names``, or a sheet that is not there.
    """
    with _opened(piece) as (workbook, raw):
        try:
            rows = _rows(workbook, sheet)
        except (
            Exception
        ) as error:  # the parser meets bytes of anybody's making: whatever it raises, the file is at fault
            raise damaged(piece.name) from error
        first = 1
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of styles and dates that do not matter here
                    some = list(islice(rows, ROWS))
            except Exception as error:  # as above
                raise damaged(piece.name) from error
            if not some:
                return
            if first + len(some) - 1 > MAX_ROWS:
                raise damaged(piece.name)
            chunk, n_columns = _tidy(some, first, n_columns)
            first += len(some)
            yield chunk, min(raw.tell() / max(piece.size, 1), 1.0)


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, times in ISO form, others to the 15 digits that Excel keeps.

    Example:
        >>> cell_text(14075.0), cell_text(0.1 + 0.2), cell_text(datetime(2010, 12, 1, 8, 26)), cell_text(None)
        ('14075', '0.3', '2010-12-01 08:26:00', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.translate(_SPACED) if any(mark in value for mark in _FORBIDDEN) else value
    if isinstance(value, float):
        digits = f"{value:.15g}"
        return str(int(Decimal(digits))) if value.is_integer() else repr(float(digits))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | datetime | date) else str(value).translate(_SPACED)


def _rows(workbook: Any, sheet: str | None) -> Iterator[tuple[Any, ...]]:
    table = workbook[sheet or workbook.sheetnames[0]]
    table.reset_dimensions()  # what the file says of them may be wrong
    rows: Iterator[tuple[Any, ...]] = table.iter_rows(values_only=True)
    return rows


def _tidy(rows: list[tuple[Any, ...]], first: int, n_columns: int | None) -> tuple[TidyText, int | None]:
    records: list[str] = []
    numbers: list[int] = []
    n_rounded = 0
    for number, row in enumerate(rows, first):
        cells = [cell_text(value) for value in row]
        n_rounded += sum(isinstance(value, float) and abs(value) >= EXACT for value in row)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        n_columns = n_columns or len(cells)
        cells.extend([""] * (n_columns - len(cells)))
        records.append(SEPARATOR.join(cells))
        numbers.append(number)
    text = "\n".join(records) + "\n" if records else ""
    return TidyText(text, np.array(numbers, dtype=np.int64), n_rounded), n_columns


@contextmanager
def _opened(piece: Piece) -> Iterator[tuple[Any, BinaryIO]]:
    import openpyxl  # 8 MB that no other form needs

    with open_file(piece.path) as raw:
        try:
            with zipfile.ZipFile(raw) as archive:
                sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sum(sizes.values()) > MAX_UNPACKED or sizes.get(TEXTS, 0) > MAX_TEXTS:
                raise DataError(f"{piece.name} is too large for an Excel workbook. Save its sheet as “CSV UTF-8”.")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                workbook = openpyxl.load_workbook(raw, read_only=True, data_only=True, keep_links=False)
        except DataError:
            raise
        except Exception as error:  # the parser meets bytes of anybody's making
            raise damaged(piece.name) from error
        try:
            yield workbook, raw
        finally:
            workbook.close()
