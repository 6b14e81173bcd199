"""
The one door to Parquet files of shoppers' rows: with ``TACT_DATA_KEY`` configured they are encrypted at rest.

Parquet's own modular encryption (AES-256-GCM, footer and pages) with a fresh key for each file, which is kept in the
file's footer wrapped by the data key. DuckDB 2.0 fails on such files where they have several row groups, and cannot
write them; so it is given Arrow's scan of the file as a view: columns and filters are pushed down, rows stream, and
nothing plain touches the disk. A plain file stays readable when a key is configured.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag

from core.errors import DataError
from core.store import file_keys
from core.store.data_key import data_key, locked

if TYPE_CHECKING:
    import pandas as pd  # 33 MB that an import of files does without

SEALED_MAGIC = b"PARE"  # how Parquet marks a file with an encrypted footer
BATCH_ROWS = 100_000
SEALED_MEMORY_LIMIT = "1GB"

# pyarrow ships no types: its tables, schemas, batches and writers are Any here.
Schema = Any
Writer = Any
Batch = Any


def parquet_writer(path: Path, schema: Schema) -> Writer:
    """A writer of row groups (``write_table``, ``close``)."""
    return pq.ParquetWriter(path, schema, compression="zstd", encryption_properties=_locks())


def write_frame(frame: "pd.DataFrame", path: Path) -> None:
    """Write a frame, without its index."""
    frame.to_parquet(path, index=False, encryption_properties=_locks())


def write_query(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    """Write what a query gives, in batches."""
    batches = connection.sql(sql).to_arrow_reader(BATCH_ROWS)
    with parquet_writer(path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def drop_rows(path: Path, is_gone: Callable[[Batch], Any]) -> int:
    """Rewrite a file without the rows for which ``is_gone`` is true; returns how many. Others keep place and type.

    The old file is replaced once the new one is whole; where no row goes, it is left as it is.

    Args:
        path: Of the file; encrypted or not.
        is_gone: Given a batch of rows, an Arrow array of booleans.
    """
    opener, gone = _opener(path), 0
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        file = pq.ParquetFile(path, decryption_properties=opener)
        with file, parquet_writer(draft, file.schema_arrow) as writer:
            for batch in file.iter_batches(BATCH_ROWS):
                kept = batch.filter(pc.invert(pc.fill_null(is_gone(batch), False)))
                gone += batch.num_rows - kept.num_rows
                writer.write_batch(kept)
        if gone:
            draft.chmod(path.stat().st_mode & 0o777)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return gone


def read_frame(path: Path, columns: list[str] | None = None) -> "pd.DataFrame":
    """Read a whole file, or some of its columns.

    Raises:
        SettingsError: it is encrypted, and the key is missing or another one.
        DataError: it is damaged.
    """
    import pandas as pd

    return pd.read_parquet(path, columns=columns, decryption_properties=_opener(path))


def connect(memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A database in memory for queries of such files, on two threads.

    Where a data key is configured it never spills, as DuckDB cannot encrypt that: it may then use up to a gigabyte.
    """
    config: dict[str, str | int] = {"threads": 2, "memory_limit": memory_limit}
    if data_key() is not None:
        config |= {"temp_directory": "", "memory_limit": SEALED_MEMORY_LIMIT}
    return duckdb.connect(config=config)


def create_view(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Make a file a view that SQL can read without loading it whole; it lasts as long as the connection.

    Raises:
        SettingsError: it is encrypted, and the key is missing or another one.
    """
    opener = _opener(path)
    if opener is None:
        quoted = str(path).replace("'", "''")
        connection.execute(f"create view {name} as select * from read_parquet('{quoted}')")
        return
    connection.register(name, _scan(path, opener))


def _scan(path: Path, opener: Any) -> Any:
    """Arrow's scan of a sealed file; words as dictionaries, which DuckDB counts in half the time."""
    import pyarrow.dataset as ds  # it brings pandas with it

    schema = pq.read_schema(path, decryption_properties=opener)
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    how = ds.ParquetFileFormat(
        read_options=ds.ParquetReadOptions(dictionary_columns=words),
        default_fragment_scan_options=ds.ParquetFragmentScanOptions(decryption_properties=opener),
    )
    return ds.dataset(path, format=how)


def _locks() -> Any | None:
    """What a writer encrypts with; None without a key."""
    key = data_key()
    return None if key is None else file_keys.writing(key)


def _opener(path: Path) -> Any | None:
    """What a reader decrypts with; None where the file is plain. The file's footer has been opened with it."""
    with path.open("rb") as file:
        if file.read(len(SEALED_MAGIC)) != SEALED_MAGIC:
            return None
    key = data_key()
    what = f"{path.name} in {path.parent.name}"
    if key is None:
        raise locked(what)
    opener = file_keys.reading(key)
    try:
        pq.read_metadata(path, decryption_properties=opener)
    except file_keys.OtherKey as error:
        raise locked(what, str(error)) from None
    except (OSError, InvalidTag, pa.ArrowException):
        raise DataError(f"{what} was changed or cut off since it was written. Import its files again.") from None
    return opener
