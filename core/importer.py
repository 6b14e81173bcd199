"""What a person can do with files: upload, propose, import, look at what was rejected, delete."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pandas as pd

from core.errors import SettingsError
from core.progress import Report, silent
from core.runs.forgetting import forget_dataset
from core.runs.queue import Runs
from core.store.home import Home
from core.store.uploads import save_upload
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping, Proposal, propose
from core.tables.shelf import find_dataset, unregister


class Importer:
    """One home, seen by whoever brings a shop's files."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._queue = Runs(home)

    def save_upload(self, file: BinaryIO, name: str) -> Path:
        """Stream an upload to disk, into a folder of its own; it keeps what is harmless of its name."""
        return save_upload(self.home, file, name)

    def propose(self, behavior: Path, products: Path | None) -> Proposal:
        """How two files would be read."""
        return propose(behavior, products)

    def submit_import(
        self,
        name: str,
        behavior: Path,
        products: Path | None,
        mapping: Mapping,
        product_list: Sequence[str] | None = None,
    ) -> str:
        """Queue the import of two files; the run's facts name the dataset once it is done."""
        settings = {
            "name": name,
            "behavior": str(behavior),
            "products": str(products) if products else None,
            "mapping": mapping.model_dump(mode="json"),
            "product_list": list(product_list) if product_list is not None else None,
        }
        return self._queue.submit("import", name, None, settings, self.home.datasets_folder / uuid4().hex)

    def rejected(self, dataset_id: str, limit: int = 1_000) -> pd.DataFrame:
        """The first rejected rows, with reason and record number."""
        return Dataset.open(find_dataset(self.home, dataset_id).folder).rejected().head(limit)

    def rejected_csv(self, dataset_id: str) -> bytes:
        """All rejected rows as a CSV file."""
        return Dataset.open(find_dataset(self.home, dataset_id).folder).rejected().to_csv(index=False).encode()

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete every file with its shoppers, and its row. Releases stay, and so does what was spent."""
        info = find_dataset(self.home, dataset_id)
        if any(run.dataset == dataset_id and run.is_active for run in self._queue.list()):
            raise SettingsError("A study of this dataset is still running. Cancel it first, then delete the dataset.")
        forget_dataset(self.home, dataset_id, info.folder)
        unregister(self.home, dataset_id)

    # files of one's own, for the command line

    def import_to(
        self, behavior: Path, products: Path | None, out: Path, mapping: Mapping, report: Report = silent
    ) -> Dataset:
        """Read and clean two files into ``out``."""
        return import_files(behavior, products, out, mapping=mapping, report=report)
