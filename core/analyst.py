"""What a person can ask of a study beyond its curve: who pays, validation, the shop's own recommender."""

import pandas as pd

from core.runs.queue import Runs
from core.store.home import Home
from core.studies.folder import StudyFolder

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
