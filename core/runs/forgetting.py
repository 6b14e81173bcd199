"""Delete what was kept of a dataset: rows, uploads, exports, histories in studies. Releases stay released."""

import shutil
from pathlib import Path

from core.runs.queue import Runs
from core.store.home import Home

MANY = 100_000  # runs looked through


def forget_dataset(home: Home, dataset_id: str, folder: Path) -> None:
    """Delete every file of this home that holds a shopper of the dataset.

    Models, statements and noisy curves stay: they are private releases, and the ledger has them charged.
    """
    for run in Runs(home).list(MANY):
        if run.dataset == dataset_id:
            shutil.rmtree(run.out / "private", ignore_errors=True)
        if run.kind == "import" and run.out == folder:
            for name in ("behavior", "products"):
                _delete_upload(home, run.settings.get(name))
    shutil.rmtree(folder, ignore_errors=True)


def _delete_upload(home: Home, path: str | None) -> None:
    """Delete an uploaded file and its folder; a file that lies elsewhere is its owner's."""
    if path is not None and Path(path).is_relative_to(home.uploads_folder):
        place = Path(path).parent
        shutil.rmtree(place, ignore_errors=True) if place != home.uploads_folder else Path(path).unlink(missing_ok=True)
