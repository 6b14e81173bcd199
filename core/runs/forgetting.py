"""Delete what was kept of a dataset: rows, uploads, exports, histories in studies. Releases stay released.

Deleting takes files off the disk's books; what a disk keeps underneath is beyond a program. Where that matters, a
data key makes what is left unreadable.
"""

import logging
import shutil
from pathlib import Path

from sqlalchemy import delete, select, update

from core.errors import UserError
from core.runs.files import lock_file, log_file
from core.runs.import_job import uploads_in
from core.runs.leftovers import delete_unfinished
from core.runs.queue import ACTIVE, Run, Runs
from core.store.home import Home
from core.store.schema import datasets, run_events, runs, utc_now
from core.tables.shelf import expired, settings_of, unregister

MANY = 100_000  # runs looked through
ROWS_ONLY = frozenset({"anonymize", "grid", "validate"})
"""Kinds of runs that leave nothing but shoppers' rows and figures for the curator: nothing of them was released."""

log = logging.getLogger(__name__)


def begin_forgetting(home: Home, dataset_id: str) -> bool:
    """Take a dataset off the list for good, unless a run works on it or waits for it; tell whether that was done.

    Its time is over from now on: where the deletion is cut short, ``forget_expired`` goes on with it.
    """
    busy = select(runs.c.id).where(runs.c.dataset == dataset_id, runs.c.status.in_(ACTIVE))
    with home.write() as connection:
        if connection.execute(busy).first():
            return False
        connection.execute(update(datasets).where(datasets.c.id == dataset_id).values(expires=utc_now()))
    return True


def forget_dataset(home: Home, dataset_id: str, folder: Path) -> None:
    """Delete every file of this home that holds a shopper of the dataset, then its row; other versions stay.

    Models, statements and noisy curves stay: they are private releases, and the ledger has them charged. But those of
    the sample go with it: it comes back under the same id, and nothing of before would fit it. Uploads stay as long
    as another version is made of them, or an import reads them.

    Raises:
        UserError: a file could not be deleted; the rest is deleted, and a later call may finish it.
    """
    is_sample = _kind_of(home, dataset_id) == "sample"
    for run in Runs(home).list(MANY):
        if run.dataset == dataset_id:
            forget_inside(home, run)
            if is_sample:
                _forget_whole(home, run)
    forget_uploads(home, dataset_id)
    _delete(folder)
    unregister(home, dataset_id)
    home.forget_deleted()


def _kind_of(home: Home, dataset_id: str) -> str | None:
    with home.engine.connect() as connection:
        return connection.execute(select(datasets.c.kind).where(datasets.c.id == dataset_id)).scalar()


def _forget_whole(home: Home, run: Run) -> None:
    """Delete a run and all that it left, releases too."""
    _delete(run.out)
    with home.write() as connection:
        connection.execute(delete(run_events).where(run_events.c.run == run.id))
        connection.execute(delete(runs).where(runs.c.id == run.id))


def forget_expired(home: Home) -> list[str]:
    """Forget the datasets whose time is over and that no run uses; returns their ids."""
    done = []
    for dataset_id, folder in expired(home):
        if not begin_forgetting(home, dataset_id):
            continue  # right after that run
        try:
            forget_dataset(home, dataset_id, folder)
        except UserError:
            log.exception("Dataset %s could not be deleted; the next look tries again", dataset_id)
            continue
        log.info("Dataset %s was deleted: its time was over", dataset_id)
        done.append(dataset_id)
    return done


def forget_inside(home: Home, run: Run) -> None:
    """Delete a run's private files and its log, and all of what leaves nothing else; what left with an ε stays.

    Raises:
        UserError: a file could not be deleted.
    """
    delete_unfinished(run)
    _delete(run.out if run.kind in ROWS_ONLY else run.out / "private")
    _delete_log(home, run)


def forget_uploads(home: Home, dataset_id: str) -> None:
    """Delete the uploads that only this dataset stands on; the logs of imports that read them, and how they were asked.

    Raises:
        UserError: a file could not be deleted.
    """
    settings = settings_of(home)
    imports = Runs(home).list(MANY, kind="import")
    own = set(uploads_in(settings.pop(dataset_id, {})))
    own |= {path for run in imports if run.out.name == dataset_id for path in uploads_in(run.settings)}
    used = {path for other in settings.values() for path in uploads_in(other)}
    used |= {path for run in imports if run.is_active for path in uploads_in(run.settings)}
    gone = own - used
    for path in gone:
        _delete_upload(home, path)
    for run in imports:
        if not run.is_active and (run.out.name == dataset_id or gone & set(uploads_in(run.settings))):
            _delete_log(home, run)
            _forget_settings(home, run)


def _forget_settings(home: Home, run: Run) -> None:
    """Leave nothing of what a finished import was given but its name: rules may name products."""
    with home.write() as connection:
        left = {"name": run.settings.get("name", "")}
        connection.execute(update(runs).where(runs.c.id == run.id).values(settings=left))


def _delete_upload(home: Home, path: Path) -> None:
    """Delete an uploaded file and its folder; a file that lies elsewhere is its owner's."""
    if path.is_relative_to(home.uploads_folder):
        _delete(path if path.parent == home.uploads_folder else path.parent)


def _delete_log(home: Home, run: Run) -> None:
    """Delete a worker's log: it may quote rows."""
    _delete(log_file(home, run.id))
    _delete(lock_file(home, run.id))


def _delete(path: Path) -> None:
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    except FileNotFoundError:
        return  # somebody else was quicker
    except OSError as error:
        raise UserError(
            f"{path} could not be deleted ({error.strerror}). Give Tact the right to write there; it tries again "
            "within a minute."
        ) from error
