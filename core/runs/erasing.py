"""Erase one shopper's rows: from every version of the data and from studies' histories; what cannot be is named."""

import math
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.anonymize.pseudonyms import pseudonyms, study_key
from core.columns import Columns
from core.errors import NotFound, SettingsError
from core.privacy.consent import hash_of
from core.runs.forgetting import forget_inside
from core.runs.import_job import uploads_in
from core.runs.queue import Run
from core.runs.uses import ERASED, RunUse, Uses, find_uses
from core.store.home import Home
from core.store.notes import read_note, write_note
from core.store.parquet import drop_rows
from core.studies.folder import StudyFolder
from core.tables.dataset import REJECTED_FILE, Dataset
from core.tables.shelf import settings_of


@dataclass(frozen=True)
class Erased:
    """What an erasure did, and what is left for a person to do.

    Attributes:
        rows: Rows erased from data, rejected ones included.
        datasets: Versions of data that they were erased from.
        studies: Studies whose histories held the shopper.
        uploads_of: Names of datasets whose uploaded files are kept: these cannot be rewritten.
        exports: Exports of anonymised files that were made with the shopper.
        exact: Other runs whose exact figures were: averages over many shoppers.
    """

    rows: int
    datasets: int
    studies: int
    uploads_of: tuple[str, ...]
    exports: int
    exact: int


def erase(home: Home, user_id: str) -> Erased:
    """Take a shopper's rows out of whatever can be rewritten.

    Models without noise and lists of the studies that knew the shopper are deleted; private models stay (their ε
    bounds what they tell). Counts of a dataset stay as they were imported.

    Raises:
        SettingsError: a run works on such data; nothing was erased.
    """
    user, found = user_id.strip(), find_uses(home, user_id)
    if any(use.role == "open" for use in found.runs):
        raise SettingsError("A run works on this shopper's data. Cancel it, or wait until it has ended, then erase.")
    studies = [use for use in found.studies if use.is_used]
    for use in studies:
        clear_study(use.run)
    touched = sum(_erase_history(home, use.run, user) for use in studies)
    # the data come last: where this is cut short, they still say that there is something to erase
    rows = sum(_erase_rows(home, use.info.folder, use.info.id, user) for use in found.datasets)
    kept = settings_of(home)
    return Erased(
        rows=rows,
        datasets=len(found.datasets),
        studies=touched,
        uploads_of=tuple(u.info.name for u in found.datasets if _has_uploads(kept.get(u.info.id, {}))),
        exports=sum(_is_there(use) for use in found.exports),
        exact=sum(_is_there(use) for use in _others(found)),
    )


def forget_figures(home: Home, run: Run) -> None:
    """Delete what a run keeps inside: all of an audit, a grid, an export; of a study models without noise and lists."""
    if run.kind == "study":
        clear_study(run)
    else:
        forget_inside(home, run)


def clear_study(run: Run) -> None:
    """Delete a study's models without noise, everybody's lists and figures of groups; histories and averages stay.

    A group may be one shopper: its figure is no average over many.
    """
    folder = StudyFolder(run.out)
    try:
        about = folder.about()
    except NotFound:
        return
    for point in folder.points():
        if math.isinf(point.epsilon):
            shutil.rmtree(folder.model_folder(point), ignore_errors=True)
    for path in (folder.groups_file, *(run.out / "private").glob("lists-*")):
        path.unlink(missing_ok=True)
    models = [each for each in about["models"] if not math.isinf(float(each["epsilon"]))]
    if len(models) < len(about["models"]):
        folder.write_about(about | {"models": models})


def _erase_rows(home: Home, folder: Path, dataset_id: str, user: str) -> int:
    """Erase from the clean rows and the rejected ones of a dataset; note first whose they were, by hash."""
    known = read_note(home, dataset_id, ERASED) or []
    write_note(home, dataset_id, ERASED, sorted({*known, hash_of(user, home)}))
    gone = drop_rows(Dataset.open(folder).interactions_path, lambda batch: _is_of(batch, [user]))
    rejected = folder / REJECTED_FILE
    if rejected.exists():
        word = rf"(^|[^\pL\pN_]){re.escape(user)}($|[^\pL\pN_])"
        gone += drop_rows(rejected, lambda batch: pc.match_substring_regex(batch.column("raw"), pattern=word))
    return gone


def _erase_history(home: Home, run: Run, user: str) -> bool:
    """Erase a shopper from the histories of a study, known there by id or pseudonym; tell whether there was one."""
    path = StudyFolder(run.out).interactions_file
    if not path.exists():
        return False
    look: Any = (run.settings.get("anonymization") or {}).get("pseudonym_format", "hex")
    names = [user, str(pseudonyms([user], study_key(home), look)[0])]
    return drop_rows(path, lambda batch: _is_of(batch, names)) > 0


def _is_of(batch: Any, users: list[str]) -> Any:
    return pc.is_in(batch.column(Columns.USER).cast(pa.string()), value_set=pa.array(users, pa.string()))


def _has_uploads(settings: dict[str, Any]) -> bool:
    return any(path.exists() for path in uploads_in(settings))


def _others(found: Uses) -> tuple[RunUse, ...]:
    return (*found.studies, *found.audits, *found.grids, *found.validations)


def _is_there(use: RunUse) -> bool:
    return use.is_used and use.has_private
