"""What one shopper is shown and why, one method a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.access.log import log_decision
from core.anonymize.pseudonyms import export_key
from core.errors import SettingsError
from core.privacy.chain import Decision, Kind
from core.privacy.consent import hash_of, withdrawn
from core.privacy.ledger import Ledger
from core.runs.aside import recommend_aside
from core.runs.queue import Runs
from core.settings import AnonymizationSettings
from core.store.home import Home
from core.store.sealed import open_file, seal_in_place
from core.studies.folder import StudyFolder
from core.studies.gallery import Typical, typical_shoppers
from core.studies.lists import ShopperList, StudyLists, Why
from core.studies.own_rules import after_rules
from core.studies.shopper_search import find_shoppers, history_table, own_rows
from core.tables.shelf import find_dataset

__all__ = ["Anonymised", "Permission", "Shopfront", "ShopperList", "Typical", "Why"]

N_FOUND = 200
ABOUT_GALLERY: tuple[Kind, ...] = ("permission", "revocation")


@dataclass(frozen=True)
class Permission:
    """Who permitted a gallery of real shoppers under pseudonyms, why and when (naive UTC)."""

    by: str
    reason: str
    created: datetime


@dataclass(frozen=True)
class Anonymised:
    """One shopper's list from their rows as they are, and from what own-row options leave of them; the same model.

    ``rows`` is how many rows of the shopper there are, ``rows_after`` how many are left, ``changed`` how many of those
    differ in product, behaviour or time; ``left_out`` names the options with a threshold over shoppers.
    """

    before: ShopperList
    after: ShopperList
    rows: int
    rows_after: int
    changed: int
    left_out: tuple[str, ...]


class Shopfront:
    """One home, seen by whoever stands before one shopper."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._queue = Runs(home)
        self._lists = lru_cache(maxsize=4)(lambda folder: StudyLists(StudyFolder(folder)))
        self._own = lru_cache(maxsize=2)(lambda path, user_id, _: own_rows(path, user_id))

    # looking at shoppers

    def shoppers(
        self, run_id: str, kind: str = "random", category: str | None = None, search: str | None = None
    ) -> list[str]:
        """Shoppers to look at: of many or few products, of a favourite category, or by the start of their id."""
        folder = self._folder(run_id)
        catalogue = folder.shop_folder / "catalogue.parquet"
        return find_shoppers(folder.interactions_file, catalogue, kind, category=category, search=search, limit=N_FOUND)

    def history(self, run_id: str, user_id: str) -> pd.DataFrame:
        """What one shopper did, latest first."""
        folder = self._folder(run_id)
        return history_table(self._rows(folder, user_id), self._lists(folder.path).catalogue)

    # lists

    def recommend_for(
        self,
        run_id: str,
        user_id: str,
        points: Sequence[tuple[Any, ...]],
        k: int,
        category: Sequence[str] | str | None = None,
        out_of_stock: Sequence[str] = (),
        *,
        reasons: bool = True,
    ) -> list[ShopperList]:
        """One shopper's lists at several points (method, ε) of a study; without ``reasons`` nothing says why."""
        folder = self._folder(run_id)
        lists = self._lists(folder.path)
        own = self._rows(folder, user_id)
        allowed = lists.allowed([category] if isinstance(category, str) else list(category or ()), out_of_stock)
        return lists.compared(own, [folder.find(*point) for point in points], k, allowed, reasons=reasons)

    def along(
        self,
        run_id: str,
        user_id: str,
        method: str,
        k: int,
        category: Sequence[str] | None = None,
        out_of_stock: Sequence[str] = (),
    ) -> list[ShopperList]:
        """One shopper's lists by a method at every ε of the study, the strongest protection first, none at all last."""
        points = [(method, epsilon) for epsilon in self.epsilons(run_id, method)]
        return self.recommend_for(run_id, user_id, points, k, category, out_of_stock, reasons=False)

    def epsilons(self, run_id: str, method: str) -> list[float]:
        """Every ε at which a method was trained, rising; infinite for the one without noise."""
        return sorted(p.epsilon for p in self._folder(run_id).points() if p.method == method and p.repeat == 0)

    def as_of(self, run_id: str) -> int:
        """When the rows of a study last changed, in ns: what was worked out before an erasure is out of date."""
        return self._folder(run_id).interactions_file.stat().st_mtime_ns

    def why(self, run_id: str, user_id: str, point: tuple[str, float], item_ids: Sequence[str]) -> list[Why]:
        """Why each of these products stands on a shopper's list at a point (method, ε)."""
        folder = self._folder(run_id)
        own = self._rows(folder, user_id)
        return self._lists(folder.path).why(own, folder.find(*point), item_ids)

    def usual_churn(self, run_id: str, method: str) -> pd.DataFrame:
        """How much lists of ten change on average over shoppers: columns epsilon, churn; the curator's room only.

        Against the same method at the study's largest ε; means over repeats. Empty where the study lacks the figure.
        """
        exact = self._folder(run_id).exact()
        if "churn_at_10" not in exact:
            return pd.DataFrame({"epsilon": [], "churn": []})
        rows = exact[(exact["method"] == method) & exact["churn_at_10"].notna()]
        means = rows.groupby("epsilon")["churn_at_10"].mean()
        return pd.DataFrame({"epsilon": means.index, "churn": means.to_numpy()})

    def anonymised(
        self,
        run_id: str,
        user_id: str,
        point: tuple[str, float],
        settings: AnonymizationSettings,
        k: int,
    ) -> Anonymised:
        """One shopper's list before and after their own rows pass the options; the model stays as it is.

        Options with a threshold over shoppers are left out and named: what they do to a row hangs on other shoppers.
        """
        folder = self._folder(run_id)
        lists, own = self._lists(folder.path), self._rows(folder, user_id)
        after, changed = after_rules(own, lists.catalogue, settings, export_key(self.home))
        [before] = lists.compared(own, [folder.find(*point)], k, reasons=False)
        [then] = lists.compared(after, [folder.find(*point)], k, reasons=False)
        return Anonymised(before, then, len(own), len(after), changed, settings.thresholds)

    def all_lists_csv(self, run_id: str, method: str, epsilon: float, k: int) -> Path:
        """Everybody's list at one point, made by a process of its own; the curator's room only.

        A CSV file for ``read_kept``: where a data key is configured it is sealed.
        """
        folder = self._folder(run_id)
        point = folder.find(method, epsilon)
        target = folder.path / "private" / f"lists-{point.name}-{k}.csv"
        if not target.exists():
            recommend_aside(folder.path, method, epsilon, k, target)
            seal_in_place(target)
        return target

    @staticmethod
    def read_kept(path: Path) -> bytes:
        """The bytes of a file that is kept here, sealed or not, for a person to take along."""
        with open_file(path) as file:
            return file.read()

    # a gallery of typical shoppers

    def gallery(self, run_id: str) -> list[Typical]:
        """Shoppers who stand for a kind each; never the most extreme of it (see ``core.studies.gallery``).

        Whoever withdrew consent since stands for none, where the study knows its shoppers by their ids.
        """
        folder = self._folder(run_id)
        catalogue = folder.shop_folder / "catalogue.parquet"
        found = typical_shoppers(folder.interactions_file, catalogue, export_key(self.home))
        marked = withdrawn(self.home)
        return [one for one in found if not marked or hash_of(one.user_id, self.home) not in marked]

    def gallery_allowed(self, dataset_id: str) -> Permission | None:
        """Who permitted a gallery of this dataset's shoppers, under pseudonyms; None where nobody did."""
        about = [row for row in Ledger(self.home).decisions(*ABOUT_GALLERY) if row.subject == dataset_id]
        last = about[-1] if about else None
        return Permission(last.by, last.reason, last.created) if last and last.kind == "permission" else None

    def allow_gallery(self, dataset_id: str, *, by: str, reason: str) -> Decision:
        """Permit it, for all who may see this dataset, until it is forbidden: for an officer to do.

        Raises:
            SettingsError: it is permitted already, or nobody or no reason is named; nothing is written.
        """
        find_dataset(self.home, dataset_id)
        if self.gallery_allowed(dataset_id):
            raise SettingsError("Looking at typical shoppers of this dataset is permitted already.")
        return self._decide("permission", dataset_id, by, reason)

    def forbid_gallery(self, dataset_id: str, *, by: str, reason: str) -> Decision:
        """Take the permission back.

        Raises:
            SettingsError: there is none, or nobody or no reason is named; nothing is written.
        """
        if not self.gallery_allowed(dataset_id):
            raise SettingsError("Nobody has permitted looking at typical shoppers of this dataset.")
        return self._decide("revocation", dataset_id, by, reason)

    # inside

    def _decide(self, kind: Kind, dataset_id: str, by: str, reason: str) -> Decision:
        return log_decision(self.home, Ledger(self.home).decide(kind, by=by, reason=reason, subject=dataset_id))

    def _folder(self, run_id: str) -> StudyFolder:
        return StudyFolder(self._queue.get(run_id).out)

    def _rows(self, folder: StudyFolder, user_id: str) -> pd.DataFrame:
        """One shopper's rows: several questions of one page ask for them. Kept until the file changes, for two only."""
        path = folder.interactions_file
        return self._own(path, user_id, path.stat().st_mtime_ns).copy()
