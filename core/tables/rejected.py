"""Where rejected rows go: one Parquet file with the row as it was, and the counts by reason."""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from core.store.parquet import parquet_writer

REJECTED_SCHEMA = pa.schema(
    [
        ("file", pa.string()),  # "behavior" or "products"
        ("source", pa.string()),  # the name of the file that the row stood in
        ("line", pa.int64()),  # in that file, of the first line of the record; the row of a sheet or a Parquet file
        ("record", pa.int64()),  # among all data records of the upload
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)


class RejectedWriter:
    """Writes rejected rows of both files as they come, and counts them."""

    def __init__(self, path: Path) -> None:
        self._writer: Any = parquet_writer(path, REJECTED_SCHEMA)
        self._counts: dict[str, Counter[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, file: str, rejects: Any | None) -> None:
        """Add rejected rows of ``file`` ("behavior" or "products"): a table of source, line, record, reason, raw."""
        if rejects is None or not len(rejects):
            return
        self._writer.write_table(rejects.add_column(0, "file", pa.array([file] * len(rejects))))
        counts = Counter({found["values"]: found["counts"] for found in pc.value_counts(rejects["reason"]).to_pylist()})
        self._counts.setdefault(file, Counter()).update(counts)

    def counts(self, file: str) -> dict[str, int]:
        """How many rows of ``file`` were rejected for each reason, the commonest first."""
        return dict(self._counts.get(file, Counter()).most_common())
