"""What an unfinished run leaves on the disk: shoppers' data that nobody will look for again."""

import glob
import shutil

from sqlalchemy import select

from core.runs.queue import Run
from core.store.home import Home
from core.store.schema import datasets


def sweep(home: Home, run: Run) -> None:
    """Delete the unfinished work of a run that has ended without its result and whose process is gone.

    Jobs keep unfinished work in hidden folders beside ``run.out``, named ``.<its name>-...``. An import's ``out``
    goes too unless it became a dataset; what a study has written stays, for its ledger entries speak of it.
    """
    for folder in run.out.parent.glob(f".{glob.escape(run.out.name)}-*"):
        shutil.rmtree(folder, ignore_errors=True)
    if run.kind == "import" and not _is_dataset(home, run.out.name):
        shutil.rmtree(run.out, ignore_errors=True)


def _is_dataset(home: Home, dataset_id: str) -> bool:
    with home.engine.connect() as connection:
        return connection.execute(select(datasets.c.id).where(datasets.c.id == dataset_id)).first() is not None
