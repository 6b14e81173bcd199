"""What a person can ask of a study beyond its curve: who pays, validation, the shop's own recommender."""

import shutil
from collections.abc import Sequence
from typing import BinaryIO

import pandas as pd

from core.columns import Columns
from core.errors import SettingsError
from core.runs.queue import Run, Runs
from core.settings import ValidationSettings
from core.store.home import Home
from core.store.parquet import read_frame
from core.store.uploads import save_upload
from core.studies.folder import StudyFolder
from core.studies.present import Panel, Present, forget_present, keep_present, read_present
from core.studies.validation import NEEDS_PRODUCTS, read_validation
from core.tables.dataset import Dataset
from core.tables.encoding import refuse_what_is_no_table
from core.tables.shelf import find_dataset

__all__ = ["Analyst", "Present"]

NAME_LENGTH = 60


class Analyst:
    """One home, seen by whoever weighs quality against protection."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def who_pays(self, run_id: str) -> pd.DataFrame:
        """Exact quality by group of judges or products (see ``core.studies.closer``): the curator's room only.

        One row a model and group: method, epsilon, repeat, grouping, group, n, ndcg_at_10, ndcg_at_10_se. Empty for a
        study of before there were groups, or where nobody judged.
        """
        folder = StudyFolder(Runs(self.home).get(run_id).out)
        folder.about()
        return folder.groups()

    # is a figure the luck of one split?

    def submit_validation(self, dataset_id: str, settings: ValidationSettings) -> str:
        """Queue a cross-validation over shoppers; nothing of it leaves the curator's room, so nothing is charged."""
        info = find_dataset(self.home, dataset_id)
        if info.schema.catalogue == "none":
            raise SettingsError(NEEDS_PRODUCTS)
        title = f"{info.name}: cross-validation"
        return Runs(self.home).submit("validate", title, dataset_id, settings.model_dump(mode="json"))

    def validations(self, dataset_id: str) -> Sequence[Run]:
        """Cross-validations of a dataset, newest first, whatever became of them."""
        return [run for run in Runs(self.home).list(kind="validate") if run.dataset == dataset_id]

    def validation(self, run_id: str) -> pd.DataFrame:
        """The figures of a finished one, one row a model (see ``core.studies.validation``): the curator's room only."""
        return read_validation(Runs(self.home).get(run_id).out)

    # what the shop has now

    def judge_present(self, run_id: str, file: BinaryIO, file_name: str, name: str) -> Present:
        """Judge the shop's own lists by a study's judges and hidden products, and keep the figures under ``name``.

        The upload is deleted once it is judged.

        Raises:
            DataError: the file cannot be read as lists, with its line.
            SettingsError: the study set nobody apart, or the lists have no name.
            NotFound: the study's histories were deleted.
        """
        called = name.strip()[:NAME_LENGTH]
        if not called:
            raise SettingsError("These lists have no name. Say what they are called, so that their line can be told.")
        panel = self._panel(run_id)
        path = save_upload(self.home, file, file_name)
        try:
            refuse_what_is_no_table(path)
            found = panel.judge(path, called)
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)
        keep_present(self._folder(run_id), found)
        return found

    def present(self, run_id: str) -> list[Present]:
        """What was judged in a study, by name: exact figures, for the curator's room only."""
        return read_present(self._folder(run_id))

    def forget_present(self, run_id: str, name: str) -> None:
        """Delete the figures of this name."""
        forget_present(self._folder(run_id), name)

    def visible_histories(self, run_id: str) -> pd.DataFrame:
        """The judges' rows without those of hidden products, under their uploaded ids: what fair lists are made from.

        Raises: as ``judge_present``.
        """
        return self._panel(run_id).histories()

    # inside

    def _folder(self, run_id: str) -> StudyFolder:
        return StudyFolder(Runs(self.home).get(run_id).out)

    def _panel(self, run_id: str) -> Panel:
        run = Runs(self.home).get(run_id)

        def uploaded() -> list[str]:
            dataset = Dataset.open(find_dataset(self.home, run.dataset or "").folder)
            users = read_frame(dataset.interactions_path, [Columns.USER])[Columns.USER]
            return [str(user) for user in users.unique()]

        return Panel.of(self.home, StudyFolder(run.out), uploaded)
