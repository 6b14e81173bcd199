"""A shop's data as the rest of Tact reads it: a folder of clean tables that says what happened to every row."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from core.errors import NotFound
from core.store.parquet import read_frame

if TYPE_CHECKING:
    import pandas as pd  # 33 MB that an import of files does without

INTERACTIONS_FILE = "interactions.parquet"
CATALOGUE_FILE = "catalogue.parquet"
REJECTED_FILE = "rejected.parquet"
REPORT_FILE = "report.json"
SCHEMA_FILE = "schema.json"


@dataclass(frozen=True)
class Schema:
    """Declared, public facts of a shop: which columns there are and where they come from.

    ==============  =========================================================================
    has_time        the Time column was mapped and is not blank throughout
    columns         catalogue columns that are not blank throughout: category, price, rating, text
    text_sources    names in the uploaded file of the columns that went into ``text``
    published       of ``columns``, those that private methods may use
    computed        of ``columns``, those computed from these shoppers: never used by private methods
    catalogue       "file", "list" (ids pasted by a person) or "none"
    ==============  =========================================================================
    """

    has_time: bool
    columns: tuple[str, ...]
    text_sources: tuple[str, ...]
    published: tuple[str, ...]
    computed: tuple[str, ...]
    catalogue: Literal["file", "list", "none"]

    def to_json(self) -> str:
        """The schema as the text of its file."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what ``to_json`` wrote."""
        values: dict[str, Any] = json.loads(text)
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**(values | lists))


@dataclass(frozen=True)
class Dataset:
    """An imported shop on disk. Tables are read when asked for, never kept."""

    folder: Path
    schema: Schema
    report: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the folder that ``import_files`` wrote.

        Raises:
            NotFound: there is no dataset in ``folder``.
        """
        try:
            schema = Schema.from_json((folder / SCHEMA_FILE).read_text("utf-8"))
            report = json.loads((folder / REPORT_FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise NotFound(f"{folder.name} is no imported dataset. Import the two files again.") from None
        return cls(folder, schema, report)

    @property
    def interactions_path(self) -> Path:
        """Where the interactions are, for whoever queries them without loading them."""
        return self.folder / INTERACTIONS_FILE

    @property
    def catalogue_path(self) -> Path | None:
        """Where the catalogue is; None where there is none."""
        path = self.folder / CATALOGUE_FILE
        return path if path.exists() else None

    def interactions(self) -> "pd.DataFrame":
        """user_id, item_id, event_type, timestamp (naive UTC or missing) and extra columns, in the file's order."""
        return read_frame(self.interactions_path)

    def catalogue(self) -> "pd.DataFrame | None":
        """item_id (unique), category, price, rating, title, text and extra columns, in the file's order."""
        path = self.catalogue_path
        return None if path is None else read_frame(path)

    def rejected(self) -> "pd.DataFrame":
        """file ("behavior" or "products"), record (1-based, the header not counted), reason, raw."""
        return read_frame(self.folder / REJECTED_FILE)
