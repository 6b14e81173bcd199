"""The behaviour file: judged block by block, kept rows to Parquet, rejected ones with their reason."""

from collections.abc import Mapping as Names
from pathlib import Path
from typing import Any

import duckdb

from core.columns import Columns, Events, Uploads
from core.progress import Report
from core.store.parquet import create_view, parquet_writer
from core.tables.arrow import judge, parsed_blocks, rejects_of, with_extra
from core.tables.cleaning import REASON, behavior_sql, extra_columns, nothing_left
from core.tables.mapping import Mapping
from core.tables.reading import Source
from core.tables.rejected import RejectedWriter

FILE = "behavior"


def clean_behavior(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    places: Names[str, int | str],
    mapping: Mapping,
    path: Path,
    rejected: RejectedWriter,
    report: Report,
    *,
    has_catalogue: bool,
) -> dict[str, Any]:
    """Write the kept rows to ``path`` in the file's order; give the report of this file.

    Raises:
        DataError: no row can be used.
    """
    sql = behavior_sql(
        source, places, mapping.event_of_code(), whole_ids=mapping.whole_ids, has_catalogue=has_catalogue
    )
    extra = extra_columns(source, places)
    n_records = n_kept = n_undecodable = 0
    writer: Any = None
    try:
        for parsed in parsed_blocks(source, places.values()):
            judged = judge(connection, sql, parsed)
            reasons = judged[REASON]
            kept = with_extra(judged.drop_columns([REASON]), parsed, extra)
            if reasons.null_count < len(reasons):
                kept = kept.filter(reasons.is_null())
            if writer is None:
                writer = parquet_writer(path, kept.schema)
            if len(kept):
                writer.write_table(kept)
            rejected.write(FILE, rejects_of(parsed, reasons))
            n_records += parsed.block.n_records
            n_undecodable += parsed.block.n_undecodable
            n_kept += len(kept)
            report(parsed.block.read_share, f"Reading {source.name}: {n_records:,} rows")
    finally:
        if writer is not None:
            writer.close()
    counts = rejected.counts(FILE)
    if not n_kept:
        raise nothing_left(source, n_records, counts)
    check_identity(source, n_records, n_kept, counts)
    facts = {"rows_in": n_records, "rows_kept": n_kept, "rejected": counts, **how_read(source, n_undecodable)}
    return facts | _count(connection, path, has_time=Uploads.TIME in places)


def check_identity(source: Source, n_records: int, n_kept: int, reasons: Names[str, int]) -> None:
    """The reader's count of records against what was judged: a difference is a bug of ours, never a footnote."""
    if n_records != n_kept + sum(reasons.values()):
        raise RuntimeError(f"{source.name}: {n_records} records in, {n_kept} kept, {sum(reasons.values())} rejected")


def how_read(source: Source, n_undecodable: int) -> dict[str, Any]:
    """How a file was read, for its report."""
    facts = {"encoding": source.encoding, "delimiter": source.delimiter, "has_header": source.has_header}
    return facts | ({"undecodable_characters": n_undecodable} if n_undecodable else {})


def _count(connection: duckdb.DuckDBPyConnection, path: Path, *, has_time: bool) -> dict[str, Any]:
    create_view(connection, "kept_rows", path)
    counts = connection.execute(
        f"""select count(distinct {Columns.USER}), count(distinct {Columns.ITEM}),
            count_if({Columns.EVENT} = '{Events.PURCHASE}'), count_if({Columns.EVENT} = '{Events.VIEW}'),
            count({Columns.TIMESTAMP}), count(*), min({Columns.TIMESTAMP}), max({Columns.TIMESTAMP})
            from kept_rows"""
    ).fetchall()
    n_users, n_items, n_purchases, n_views, n_timed, n_rows, first, last = counts[0]
    time = {"mapped": has_time, "blank": n_rows - n_timed}
    if n_timed:
        time |= {"first": first.isoformat(sep=" "), "last": last.isoformat(sep=" ")}
    return {"users": n_users, "items": n_items, "purchases": n_purchases, "views": n_views, "time": time}
