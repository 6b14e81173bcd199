"""The behaviour file: judged block by block, kept rows to Parquet, rejected ones with their reason."""

import shutil
from collections.abc import Iterator
from collections.abc import Mapping as Names
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from core.columns import Columns, Events, Uploads
from core.progress import Report, part
from core.store.parquet import create_view, parquet_writer
from core.tables.arrow import Parsed, Table, parsed_blocks, rejects_of, with_extra
from core.tables.behind import Behind
from core.tables.cleaning import REASON, Judging, extra_columns, judge_behavior, nothing_left
from core.tables.mapping import Mapping
from core.tables.money import Decimals
from core.tables.reading import Source
from core.tables.rejected import RejectedWriter
from core.tables.repeats import RepeatFinder
from core.tables.tallies import RuleTally

FILE = "behavior"
SHARE_OF_REPEATS = 0.4  # of the progress, where repeats are looked for before


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

    Only with the rule on duplicates is the file read twice.

    Raises:
        DataError: no row can be used.
    """
    judging = judge_behavior(source, places, mapping, has_catalogue=has_catalogue)
    tally = RuleTally(connection, mapping.rules, judging)
    extra = extra_columns(source, places, Uploads.RULE_FIELDS)
    n_records = n_undecodable = 0
    with _Rows(path, rejected) as rows, Behind() as behind:
        for parsed in _blocks(connection, source, places, mapping, path.parent, report):
            judged = with_extra(tally.judge(parsed), parsed, extra)
            behind.run(partial(rows.write, judged, parsed))
            n_records += parsed.block.n_records
            n_undecodable += parsed.block.n_undecodable
    n_kept = rows.n_kept
    counts = rejected.counts(FILE)
    if not n_kept:
        raise nothing_left(source, n_records, counts)
    check_identity(source, n_records, n_kept, counts)
    facts = {"rows_in": n_records, "rows_kept": n_kept, "rejected": counts, **how_read(source, n_undecodable)}
    facts |= {"rules": tally.report(counts)} | _decimals_of_prices(judging)
    return facts | _count(connection, path, has_time=Uploads.TIME in places)


class _Rows:
    """Kept rows to one file, rejected ones to the other; not to be used while a block is still being written."""

    def __init__(self, path: Path, rejected: RejectedWriter) -> None:
        self._path = path
        self._rejected = rejected
        self._writer: Any = None
        self.n_kept = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, judged: Table, parsed: Parsed) -> None:
        """Write a judged block."""
        reasons = judged[REASON]
        kept = judged.drop_columns([REASON])
        if reasons.null_count < len(reasons):
            kept = kept.filter(reasons.is_null())
        if self._writer is None:
            self._writer = parquet_writer(self._path, kept.schema)
        if len(kept):
            self._writer.write_table(kept)
        self._rejected.write(FILE, rejects_of(parsed, reasons))
        self.n_kept += len(kept)


def _blocks(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    places: Names[str, int | str],
    mapping: Mapping,
    folder: Path,
    report: Report,
) -> Iterator[Parsed]:
    """The blocks of a file, with the column that tells repeats where a rule asks for it."""
    repeats: RepeatFinder | None = None
    if mapping.rules.duplicates:
        repeats = _find_repeats(connection, source, folder / "repeats", part(report, 0, SHARE_OF_REPEATS))
        report = part(report, SHARE_OF_REPEATS, 1)
    n_records = 0
    for parsed in parsed_blocks(source, places.values()):
        yield repeats.mark(parsed) if repeats else parsed
        n_records += parsed.block.n_records
        report(parsed.block.read_share, f"Reading {source.name}: {n_records:,} rows")


def _find_repeats(connection: duckdb.DuckDBPyConnection, source: Source, folder: Path, report: Report) -> RepeatFinder:
    finder = RepeatFinder(connection, folder, source.n_columns)
    n_records = 0
    try:
        for parsed in parsed_blocks(source, ()):
            finder.add(parsed)
            n_records += parsed.block.n_records
            report(parsed.block.read_share, f"Looking for duplicates in {source.name}: {n_records:,} rows")
        finder.find()
    finally:
        finder.close()
        shutil.rmtree(folder, ignore_errors=True)
    return finder


def _decimals_of_prices(judging: Judging) -> dict[str, Any]:
    return {} if judging.prices is None else {"decimals": {Uploads.PRICE: decimals_facts(judging.prices)}}


def decimals_facts(found: Decimals) -> dict[str, Any]:
    """How the decimals of a column were read, for the report of its file."""
    return {"mark": found.mark, "ambiguous_in_sample": found.n_ambiguous, "told_by_sample": found.is_told}


def check_identity(source: Source, n_records: int, n_kept: int, reasons: Names[str, int]) -> None:
    """The reader's count of records against what was judged: a difference is a bug of ours, never a footnote."""
    if n_records != n_kept + sum(reasons.values()):
        raise RuntimeError(f"{source.name}: {n_records} records in, {n_kept} kept, {sum(reasons.values())} rejected")


def how_read(source: Source, n_undecodable: int) -> dict[str, Any]:
    """How a file was read, for its report."""
    return source.facts() | ({"undecodable_characters": n_undecodable} if n_undecodable else {})


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
