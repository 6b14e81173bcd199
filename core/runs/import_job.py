"""What an import run does, and which uploaded files it stands on."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from core.errors import NotFound
from core.progress import Report, part
from core.runs.queue import Run
from core.settings import Settings, build
from core.store.home import Home
from core.store.schema import utc_now
from core.store.sealed import open_file
from core.tables.mapping import Mapping as ColumnMapping
from core.tables.shelf import Origin, register

ROLES = ("behavior", "products")
LIST = "product_list_file"


class ImportSettings(Settings):
    """What an import run is given. It names files; no row of a file is in it, so none is ever in the database."""

    name: str
    behavior: tuple[Path, ...] = Field(min_length=1)
    products: tuple[Path, ...] = ()
    mapping: ColumnMapping = ColumnMapping()
    product_list_file: Path | None = None  # JSON: a list of product ids
    product_list: tuple[str, ...] | None = None  # of runs of before there was the file
    parent: str | None = None
    lineage: str | None = None
    after: int = 0  # the parent's version
    keep_days: int | None = Field(None, ge=1, le=36_500)  # counted from the end of the import
    expires: datetime | None = None  # the parent's, where ``keep_days`` says nothing
    by: str = ""

    @field_validator("behavior", "products", mode="before")
    @classmethod
    def _as_list(cls, given: Any) -> Any:
        """Take one path for a list of one: runs of before there were several."""
        if given is None:
            return ()
        return (given,) if isinstance(given, str | Path) else given


def uploads_in(settings: Mapping[str, Any]) -> list[Path]:
    """The uploaded files in the settings of an import run, or of a dataset."""
    found: list[Path] = []
    for name in (*ROLES, LIST):
        given = settings.get(name) or ()
        found += [Path(path) for path in ((given,) if isinstance(given, str) else given)]
    return found


def run_import(home: Home, run: Run, report: Report, facts: Callable[[dict[str, Any]], None]) -> None:
    """Read and clean the uploaded files into ``run.out``, then register the dataset under that folder's name.

    Raises:
        NotFound: uploads are gone.
        DataError: see ``import_files``.
    """
    from core.tables.importing import import_files

    uploads = uploads_in(run.settings)
    if not uploads or not all(path.exists() for path in uploads):
        raise NotFound("The uploaded files of this import are not kept any more. Upload them again.")
    settings = build(ImportSettings, run.settings)
    dataset = import_files(
        _one_or_many(settings.behavior),
        _one_or_many(settings.products) if settings.products else None,
        run.out,
        mapping=settings.mapping,
        product_list=_listed(settings),
        report=part(report, 0.0, 0.98),
    )
    report(0.99, "Registering the dataset")  # the last chance to cancel
    chosen = settings.model_dump(mode="json", include={"mapping", *ROLES, LIST})
    expires = settings.expires if settings.keep_days is None else utc_now() + timedelta(days=settings.keep_days)
    origin = Origin(
        parent=settings.parent,
        lineage=settings.lineage,
        after=settings.after,
        by=settings.by,
        expires=expires,
        sources=[path.name for path in (*settings.behavior, *settings.products)],
    )
    register(home, run.out.name, settings.name, "private", dataset, chosen, origin)
    facts({"dataset": run.out.name})


def _one_or_many(paths: tuple[Path, ...]) -> Any:
    return paths[0] if len(paths) == 1 else paths


def _listed(settings: ImportSettings) -> tuple[str, ...] | None:
    if settings.product_list_file is None:
        return settings.product_list
    with open_file(settings.product_list_file) as file:
        return tuple(json.loads(file.read()))
