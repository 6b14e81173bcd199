"""What a person can do, one method a verb. Pages, command line and API are three doors into this room."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pandas as pd

from core.access.log import log_access
from core.analyst import Analyst
from core.anonymizer import Anonymizer
from core.consents import Consents
from core.errors import SettingsError
from core.importer import Importer
from core.officer import Officer
from core.privacy.ledger import Entry, Ledger
from core.progress import Report, part, silent
from core.releases import Releases
from core.runs.queue import Run, Runs
from core.settings import GridSettings, PrivacySettings, StudySettings, build
from core.shopfront import Shopfront
from core.store.home import Home
from core.store.notes import read_note, write_note
from core.studies.advice import Advice, advise, nearest_epsilon
from core.studies.bill import Bill, make_bill, paid_bill
from core.studies.folder import StudyFolder
from core.studies.grid_file import NEEDS_PRODUCTS, read_grid
from core.studies.lists import ShopperList, StudyLists, write_atomically
from core.studies.noise_preview import NoisePreview, Popular, popular
from core.studies.running import run_study
from core.tables.activity import rows_of_shoppers
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.profile import Profile, profile
from core.tables.scratch import scratch_dataset
from core.tables.shelf import DatasetInfo, find_dataset, list_datasets, register
from core.texts import text

__all__ = ["Bill", "DatasetInfo", "NoisePreview", "Popular", "ShopperList", "Workspace"]

SAMPLE_FOLDER = Path(__file__).parent.parent / "sample_data"
SAMPLE_ID = "sample-shop"
SAMPLE_NAME = "Sample shop (synthetic)"
PRIVACY = "privacy"
Room = Literal["sample", "curator", "releasable"]


class Workspace:
    """One home and everything in it."""

    def __init__(self, home: Home | None = None) -> None:
        self.home = home or Home()
        self.importer = Importer(self.home)
        self.anonymizer = Anonymizer(self.home)
        self.analyst = Analyst(self.home)
        self.shopfront = Shopfront(self.home)
        self.officer = Officer(self.home)
        self.releases = Releases(self.home)
        self.consents = Consents(self.home)
        self._queue = Runs(self.home)

    # datasets

    def sample(self) -> DatasetInfo:
        """The synthetic sample shop; imported when it is first asked for."""
        if SAMPLE_ID not in {info.id for info in self.datasets()}:
            out = self.home.datasets_folder / SAMPLE_ID
            if not out.exists():
                import_files(SAMPLE_FOLDER / "UserBehavior.csv", SAMPLE_FOLDER / "ProductInfo.csv", out)
            register(self.home, SAMPLE_ID, SAMPLE_NAME, "sample", Dataset.open(out))
        return self.dataset(SAMPLE_ID)

    def reset_sample(self) -> None:
        """Delete the sample shop and all that was made of it; the ledger keeps its rows.

        Raises:
            SettingsError: a run works on it.
        """
        if SAMPLE_ID in {info.id for info in self.datasets()}:
            self.importer.delete_dataset(SAMPLE_ID)

    def datasets(self) -> list[DatasetInfo]:
        """All datasets, newest first."""
        return list_datasets(self.home)

    def dataset(self, dataset_id: str) -> DatasetInfo:
        """One dataset; ``NotFound`` where it is not there any more."""
        return find_dataset(self.home, dataset_id)

    def profile(self, dataset_id: str) -> Profile:
        """Exact counts in small frames, for the curator's room."""
        return profile(self._open(dataset_id))

    def row_counts(self, dataset_id: str) -> pd.DataFrame:
        """How many shoppers have how many rows: exact, for the curator's room."""
        return rows_of_shoppers(self._open(dataset_id))

    def popular(self, dataset_id: str, n_shoppers: int | None) -> Popular:
        """How popular each product is, as a release sums it: exact, for the curator's room."""
        return popular(self.home, self._open(dataset_id), n_shoppers)

    # privacy

    def privacy(self, dataset_id: str) -> PrivacySettings:
        """What is promised on a dataset; the defaults where nobody has chosen."""
        content = read_note(self.home, dataset_id, PRIVACY)
        return build(PrivacySettings, content) if content else PrivacySettings()

    def set_privacy(self, dataset_id: str, settings: PrivacySettings) -> None:
        """Remember what is promised on a dataset; “no protection” is refused where the data are not public."""
        if settings.epsilon is None and self.dataset(dataset_id).kind != "sample":
            raise SettingsError("“No protection” is for the sample shop only. Choose an ε for real shoppers.")
        write_note(self.home, dataset_id, PRIVACY, settings.model_dump(mode="json"))

    # studies

    def bill(self, dataset_id: str, settings: StudySettings) -> Bill:
        """What a study will cost before it starts."""
        return make_bill(settings, self.dataset(dataset_id), Ledger(self.home))

    def paid(self, run_id: str) -> Bill | None:
        """What a study has cost, from the ledger; None where that is nothing."""
        return paid_bill(run_id, Ledger(self.home))

    def submit_study(self, dataset_id: str, settings: StudySettings) -> str:
        """Queue a study; a worker starts it as soon as one is free."""
        info = self.dataset(dataset_id)
        if info.kind != "sample" and self.privacy(dataset_id).epsilon is None:
            raise SettingsError("“No protection” is for the sample shop only. Choose an ε on the Privacy page.")
        title = f"{info.name}: {', '.join(text(f'method.{method}') for method in settings.methods)}"
        return self._queue.submit("study", title, dataset_id, settings.model_dump(mode="json"))

    def runs(self, limit: int = 100) -> Sequence[Run]:
        """Runs, newest first."""
        return self._queue.list(limit)

    def run(self, run_id: str) -> Run:
        """One run as it is now."""
        return self._queue.get(run_id)

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop; what it has drawn stays charged."""
        self._queue.cancel(run_id)

    def retry(self, run_id: str) -> str:
        """Queue a run again; its draws will be charged anew."""
        return self._queue.retry(run_id)

    def ended_unseen(self) -> Sequence[Run]:
        """Runs that have ended since a person last looked."""
        return self._queue.unseen_ends()

    def mark_seen(self, run_id: str) -> None:
        """A person has been told how this run ended."""
        self._queue.mark_seen(run_id)

    def study(self, run_id: str) -> StudyFolder:
        """The folder of a finished study."""
        return StudyFolder(self.run(run_id).out)

    def curve(self, run_id: str, room: Room) -> pd.DataFrame:
        """The curve for a room: exact figures inside (sample or curator), noisy ones outside."""
        folder = self.study(run_id)
        folder.about()
        return folder.curve() if room == "releasable" else folder.exact()

    def advice(self, run_id: str, epsilon: float) -> Advice:
        """The advised method at the study's ε nearest to the one asked for."""
        folder = self.study(run_id)
        return advise(folder, nearest_epsilon(folder, epsilon))

    # what anonymising costs

    def submit_grid(self, dataset_id: str, settings: GridSettings) -> str:
        """Queue a grid anonymisation x ε; nothing of it leaves the curator's room, so the ledger is charged nothing."""
        info = self.dataset(dataset_id)
        if info.schema.catalogue == "none":
            raise SettingsError(NEEDS_PRODUCTS)
        title = f"{info.name}: anonymisation x ε"
        return self._queue.submit("grid", title, dataset_id, settings.model_dump(mode="json"))

    def grids(self, dataset_id: str) -> Sequence[Run]:
        """Grids of a dataset, newest first, whatever became of them."""
        return [run for run in self._queue.list(kind="grid") if run.dataset == dataset_id]

    def grid(self, run_id: str) -> pd.DataFrame:
        """The figures of a finished grid, one row a cell (see ``core.studies.grid``): the curator's room only."""
        return read_grid(self.run(run_id).out)

    # files of one's own, for the command line

    def study_to(
        self,
        behavior: Path,
        products: Path | None,
        out: Path,
        settings: StudySettings,
        mapping: Mapping,
        report: Report = silent,
    ) -> StudyFolder:
        """Study two files into ``out``; everything drawn is charged to this workspace's shoppers.

        What ``report`` is told counts no rows: a study's progress may be passed on.
        """
        inside, name = self.home.uploads_folder, f"{out.name} {uuid4().hex[:8]}"
        with scratch_dataset(
            behavior, products, inside, mapping, lambda *_: report(0.05, "Reading the files")
        ) as dataset:
            return run_study(self.home, dataset, settings, out, study=name, public=False, report=part(report, 0.1, 1))

    def recommend_to(
        self, study: Path, method: str, epsilon: float, users: Sequence[str] | None, k: int, out: Path
    ) -> str:
        """Write the lists of many shoppers to a CSV file; returns the method, which ``best`` leaves to the advice."""
        folder = StudyFolder(study)
        chosen = advise(folder, epsilon).method if method == "best" else method
        write_atomically(out, StudyLists(folder).for_all(folder.find(chosen, epsilon), users, k))
        log_access(self.home, "", "lists.downloaded", folder.path.name)
        return chosen

    # the promise

    def verify(self, statement: Path) -> dict[str, Any]:
        """Recompute a statement's ε with dp-accounting alone, and check its signature."""
        return self.officer.verify(statement)

    def ledger(self) -> list[Entry]:
        """Everything that was ever charged to this workspace's shoppers."""
        return Ledger(self.home).entries()

    # inside

    def _open(self, dataset_id: str) -> Dataset:
        return Dataset.open(self.dataset(dataset_id).folder)
