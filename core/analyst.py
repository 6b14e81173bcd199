"""What a person can ask of a study beyond its curve: who pays, validation, the shop's own recommender."""

from collections.abc import Sequence

import pandas as pd

from core.errors import SettingsError
from core.runs.queue import Run, Runs
from core.settings import ValidationSettings
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.validation import NEEDS_PRODUCTS, read_validation
from core.tables.shelf import find_dataset

__all__ = ["Analyst"]


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
