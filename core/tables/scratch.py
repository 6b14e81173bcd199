"""A dataset that lives as long as a ``with`` block: for commands that are given files of one's own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.progress import Report
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping


@contextmanager
def scratch_dataset(
    behavior: Path, products: Path | None, inside: Path, mapping: Mapping, report: Report
) -> Iterator[Dataset]:
    """Import two files into a folder under ``inside`` and delete it afterwards."""
    with tempfile.TemporaryDirectory(dir=inside) as folder:
        yield import_files(behavior, products, Path(folder) / "dataset", mapping=mapping, report=report)
