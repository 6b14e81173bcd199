"""Blocks of tidy text to Arrow tables of text columns, with the malformed records set aside."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from core.tables.cleaning import MALFORMED, RAW, REASON, RECORD
from core.tables.reading import SEPARATOR, Block, Source, read_blocks
from core.tables.rejected import Reject


@dataclass(frozen=True)
class Parsed:
    """A block as a table: text columns c0, c1, ... and the record number; and its malformed records."""

    block: Block
    table: Any  # pyarrow.Table
    malformed: tuple[tuple[int, str], ...]  # record number, text as it stood in the file


def parsed_blocks(source: Source) -> Iterator[Parsed]:
    """Parse ``source`` one block ahead of the caller: reading and judging share two cores."""
    blocks = read_blocks(source)

    def following() -> Parsed | None:
        block = next(blocks, None)
        return None if block is None else _parse(source, block)

    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(following)
        while (parsed := future.result()) is not None:
            future = pool.submit(following)
            yield parsed


def _parse(source: Source, block: Block) -> Parsed:
    data = block.text.encode("utf-8")
    names = [f"c{place}" for place in range(source.n_columns)]
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
        pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    numbers = np.arange(block.first, block.first + block.n_records, dtype=np.int64)
    kept = np.delete(numbers, [place for place, _ in invalid])
    malformed = tuple(
        (block.first + place, text.rstrip(SEPARATOR).replace(SEPARATOR, source.delimiter)) for place, text in invalid
    )
    return Parsed(block, table.append_column(RECORD, pa.array(kept)), malformed)


def query(connection: duckdb.DuckDBPyConnection, sql: str, block: Any) -> Any:
    """Run ``sql`` on the Arrow table ``block`` and give the answer as an Arrow table, in the same order."""
    connection.register("block", block)
    try:
        return connection.sql(sql).to_arrow_table()
    finally:
        connection.unregister("block")


def rejects_of(parsed: Parsed, judged: Any) -> list[Reject]:
    """(record, reason, raw) of every record of a block that was not kept."""
    rejected = (
        judged.filter(judged[REASON].is_valid()) if judged[REASON].null_count < len(judged) else judged.slice(0, 0)
    )
    return [
        *zip(*(rejected[name].to_pylist() for name in (RECORD, REASON, RAW)), strict=True),
        *((record, MALFORMED, text) for record, text in parsed.malformed),
    ]


def kept_of(judged: Any) -> Any:
    """The records of a judged block that were kept, without the columns about rejection."""
    kept = judged.filter(judged[REASON].is_null()) if judged[REASON].null_count < len(judged) else judged
    return kept.drop_columns([name for name in (RECORD, REASON, RAW) if name in kept.column_names])
