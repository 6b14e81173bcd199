"""Blocks of tidy text as Arrow tables of text columns, with the malformed records set aside."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from core.tables.names import BLANKS
from core.tables.reading import Block, Source, read_blocks
from core.tables.rejected import REJECTED_SCHEMA
from core.tables.tidy import BROKEN, SEPARATOR

MALFORMED = "malformed"
RECORD = "record_"  # the column of record numbers
BLOCK = "block"  # the name under which SQL sees a block

# pyarrow ships no types: its tables and arrays are Any here.
Table = Any
Array = Any


@dataclass(frozen=True)
class Parsed:
    """A block as text columns c0, c1, ... (null: blank), the records' numbers, and the malformed ones.

    The columns that fields use are there a second time as t0, t1, ..., without white space around the text, and
    null where they hold only a word for nothing, such as NULL.
    """

    source: Source
    block: Block
    table: Table
    records: Array
    malformed: tuple[tuple[int, str], ...]  # record number, text as it stood in the file

    @property
    def lines(self) -> Array:
        """For each record of the table, the line of its file in which it begins."""
        return pa.array(self.block.lines_of(self.records.to_numpy()))

    @property
    def sources(self) -> Array:
        """For each record of the table, the name of its file."""
        return pa.repeat(self.block.part.name, len(self.records))


def parsed_blocks(source: Source, places: Iterable[int | str]) -> Iterator[Parsed]:
    """Parse ``source`` one block ahead of the caller: reading and judging share two cores.

    Args:
        places: Where the columns that fields use are; constants among them are passed over.
    """
    blocks = read_blocks(source)
    used = sorted({place for place in places if isinstance(place, int)})

    def following() -> Parsed | None:
        block = next(blocks, None)
        return None if block is None else _parse(source, block, used)

    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(following)
        while (parsed := future.result()) is not None:
            future = pool.submit(following)
            yield parsed


def judge(connection: duckdb.DuckDBPyConnection, sql: str, parsed: Parsed) -> Table:
    """Run ``sql`` on the table of ``parsed``, named "block" there; the answer is in the same order, row for row.

    ``sql`` hands the column record_ through: further columns are joined by place, so the order is checked, not hoped.
    """
    connection.register(BLOCK, parsed.table.append_column(RECORD, parsed.records))
    try:
        judged = connection.sql(sql).to_arrow_table()
    finally:
        connection.unregister(BLOCK)
    if not _flat(judged[RECORD]).equals(parsed.records):
        judged = judged.sort_by(RECORD)
    if not _flat(judged[RECORD]).equals(parsed.records):
        raise RuntimeError(f"{parsed.source.name}: the records judged are not those read")
    return judged.drop_columns([RECORD])


def with_extra(judged: Table, parsed: Parsed, extra: Mapping[int, str]) -> Table:
    """``judged`` with the file's further columns, as they are, under the names in ``extra``."""
    for place, name in extra.items():
        judged = judged.append_column(name, parsed.table.column(place))
    return judged


def raw_text(source: Source, table: Table) -> Array:
    """Each record of text columns as one line of CSV."""
    mark = source.delimiter
    cells = []
    for column in table.columns[: source.n_columns]:
        special = pc.or_(pc.match_substring(column, mark), pc.match_substring(column, '"'))
        if pc.any(special).as_py():
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
            column = pc.if_else(special, quoted, column)
        cells.append(column)
    return pc.binary_join_element_wise(*cells, mark, null_handling="replace", null_replacement="")


def rejects_of(parsed: Parsed, reasons: Array) -> Table | None:
    """File, line, record, reason and raw text of each record of a block that was rejected; None where none was.

    Args:
        reasons: One a record of ``parsed.table``; null: kept.
    """
    numbers, given, raws = [], [], []
    if reasons.null_count < len(reasons):
        is_rejected = _flat(reasons.is_valid())
        numbers.append(parsed.records.filter(is_rejected))
        given.append(_flat(reasons.filter(is_rejected)))
        raws.append(_flat(raw_text(parsed.source, parsed.table.filter(is_rejected))))
    if parsed.malformed:
        records, texts = zip(*parsed.malformed, strict=True)
        numbers.append(pa.array(records, pa.int64()))
        given.append(pa.repeat(MALFORMED, len(records)))
        raws.append(pa.array(texts, pa.string()))
    if not numbers:
        return None
    record = pa.concat_arrays(numbers)
    line = pa.array(parsed.block.lines_of(record.to_numpy()))
    source = pa.repeat(parsed.block.part.name, len(record))
    return rejected_table(source, line, record, pa.concat_arrays(given), pa.concat_arrays(raws)).sort_by("record")


def rejected_table(sources: Array, lines: Array, records: Array, reasons: Array, raws: Array) -> Table:
    """Columns source, line, record, reason, raw."""
    return pa.table([sources, lines, records, reasons, raws], schema=pa.schema(list(REJECTED_SCHEMA)[1:]))


@lru_cache(maxsize=1)
def _blanks() -> Array:
    return pa.array(BLANKS)


def _content(column: Array) -> Array:
    """The text of a column without white space around it; null where that leaves nothing."""
    trimmed = pc.utf8_trim_whitespace(column)
    is_blank = pc.is_in(trimmed, value_set=_blanks())
    return pc.if_else(is_blank, None, trimmed) if pc.any(is_blank).as_py() else trimmed


def _flat(array: Array) -> Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _parse(source: Source, block: Block, used: Sequence[int]) -> Parsed:
    data = block.text.encode("utf-8", "replace")  # half of a surrogate pair has no place in UTF-8
    part = block.part
    names = [f"x{own}" if place is None else f"c{place}" for own, place in enumerate(part.places)]
    invalid: list[tuple[int, str]] = []

    def set_aside(row: Any) -> str:
        invalid.append((row.number - 1, row.text))
        return "skip"

    table = pacsv.read_csv(
        io.BytesIO(data),
        # Without threads pyarrow numbers the invalid rows; one block a call, so no row straddles two.
        pacsv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
        pacsv.ParseOptions(
            delimiter=SEPARATOR,
            quote_char=False,
            double_quote=False,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        ),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[f"c{place}" for place in range(source.n_columns)],  # in the order of the first part
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    for place in used:
        table = table.append_column(f"t{place}", _content(table.column(place)))
    numbers = np.arange(block.first, block.first + block.n_records, dtype=np.int64)
    records = pa.array(np.delete(numbers, [place for place, _ in invalid]))
    broken = SEPARATOR * part.n_columns + BROKEN
    malformed = tuple(
        (block.first + place, text.removesuffix(broken).replace(SEPARATOR, part.delimiter)) for place, text in invalid
    )
    return Parsed(source, replace(block, text=""), table, records, malformed)  # the text has had its day
