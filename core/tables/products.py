"""The product file, or a pasted list of products: the public catalogue."""

from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from core.columns import Columns, Uploads
from core.errors import DataError
from core.progress import Report
from core.store.parquet import write_query
from core.tables.arrow import (
    RECORD,
    Parsed,
    Table,
    judge,
    parsed_blocks,
    raw_text,
    rejected_table,
    rejects_of,
    with_extra,
)
from core.tables.behavior import check_identity, decimals_facts, how_read
from core.tables.cleaning import DUPLICATE_PRODUCT, REASON, decimals_of, extra_columns, nothing_left, products_sql
from core.tables.mapping import Mapping
from core.tables.reading import Source
from core.tables.rejected import RejectedWriter

FILE = "products"
RAW, SOURCE, LINE = "raw_", "source_", "line_"  # columns of the work table
FEATURES = (Columns.CATEGORY, Columns.PRICE, Columns.RATING, Columns.TEXT)


@dataclass(frozen=True)
class Catalogue:
    """What became of the products: the report, and which of ``FEATURES`` are not blank throughout.

    The table ``catalogue_items`` of the connection holds the item ids afterwards.
    """

    report: dict[str, Any]
    columns: tuple[str, ...]
    kind: Literal["file", "list"]


def clean_products(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    places: Names[str, int | str],
    mapping: Mapping,
    path: Path,
    rejected: RejectedWriter,
    report: Report,
) -> Catalogue:
    """Write the catalogue to ``path``: one row a product, the first of several, in the file's order.

    A price or rating that is no number of at least 0 is blanked and counted; the product stays.

    Raises:
        DataError: no product can be used.
    """
    decimals = decimals_of(source, places, (Uploads.PRICE, Uploads.RATING))
    sql = products_sql(places, mapping, decimals)
    extra = extra_columns(source, places)
    n_records = n_undecodable = 0
    for parsed in parsed_blocks(source, places.values()):
        judged = judge(connection, sql, parsed)
        rejected.write(FILE, rejects_of(parsed, judged[REASON]))
        _append(connection, with_extra(judged, parsed, extra), parsed, is_first=not n_records)
        n_records += parsed.block.n_records
        n_undecodable += parsed.block.n_undecodable
        report(parsed.block.read_share, f"Reading {source.name}: {n_records:,} rows")
    rejected.write(FILE, _set_duplicates_aside(connection))
    reasons = rejected.counts(FILE)
    n_kept, columns, blanked = _write(connection, path)
    if not n_kept:
        raise nothing_left(source, n_records, reasons)
    check_identity(source, n_records, n_kept, reasons)
    facts = {"rows_in": n_records, "rows_kept": n_kept, "rejected": reasons, **how_read(source, n_undecodable)}
    facts |= {"decimals": {field: decimals_facts(found) for field, found in decimals.items()}} if decimals else {}
    return Catalogue(facts | {"items": n_kept, "blanked": blanked}, columns, "file")


def list_products(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], path: Path, *, fold_case: bool = False
) -> Catalogue:
    """Write a catalogue of ids alone, each once (in capitals with ``fold_case``), blank ones left out and counted.

    Raises:
        DataError: no id in the list.
    """
    trimmed = [identifier.strip().upper() if fold_case else identifier.strip() for identifier in ids]
    unique = list(dict.fromkeys(identifier for identifier in trimmed if identifier))
    if not unique:
        raise DataError("The list of products is empty. Paste one product id a line, or go on without a list.")
    n_blank = trimmed.count("")
    rejected = {"missing_product": n_blank, DUPLICATE_PRODUCT: len(trimmed) - n_blank - len(unique)}
    blanks = ", ".join(
        f"null::{kind} as {name}"
        for name, kind in zip(Columns.CATALOGUE[1:], ("varchar", "double", "double", "varchar", "varchar"), strict=True)
    )
    connection.execute(f"create table catalogue_items as select unnest(?::varchar[]) as {Columns.ITEM}", [unique])
    write_query(connection, f"select {Columns.ITEM}, {blanks} from catalogue_items", path)
    report = {
        "rows_in": len(trimmed),
        "rows_kept": len(unique),
        "rejected": {reason: n for reason, n in rejected.items() if n},
        "encoding": "pasted",
        "items": len(unique),
        "blanked": {},
    }
    return Catalogue(report, (), "list")


def _append(connection: duckdb.DuckDBPyConnection, judged: Table, parsed: Parsed, *, is_first: bool) -> None:
    numbered = judged.append_column(RECORD, parsed.records).append_column(RAW, raw_text(parsed.source, parsed.table))
    numbered = numbered.append_column(SOURCE, parsed.sources).append_column(LINE, parsed.lines)
    kept = numbered.filter(judged[REASON].is_null()).drop_columns([REASON])
    connection.register("kept", kept)
    connection.execute(
        "create table products as select * from kept" if is_first else "insert into products select * from kept"
    )
    connection.unregister("kept")


def _set_duplicates_aside(connection: duckdb.DuckDBPyConnection) -> Table:
    """Keep the first record of each product; give the others."""
    connection.execute(
        f"create table firsts as select min({RECORD}) as {RECORD}, {Columns.ITEM} from products group by {Columns.ITEM}"
    )
    later = f"from products where {RECORD} not in (select {RECORD} from firsts)"
    columns = f"{SOURCE}, {LINE}, {RECORD}, '{DUPLICATE_PRODUCT}', {RAW}"
    found = connection.sql(f"select {columns} {later} order by {RECORD}").to_arrow_table()
    connection.execute(f"delete {later}")
    connection.execute(f"create table catalogue_items as select {Columns.ITEM} from firsts")
    return rejected_table(*found.columns)


def _write(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, tuple[str, ...], dict[str, int]]:
    counts = ", ".join(f"count({name})" for name in FEATURES)
    found = connection.execute(
        f"select count(*), {counts}, count_if(bad_price_), count_if(bad_rating_) from products"
    ).fetchall()
    n_kept, *n_filled, bad_price, bad_rating = found[0]
    own = f"{RECORD}, {RAW}, {SOURCE}, {LINE}, bad_price_, bad_rating_"
    kept = f"select * exclude ({own}) from products order by {RECORD}"
    write_query(connection, kept, path)
    columns = tuple(name for name, n in zip(FEATURES, n_filled, strict=True) if n)
    blanked = {name: n for name, n in ((Columns.PRICE, bad_price), (Columns.RATING, bad_rating)) if n}
    return n_kept, columns, blanked
