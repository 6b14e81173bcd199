"""The shop's own present recommender, judged as a study judges: the same shoppers set apart, the same hidden products.

The judges are found again: the coin of a shopper's id and the installation's key is the same whenever it is asked, and
so is what is hidden (``core.recommend.histories.hide_last``). Figures of real shoppers without noise: they stay in
the study's ``private/``.
"""

import io
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.anonymize.pseudonyms import pseudonyms, study_key
from core.columns import Columns, Events, Uploads
from core.errors import NotFound, SettingsError
from core.privacy.consent import hash_of, withdrawn
from core.recommend.evaluation import CUTOFFS, evaluate_lists
from core.recommend.histories import Histories, build_histories, hide_last
from core.recommend.shop import Shop
from core.settings import AnonymizationSettings, build
from core.store.home import Home
from core.store.sealed import open_file, write_file
from core.studies.folder import StudyFolder
from core.studies.preparing import COIN
from core.studies.shoppers import MIN_PRODUCTS, is_judge
from core.tables.own_lists import read_lists

PREFIX = "present-"
BEHAVIORS = {Events.PURCHASE: 1, Events.VIEW: 2}  # as uploads write them


@dataclass(frozen=True)
class Present:
    """What one set of lists reaches.

    Attributes:
        name: What the person calls it.
        means: Of each metric, such as ``ndcg_at_10``, divided as in the study's own exact figures.
        se: Standard errors of these over judges.
        n_judges: Judges who were asked.
        missing: Judges without a list, who count 0.
        unknown: Share of the judges' listed products that the study's catalogue lacks, which count as missed.
    """

    name: str
    means: dict[str, float]
    se: dict[str, float]
    n_judges: int
    missing: int
    unknown: float


@dataclass(frozen=True)
class Panel:
    """A study's judges, found again.

    Attributes:
        users: Their ids as uploaded, in the order of the rows of ``visible``.
        visible: What may be seen of them.
        hidden: What a good list would name, shape (n_judges, n_items).
        divisor: The declared number of judges, by which the study divides.
        interactions: Every row that the study has of them.
    """

    users: pd.Index
    visible: Histories
    hidden: sparse.csr_array
    divisor: int
    interactions: pd.DataFrame

    @classmethod
    def of(cls, home: Home, folder: StudyFolder, uploaded: Callable[[], Sequence[str]]) -> Self:
        """Find the judges of a finished study again.

        Args:
            home: Whose key the coin has.
            folder: Of the study.
            uploaded: Gives the ids of its data's shoppers; asked only where the study knows them by pseudonym.

        Raises:
            SettingsError: the study set nobody apart.
            NotFound: it is not finished, or its histories were deleted.
        """
        about = folder.about()
        numbers = about["numbers"]
        if not numbers["evaluation"]:
            raise SettingsError("This study set no shopper apart to judge, so no list can be judged. Train it again.")
        if not folder.interactions_file.exists():
            raise NotFound("The histories of this study were deleted, so its judges are not known. Train it again.")
        rows, shop = folder.interactions(), folder.shop()
        rules = build(AnonymizationSettings, about["settings"]["anonymization"])
        names = rows[Columns.USER].unique().astype(str)
        ids = np.array(list(uploaded()) if rules.pseudonymize else names, dtype=object)
        chosen = ids[is_judge(ids, home.key(COIN), float(numbers["share"]))]
        marked = withdrawn(home)  # after the study too: their rows are handed out to nobody any more
        if marked:
            chosen = np.array([user for user in chosen if hash_of(str(user), home) not in marked], dtype=object)
        codes = pseudonyms(chosen.tolist(), study_key(home), rules.pseudonym_format) if rules.pseudonymize else chosen
        by_name = dict(zip(codes, chosen, strict=True))
        own = rows[rows[Columns.USER].isin(by_name.keys())]
        return cls._hiding(own, shop, by_name, int(numbers["evaluation"]))

    @classmethod
    def _hiding(cls, own: pd.DataFrame, shop: Shop, by_name: dict[Any, Any], divisor: int) -> Self:
        visible, hidden = hide_last(build_histories(own, shop.item_ids, shop.has_time), MIN_PRODUCTS)
        users = pd.Index([by_name[name] for name in visible.user_ids], dtype=object)
        return cls(users, visible, hidden, divisor, own)

    def histories(self) -> pd.DataFrame:
        """The judges' rows without those of hidden products, as an upload names its columns."""
        user = pd.Index(self.visible.user_ids).get_indexer(pd.Index(self.interactions[Columns.USER]))
        item = pd.Index(self.visible.item_ids).get_indexer(pd.Index(self.interactions[Columns.ITEM]))
        is_seen = ~_is_in(self.hidden, user, item)
        rows = self.interactions[is_seen]
        table = pd.DataFrame(
            {
                Uploads.USER: self.users.to_numpy()[user[is_seen]],
                Uploads.ITEM: rows[Columns.ITEM].to_numpy(),
                Uploads.BEHAVIOR: rows[Columns.EVENT].map(BEHAVIORS).to_numpy(),
            }
        )
        return table.assign(**{Uploads.TIME: rows[Columns.TIMESTAMP].to_numpy()}) if self.visible.has_time else table

    def judge(self, path: Path, name: str) -> Present:
        """Judge the lists in a file.

        A product that a judge already has is passed over, as in the study's own lists, and so is one that is listed
        twice. One that the catalogue lacks keeps its place and counts as missed.

        Raises:
            DataError: the file cannot be read as lists, with its line.
        """
        lists = read_lists(path, lambda ids: self.users.get_indexer(pd.Index(ids)) >= 0)
        lists = lists.drop_duplicates()
        user = self.users.get_indexer(pd.Index(lists[Columns.USER]))
        item = pd.Index(self.visible.item_ids).get_indexer(pd.Index(lists[Columns.ITEM]))
        listed = len(np.unique(user))
        unknown = float((item < 0).mean()) if len(item) else 0.0
        is_new = ~_is_in(self.visible.matrix, user, item)
        user, item = user[is_new], item[is_new]
        place = pd.Series(user).groupby(user).cumcount().to_numpy()
        is_short = place < max(CUTOFFS)
        at = user[is_short], place[is_short]
        items = np.zeros((len(self.users), max(CUTOFFS)), np.int64)
        is_listed = np.zeros(items.shape, bool)
        items[at], is_listed[at] = np.maximum(item[is_short], 0), item[is_short] >= 0
        quality = evaluate_lists(items, is_listed, self.hidden)
        se = {key: float(values.std() / math.sqrt(self.divisor)) for key, values in quality.values.items()}
        missing = len(self.users) - listed
        return Present(name, quality.means(self.divisor), se, len(self.users), missing, unknown)


def keep_present(folder: StudyFolder, found: Present) -> None:
    """Keep figures in the study's ``private/``; those of the same name are replaced."""
    target = _file(folder, found.name)
    draft = target.with_name(f".{target.name}")
    write_file(io.BytesIO(json.dumps(asdict(found)).encode()), draft)
    draft.chmod(0o600)
    draft.replace(target)


def read_present(folder: StudyFolder) -> list[Present]:
    """What was judged in this study, by name."""
    found = []
    for path in (folder.path / "private").glob(f"{PREFIX}*.json"):
        with open_file(path) as file:
            found.append(Present(**json.load(file)))
    return sorted(found, key=lambda each: each.name)


def forget_present(folder: StudyFolder, name: str) -> None:
    """Delete the figures of this name."""
    _file(folder, name).unlink(missing_ok=True)


def _file(folder: StudyFolder, name: str) -> Path:
    return folder.path / "private" / f"{PREFIX}{sha256(name.encode()).hexdigest()[:16]}.json"


def _is_in(matrix: sparse.csr_array, user: npt.NDArray[np.int64], item: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each pair of a row and a column (-1: none) stands in a matrix."""
    found, width = matrix.tocoo(), int(matrix.shape[1])
    taken = found.row.astype(np.int64) * width + found.col
    return (item >= 0) & np.isin(user.astype(np.int64) * width + item, taken)
