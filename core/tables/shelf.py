"""The datasets of a workspace, as the database lists them; their rows stay in their folders."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import delete, insert, select

from core.errors import NotFound
from core.store.home import Home
from core.store.schema import MAIN_POPULATION, datasets, notes, utc_now
from core.tables.dataset import Dataset, Schema

Kind = Literal["sample", "private"]


@dataclass(frozen=True)
class DatasetInfo:
    """A dataset as pages list it."""

    id: str
    name: str
    kind: Kind
    created: datetime
    folder: Path
    report: dict[str, Any]
    schema: Schema

    @property
    def n_users(self) -> int:
        """Shoppers in the cleaned file."""
        return int(self.report["behavior"]["users"])

    @property
    def n_items(self) -> int:
        """Products of the catalogue; where there is none, products in the cleaned file."""
        products = self.report.get("products") or {}
        return int(products.get("items") or self.report["behavior"]["items"])

    @property
    def n_events(self) -> int:
        """Rows kept."""
        return int(self.report["behavior"]["rows_kept"])


def list_datasets(home: Home) -> list[DatasetInfo]:
    """All datasets whose files are there, newest first."""
    with home.engine.connect() as connection:
        rows = connection.execute(select(datasets).order_by(datasets.c.created.desc())).all()
    found = []
    for row in rows:
        folder = Path(row.folder)
        if folder.exists():
            schema = Dataset.open(folder).schema
            found.append(DatasetInfo(row.id, row.name, row.kind, row.created, folder, row.report, schema))
    return found


def find_dataset(home: Home, dataset_id: str) -> DatasetInfo:
    """One dataset.

    Raises:
        NotFound: it is not there (any more).
    """
    found = next((info for info in list_datasets(home) if info.id == dataset_id), None)
    if found is None:
        raise NotFound("This dataset is not there any more. Choose another one, or import its files again.")
    return found


def register(
    home: Home, dataset_id: str, name: str, kind: Kind, dataset: Dataset, settings: dict[str, Any] | None = None
) -> None:
    """List a dataset; it belongs to the workspace's population. Listing it twice changes nothing."""
    row = {
        "id": dataset_id,
        "name": name,
        "created": utc_now(),
        "folder": str(dataset.folder),
        "kind": kind,
        "population": MAIN_POPULATION,
        "report": dataset.report,
        "settings": settings or {},
    }
    with home.write() as connection:
        if not connection.execute(select(datasets.c.id).where(datasets.c.id == dataset_id)).first():
            connection.execute(insert(datasets).values(row))


def unregister(home: Home, dataset_id: str) -> None:
    """Take a dataset and what was noted about it off the list."""
    with home.write() as connection:
        connection.execute(delete(datasets).where(datasets.c.id == dataset_id))
        connection.execute(delete(notes).where(notes.c.dataset == dataset_id))
