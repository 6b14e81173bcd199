"""The datasets of a workspace, as the database lists them; their rows stay in their folders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from core.errors import NotFound
from core.store.home import Home
from core.store.schema import MAIN_POPULATION, datasets, notes, utc_now
from core.tables.dataset import SCHEMA_FILE, Dataset, Schema

Kind = Literal["sample", "private"]


@dataclass(frozen=True)
class DatasetInfo:
    """A dataset as pages list it.

    Attributes:
        version: 1 for files that were imported by themselves, one more for each new version of them.
        parent: Id of the dataset that this is a new version of; it may be deleted by now.
        lineage: Id of the first version: what all versions of it share.
        imported_by: The login's e-mail, or the name of the account that Tact runs under.
        expires: When it deletes itself (naive UTC); none: never.
        sources: Names of the uploaded files.
        recipe: How they were read, as ``--map`` takes it.
    """

    id: str
    name: str
    kind: Kind
    created: datetime
    folder: Path
    report: dict[str, Any]
    schema: Schema
    version: int = 1
    parent: str | None = None
    lineage: str = ""
    imported_by: str = ""
    expires: datetime | None = None
    sources: tuple[str, ...] = ()
    recipe: dict[str, Any] = field(default_factory=dict)

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


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a dataset comes from, and how long it stays; see ``DatasetInfo``."""

    parent: str | None = None
    lineage: str | None = None
    after: int = 0  # version of the parent: numbers are not used twice, even where it is deleted meanwhile
    by: str = ""
    expires: datetime | None = None
    sources: Sequence[str] = ()


def list_datasets(home: Home) -> list[DatasetInfo]:
    """All datasets whose files are there and whose time is not over, newest first."""
    return _read(home, or_(datasets.c.expires.is_(None), datasets.c.expires > utc_now()))


def find_dataset(home: Home, dataset_id: str) -> DatasetInfo:
    """One dataset.

    Raises:
        NotFound: it is not there (any more).
    """
    found = next((info for info in list_datasets(home) if info.id == dataset_id), None)
    if found is None:
        raise NotFound("This dataset is not there any more. Choose another one, or import its files again.")
    return found


def list_versions(home: Home, dataset_id: str) -> list[DatasetInfo]:
    """All versions of a dataset that are there, the newest version first.

    Raises:
        NotFound: the dataset itself is not there.
    """
    lineage = find_dataset(home, dataset_id).lineage
    return sorted((i for i in list_datasets(home) if i.lineage == lineage), key=lambda i: i.version, reverse=True)


def register(
    home: Home,
    dataset_id: str,
    name: str,
    kind: Kind,
    dataset: Dataset,
    settings: Mapping[str, Any] | None = None,
    origin: Origin = Origin(),
) -> None:
    """List a dataset; it belongs to the workspace's population. Listing it twice changes nothing."""
    lineage = origin.lineage or dataset_id
    row = {
        "id": dataset_id,
        "name": name,
        "created": utc_now(),
        "folder": str(dataset.folder),
        "kind": kind,
        "population": MAIN_POPULATION,
        "report": dataset.report,
        "settings": dict(settings or {}),
        "parent": origin.parent,
        "lineage": lineage,
        "imported_by": origin.by,
        "expires": origin.expires,
        "sources": list(origin.sources),
    }
    with home.write() as connection:
        if connection.execute(select(datasets.c.id).where(datasets.c.id == dataset_id)).first():
            return
        same = or_(datasets.c.lineage == lineage, datasets.c.id == lineage)
        newest = connection.execute(select(func.max(datasets.c.version)).where(same)).scalar() or 0
        connection.execute(insert(datasets).values(row | {"version": max(newest, origin.after) + 1}))


def set_expiry(home: Home, dataset_id: str, expires: datetime | None) -> None:
    """Say when a dataset deletes itself (naive UTC); None: never."""
    with home.write() as connection:
        connection.execute(update(datasets).where(datasets.c.id == dataset_id).values(expires=expires))


def expired(home: Home) -> list[tuple[str, Path]]:
    """Id and folder of the datasets whose time is over, and of those whose deletion was cut short."""
    with home.engine.connect() as connection:
        over = select(datasets.c.id, datasets.c.folder).where(datasets.c.expires <= utc_now())
        return [(row.id, Path(row.folder)) for row in connection.execute(over)]


def settings_of(home: Home) -> dict[str, dict[str, Any]]:
    """How each dataset was imported (uploads, mapping, ...), by its id; the deleted are not among them."""
    with home.engine.connect() as connection:
        return {row.id: row.settings or {} for row in connection.execute(select(datasets.c.id, datasets.c.settings))}


def unregister(home: Home, dataset_id: str) -> None:
    """Take a dataset and what was noted about it off the list."""
    with home.write() as connection:
        connection.execute(delete(datasets).where(datasets.c.id == dataset_id))
        connection.execute(delete(notes).where(notes.c.dataset == dataset_id))


def _read(home: Home, wanted: ColumnElement[bool]) -> list[DatasetInfo]:
    with home.engine.connect() as connection:
        rows = connection.execute(select(datasets).where(wanted).order_by(datasets.c.created.desc())).all()
    return [_info(row) for row in rows if (Path(row.folder) / SCHEMA_FILE).exists()]


def _info(row: Row[Any]) -> DatasetInfo:
    folder = Path(row.folder)
    return DatasetInfo(
        id=row.id,
        name=row.name,
        kind=row.kind,
        created=row.created,
        folder=folder,
        report=row.report,
        schema=Dataset.open(folder).schema,
        version=row.version,
        parent=row.parent,
        lineage=row.lineage or row.id,
        imported_by=row.imported_by,
        expires=row.expires,
        sources=tuple(row.sources or ()),
        recipe=(row.settings or {}).get("mapping") or {},
    )
