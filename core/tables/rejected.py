"""Where rejected rows go: one Parquet file with the row as it was, and the counts by reason."""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

Reject = tuple[int, str, str]
"""Record number (1-based, the header not counted), reason, the row as text."""

SCHEMA = pa.schema([("file", pa.string()), ("record", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])


class RejectedWriter:
    """Writes rejected rows of both files as they come, and counts them."""

    def __init__(self, path: Path) -> None:
        self._writer: Any = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._counts: dict[str, Counter[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, file: str, rejects: list[Reject]) -> None:
        """Add rejected rows of ``file`` ("behavior" or "products")."""
        if not rejects:
            return
        records, reasons, raws = zip(*sorted(rejects), strict=True)
        table = pa.table([[file] * len(rejects), list(records), list(reasons), list(raws)], schema=SCHEMA)
        self._writer.write_table(table)
        self._counts.setdefault(file, Counter()).update(reasons)

    def counts(self, file: str) -> dict[str, int]:
        """How many rows of ``file`` were rejected for each reason, the commonest first."""
        return dict(self._counts.get(file, Counter()).most_common())
