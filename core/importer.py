"""What a person can do with files: upload, propose, import, import again, keep for a while, delete."""

import getpass
import io
import json
import shutil
from collections.abc import Mapping as Readings
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import pandas as pd

from core.access.log import log_access
from core.anonymize.csv_files import neutralized
from core.errors import NotFound, SettingsError, UserError
from core.progress import Report, silent
from core.runs.forgetting import begin_forgetting, forget_dataset, forget_uploads
from core.runs.import_job import ImportSettings, uploads_in
from core.runs.queue import Runs
from core.settings import build
from core.store.home import Home
from core.store.notes import delete_note, read_notes, write_note
from core.store.schema import utc_now
from core.store.uploads import save_upload
from core.tables.dataset import Dataset
from core.tables.encoding import refuse_what_is_no_table
from core.tables.importing import import_files
from core.tables.layout import Reading, Role
from core.tables.mapping import Mapping
from core.tables.proposal import Proposal, propose
from core.tables.shelf import DatasetInfo, find_dataset, list_versions, set_expiry, settings_of

RECIPES = "recipes"  # the place of recipes among the notes, which no dataset is called
NAME_LENGTH = 40
MAX_DAYS = 36_500
LIST_NAME = "products.json"


class Importer:
    """One home, seen by whoever brings a shop's files."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._queue = Runs(home)

    def save_upload(self, file: BinaryIO, name: str) -> Path:
        """Stream an upload to disk, into a folder of its own; it keeps what is harmless of its name.

        Raises:
            NoSpace: the disk has no room for it.
            DataError: by its content it is no table of any kind that can be read. Nothing is kept.
        """
        path = save_upload(self.home, file, name)
        try:
            refuse_what_is_no_table(path)
        except UserError:
            shutil.rmtree(path.parent)
            raise
        return path

    def propose(
        self,
        behavior: Path | Sequence[Path],
        products: Path | Sequence[Path] | None,
        *,
        reading: Readings[Role, Reading] = {},
    ) -> Proposal:
        """How two files, or several of each kind, would be read; ``reading`` corrects what is found out of them."""
        return propose(behavior, products, reading=reading)

    def submit_import(
        self,
        name: str,
        behavior: Path | Sequence[Path],
        products: Path | Sequence[Path] | None,
        mapping: Mapping,
        product_list: Sequence[str] | None = None,
        *,
        parent: str | None = None,
        keep_days: int | None = None,
        by: str = "",
    ) -> str:
        """Queue an import; the run's facts name the dataset once it is done.

        Args:
            name: How people call the dataset; a new version has its parent's where this is blank.
            behavior: One file, or several of one kind in the order in which they are read.
            products: The same, or none.
            mapping: How they are read.
            product_list: Ids of the public products where there is no product file.
            parent: Id of the dataset that this is a new version of.
            keep_days: Days after which it deletes itself; its parent's end where none is given, else never.
            by: E-mail of who is logged in; the account that Tact runs under where there is no login.

        Raises:
            NotFound: the parent is not there.
            SettingsError: ``keep_days`` is out of range.
        """
        older = find_dataset(self.home, parent) if parent else None
        settings = {
            "name": name.strip() or (older.name if older else ""),
            "behavior": _paths(behavior),
            "products": _paths(products),
            "mapping": mapping.model_dump(mode="json"),
            "product_list_file": None if product_list is None else str(self._save_list(product_list)),
        }
        return self._submit(settings, older, keep_days, by)

    def versions(self, dataset_id: str) -> list[DatasetInfo]:
        """All versions of a dataset that are there, the newest first."""
        return list_versions(self.home, dataset_id)

    def again(self, dataset_id: str, mapping: Mapping, *, keep_days: int | None = None, by: str = "") -> str:
        """Queue a new version of a dataset: the same uploads, read in another way.

        Raises:
            NotFound: the uploads are not kept.
        """
        older = find_dataset(self.home, dataset_id)
        settings = settings_of(self.home)[dataset_id]
        uploads = uploads_in(settings)
        if not uploads or not all(path.exists() for path in uploads):
            raise NotFound(f"The uploaded files of “{older.name}” are not kept any more. Upload them again.")
        chosen = {name: settings.get(name) for name in ("behavior", "products", "product_list_file")}
        return self._submit(
            chosen | {"name": older.name, "mapping": mapping.model_dump(mode="json")}, older, keep_days, by
        )

    def can_import_again(self, dataset_id: str) -> bool:
        """Whether the uploads of a dataset are kept."""
        uploads = uploads_in(settings_of(self.home).get(dataset_id, {}))
        return bool(uploads) and all(path.exists() for path in uploads)

    def drop_uploads(self, dataset_id: str) -> None:
        """Delete the uploaded files of a dataset, columns that were left out included; ``again`` is over then.

        Files that another version is made of, or that an import reads, stay.
        """
        find_dataset(self.home, dataset_id)
        forget_uploads(self.home, dataset_id)

    def set_retention(self, dataset_id: str, days: int | None) -> None:
        """Let a dataset delete itself so many days from now, or never (None).

        Raises:
            SettingsError: the days are out of range.
        """
        find_dataset(self.home, dataset_id)
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise SettingsError(f"A dataset can be kept for 1 to {MAX_DAYS:,} days, not {days}. Choose another number.")
        set_expiry(self.home, dataset_id, None if days is None else utc_now() + timedelta(days=days))

    def delete_dataset(self, dataset_id: str, *, by: str = "") -> None:
        """Delete every file with its shoppers, and its row; other versions stay. What was released or spent stays.

        Args:
            dataset_id: Which.
            by: E-mail of who is logged in, for the access log.

        Raises:
            SettingsError: a run works on it.
        """
        info = find_dataset(self.home, dataset_id)
        if not begin_forgetting(self.home, dataset_id):
            raise SettingsError("A study of this dataset is still running. Cancel it first, then delete the dataset.")
        forget_dataset(self.home, dataset_id, info.folder)
        log_access(self.home, by, "data.deleted", dataset_id)

    # rejected rows

    def rejected(self, dataset_id: str, limit: int = 1_000) -> pd.DataFrame:
        """The first rejected rows, with reason and place."""
        return Dataset.open(find_dataset(self.home, dataset_id).folder).rejected().head(limit)

    def rejected_csv(self, dataset_id: str, *, by: str = "") -> bytes:
        """All rejected rows as a CSV file in which no spreadsheet runs what a shopper wrote; it is logged."""
        rows = Dataset.open(find_dataset(self.home, dataset_id).folder).rejected()
        safe = {name: neutralized(rows[name]) for name in ("source", "raw")}
        log_access(self.home, by, "data.rejected", dataset_id)
        return rows.assign(**safe).to_csv(index=False).encode()

    # recipes: mappings with a name

    def recipes(self) -> dict[str, Mapping]:
        """The saved mappings by name, in the alphabet's order."""
        return {name: build(Mapping, content) for name, content in sorted(read_notes(self.home, RECIPES).items())}

    def save_recipe(self, name: str, mapping: Mapping) -> None:
        """Save a mapping under a name; an earlier one of that name is replaced.

        Raises:
            SettingsError: the name is blank or longer than 40 characters.
        """
        if not 0 < len(name.strip()) <= NAME_LENGTH:
            raise SettingsError(f"A recipe's name has 1 to {NAME_LENGTH} characters. Choose another one.")
        write_note(self.home, RECIPES, name.strip(), mapping.model_dump(mode="json"))

    def delete_recipe(self, name: str) -> None:
        """Delete a saved mapping; datasets that were read by it stay."""
        delete_note(self.home, RECIPES, name)

    @staticmethod
    def recipe_json(mapping: Mapping) -> bytes:
        """A mapping as the file that ``--map`` reads; what is left open stays open."""
        return mapping.model_dump_json(indent=1, exclude_defaults=True).encode()

    # files of one's own, for the command line

    def import_to(
        self,
        behavior: Path | Sequence[Path],
        products: Path | Sequence[Path] | None,
        out: Path,
        mapping: Mapping,
        report: Report = silent,
    ) -> Dataset:
        """Read and clean files into ``out``."""
        return import_files(behavior, products, out, mapping=mapping, report=report)

    # inside

    def _submit(self, settings: dict[str, Any], older: DatasetInfo | None, keep_days: int | None, by: str) -> str:
        origin = {
            "parent": older.id if older else None,
            "lineage": older.lineage if older else None,
            "after": older.version if older else 0,
            "expires": older.expires.isoformat() if older and older.expires else None,
            "keep_days": keep_days,
            "by": by or _account(),
        }
        build(ImportSettings, settings | origin)
        out = self.home.datasets_folder / uuid4().hex
        return self._queue.submit("import", str(settings["name"]), None, settings | origin, out)

    def _save_list(self, ids: Sequence[str]) -> Path:
        """Keep pasted product ids as a file: none of them is ever in the database."""
        return save_upload(self.home, io.BytesIO(json.dumps(list(ids)).encode()), LIST_NAME)


def _paths(given: Path | Sequence[Path] | None) -> list[str]:
    if given is None:
        return []
    return [str(path) for path in ((given,) if isinstance(given, Path) else given)]


def _account() -> str:
    """The name of the account that Tact runs under; nothing where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
