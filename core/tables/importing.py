"""Import: two uploaded files become a dataset, out of core, and every row is accounted for."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Names
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from core.columns import Uploads
from core.errors import NoSpace
from core.progress import Report, part, silent
from core.store.data_key import data_key
from core.tables import dataset as names
from core.tables.behavior import clean_behavior
from core.tables.dataset import Dataset, Schema
from core.tables.mapping import Mapping, refuse_swapped, resolve
from core.tables.products import Catalogue, clean_products, list_products
from core.tables.reading import Source, open_source
from core.tables.rejected import RejectedWriter

MEMORY_LIMIT = 256  # MB; blocks are a few megabytes; only counts and duplicates among products need room
USUAL_COLUMNS = 500  # of the wider file; what DuckDB judges at once is 2,048 rows on each thread, of all columns
MB_PER_COLUMN = 0.4  # beyond these
SEALED_MEMORY_LIMIT = 1_000  # MB; with a data key nothing spills, so that products and counts have to fit
SHARE_OF_PRODUCTS = 0.1  # of the progress bar


def import_files(
    behavior: Path | Sequence[Path],
    products: Path | Sequence[Path] | None,
    out: Path,
    *,
    mapping: Mapping = Mapping(),  # noqa: B008 - frozen
    product_list: Sequence[str] | None = None,
    report: Report = silent,
) -> Dataset:
    """Clean two tables, each one file or several, into the dataset folder ``out``; an earlier one there is replaced.

    Every record is kept or counted under exactly one reason. Repeated events are kept (a person buys twice) unless
    a rule of the mapping rejects them.
    Without ``products``, ``product_list`` may name the products that are public.

    Raises:
        DataError: a file is wrong as a whole; nothing was written.
        NoSpace: it takes more memory than an import may; nothing was written.
        RunCancelled: from ``report``; nothing was written.
    """
    first = open_source(behavior, reading=mapping.reading_of("behavior"))
    second = open_source(products, reading=mapping.reading_of("products")) if products else None
    if second:
        refuse_swapped(first, second)
    places = resolve(first, "behavior", mapping.behavior)
    product_places = resolve(second, "products", mapping.products) if second else {}
    n_columns = max(first.n_columns, second.n_columns if second else 0)
    with _folder_beside(out) as work, _connect(work, n_columns) as connection:
        with RejectedWriter(work / names.REJECTED_FILE) as rejected:
            catalogue: Catalogue | None = None
            path = work / names.CATALOGUE_FILE
            if second:
                steps = part(report, 0, SHARE_OF_PRODUCTS)
                catalogue = clean_products(connection, second, product_places, mapping, path, rejected, steps)
            elif product_list is not None:
                catalogue = list_products(connection, product_list, path, fold_case=mapping.rules.fold_case)
            steps = part(report, SHARE_OF_PRODUCTS, 0.95)
            path = work / names.INTERACTIONS_FILE
            has_catalogue = catalogue is not None
            facts = clean_behavior(
                connection, first, places, mapping, path, rejected, steps, has_catalogue=has_catalogue
            )
        schema = _schema(facts, catalogue, second, product_places, mapping)
        counts = {"behavior": facts, "products": catalogue.report if catalogue else None}
        (work / names.REPORT_FILE).write_text(json.dumps(counts, ensure_ascii=False, indent=1), encoding="utf-8")
        (work / names.SCHEMA_FILE).write_text(schema.to_json(), encoding="utf-8")
        report(0.98, "Writing the tables")
        _move_into(work, out)
    report(1.0, "Imported")
    return Dataset.open(out)


def _schema(
    facts: Names[str, Any],
    catalogue: Catalogue | None,
    source: Source | None,
    places: Names[str, int | str],
    mapping: Mapping,
) -> Schema:
    columns = catalogue.columns if catalogue else ()
    computed = mapping.computed_columns()
    texts = [places[name] for name in Uploads.TEXTS if name in places]
    return Schema(
        has_time=facts["time"]["blank"] < facts["rows_kept"],
        columns=columns,
        text_sources=tuple(source.header[place] for place in texts if isinstance(place, int)) if source else (),
        published=tuple(name for name in columns if name not in computed),
        computed=tuple(name for name in columns if name in computed),
        catalogue=catalogue.kind if catalogue else "none",
    )


@contextmanager
def _folder_beside(out: Path) -> Iterator[Path]:
    """A working folder on the file system of ``out``, gone afterwards; nothing else is made."""
    place = next(folder for folder in out.absolute().parents if folder.exists())
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-import-", dir=place))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _connect(work: Path, n_columns: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in ``work`` with a memory ceiling, that can read and write nothing outside it.

    With a data key it is in memory and never spills: what DuckDB 2.0 writes cannot be encrypted without an
    extension from the network.
    """
    spill = work / "spill"
    spill.mkdir()
    is_sealed = data_key() is not None
    limit = int(MEMORY_LIMIT + MB_PER_COLUMN * max(n_columns - USUAL_COLUMNS, 0))
    limit = max(limit, SEALED_MEMORY_LIMIT) if is_sealed else limit
    connection = duckdb.connect(
        ":memory:" if is_sealed else spill / "work.duckdb",
        config={
            "memory_limit": f"{limit}MB",
            "threads": 2,
            "temp_directory": "" if is_sealed else str(spill),
            "autoinstall_known_extensions": False,
        },
    )
    try:
        connection.execute(f"set allowed_directories=['{str(work).replace(chr(39), chr(39) * 2)}']")
        connection.execute("set enable_external_access=false")
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise NoSpace(
            f"The files take more than the {limit:,} MB of memory that an import may use. Import them in smaller "
            "parts, or with fewer columns."
        ) from error
    finally:
        connection.close()


def _move_into(work: Path, out: Path) -> None:
    """Put the finished tables in place, the schema last: without it a folder is no dataset."""
    shutil.rmtree(work / "spill", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / names.SCHEMA_FILE).unlink(missing_ok=True)
    (out / names.CATALOGUE_FILE).unlink(missing_ok=True)
    for file in sorted(work.iterdir(), key=lambda file: file.name == names.SCHEMA_FILE):
        os.replace(file, out / file.name)
