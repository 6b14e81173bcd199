"""The one door to Parquet files of shoppers' rows: written and read here, so that they can be encrypted at rest."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

# pyarrow ships no types: its tables, schemas and writers are Any here.
Schema = Any
Writer = Any


def parquet_writer(path: Path, schema: Schema) -> Writer:
    """A writer of row groups (``write_table``, ``close``)."""
    return pq.ParquetWriter(path, schema, compression="zstd")


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame, without its index."""
    frame.to_parquet(path, index=False)


def read_frame(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a whole file, or some of its columns."""
    return pd.read_parquet(path, columns=columns)


def create_view(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Make a file a view that SQL can read without loading it whole."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"create view {name} as select * from read_parquet('{quoted}')")
