"""What unfinished work leaves on the disk: shoppers' data that nobody will look for again."""

import glob
import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from core.runs.import_job import uploads_in
from core.runs.queue import Run, Runs
from core.store.home import Home
from core.store.schema import datasets, utc_now
from core.tables.shelf import settings_of

KEEP_UPLOADS = timedelta(days=1)  # after an import failed, or where none was started: time to retry
KEEP_SCRATCH = timedelta(days=7)  # folders of commands; one that was killed leaves its folder behind
SCRATCH_PREFIX = "tmp"
MANY = 100_000  # runs looked through

log = logging.getLogger(__name__)


def sweep(home: Home, run: Run) -> None:
    """Delete the unfinished work of a run that has ended without its result and whose process is gone.

    An import's ``out`` goes too unless it became a dataset, and that of a grid, a validation or an anonymisation,
    which hold shoppers' rows; what a study has written stays, for its ledger entries speak of it.
    """
    delete_unfinished(run)
    if run.kind in ("anonymize", "grid", "validate") or (run.kind == "import" and not _is_dataset(home, run.out.name)):
        shutil.rmtree(run.out, ignore_errors=True)


def delete_unfinished(run: Run) -> None:
    """Delete the hidden folders beside ``run.out`` that jobs keep unfinished work in, named ``.<its name>-...``."""
    for folder in run.out.parent.glob(f".{glob.escape(run.out.name)}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def clean_uploads(home: Home) -> None:
    """Delete uploads that nothing needs: no dataset is made of them, and no import reads them or may be retried.

    An import that failed or was cancelled can be retried for a day. A file that was uploaded a moment ago waits for
    its import.
    """
    needed = {path for settings in settings_of(home).values() for path in uploads_in(settings)}
    for run in Runs(home).list(MANY, kind="import"):
        if run.is_active or (run.can_retry and run.ended and utc_now() - run.ended < KEEP_UPLOADS):
            needed |= set(uploads_in(run.settings))
    needed |= {path.parent for path in needed}
    for entry in home.uploads_folder.iterdir():
        limit = KEEP_SCRATCH if entry.name.startswith(SCRATCH_PREFIX) else KEEP_UPLOADS
        if entry not in needed and _age(entry) > limit:
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
            log.info("An upload that nothing needs was deleted: %s", entry.name if entry.is_dir() else "a file")


def _age(entry: Path) -> timedelta:
    try:
        changed = max(path.stat().st_mtime for path in (entry, *entry.rglob("*")))
    except FileNotFoundError:
        return timedelta(0)  # it goes at this moment
    return timedelta(seconds=time.time() - changed)


def _is_dataset(home: Home, dataset_id: str) -> bool:
    with home.engine.connect() as connection:
        return connection.execute(select(datasets.c.id).where(datasets.c.id == dataset_id)).first() is not None
