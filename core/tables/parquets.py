"""Parquet files as tidy text: streamed batch by batch, whole numbers exact, times in ISO form."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.store.sealed import open_file
from core.tables.forms import Piece, damaged
from core.tables.tidy import SEPARATOR, TidyText

CELLS = 1 << 18  # of a batch
MAX_ROWS = 1 << 15
BUFFER_BYTES = 1 << 20  # read ahead of each column

_DAMAGE = (pa.ArrowException, OSError, ValueError, LookupError, OverflowError)


def parquet_columns(piece: Piece) -> tuple[str, ...]:
    """The names of its columns.

    Raises:
        DataError: the file is damaged.
    """
    try:
        with open_file(piece.path) as raw, pq.ParquetFile(raw) as file:
            return tuple(file.schema_arrow.names)
    except _DAMAGE as error:
        raise damaged(piece.name) from error


def parquet_chunks(piece: Piece) -> Iterator[tuple[TidyText, float]]:
    """All rows, numbered from 1, with the share of the rows that has been read.

    Raises:
        DataError: the file is damaged.
    """
    n_read = 0
    try:
        with open_file(piece.path) as raw, pq.ParquetFile(raw, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            n_rows = max(file.metadata.num_rows, 1)
            size = max(min(CELLS // max(len(file.schema_arrow.names), 1), MAX_ROWS), 1)
            for batch in file.iter_batches(batch_size=size, use_threads=False):
                text = _tidy(batch)
                start, n_read = n_read + 1, n_read + len(batch)
                yield TidyText(text, range(start, n_read + 1)), min(n_read / n_rows, 1.0)
    except _DAMAGE as error:
        raise damaged(piece.name) from error


def _tidy(batch: Any) -> str:
    cells = [_clean(_text(column)) for column in batch.columns]
    joined = pc.binary_join_element_wise(*cells, SEPARATOR, null_handling="replace", null_replacement="")
    return "\n".join(joined.to_pylist()) + "\n"


def _text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        # Without its zone a time is in UTC, as times with a zone become in every other form.
        text = column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
        return pc.replace_substring_regex(text, r"\.0+$", "")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_nested(kind):
        return pa.array([_plain(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _clean(column: Any) -> Any:
    if pc.any(pc.match_substring_regex(column, r"[\x00\x1e\x1f\r\n]")).as_py():
        column = pc.replace_substring_regex(column, r"[\x00\x1e\x1f]", "")
        column = pc.replace_substring_regex(column, r"[\r\n]", " ")
    return column
