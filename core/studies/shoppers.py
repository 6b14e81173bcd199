"""Who trains and who is asked to judge: a keyed coin a shopper, the same in every version of the data."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.columns import Columns
from core.recommend.content import ContentScores
from core.recommend.evaluation import CUTOFFS, Quality, evaluate_lists
from core.recommend.histories import Histories, build_histories, hide_last
from core.recommend.models import ContentModel, HybridModel, Model, top_k
from core.recommend.shop import Shop

MIN_PRODUCTS = 2  # an evaluation shopper with one product has nothing to hide; their figures are 0
COIN_BITS = 64


def is_judge(user_ids: Iterable[str], key: bytes, share: float) -> npt.NDArray[np.bool_]:
    """Whether each shopper is set apart for evaluation: by the shopper's id and the key alone.

    Args:
        user_ids: Text.
        key: Secret of the installation; the coin is the same in every file that this shopper ever appears in.
        share: Of all shoppers, 0 for none.
    """
    limit = int(share * 2**COIN_BITS)
    coins = _coins(user_ids, key)
    return np.array([coin < limit for coin in coins], bool)


def fold_of(user_ids: Iterable[str], key: bytes, folds: int) -> npt.NDArray[np.int64]:
    """In which of ``folds`` equal parts each shopper is, from 0 on: by the same coin, so whoever else is there.

    Fold 0 of n are the judges of a study with the share 1/n.
    """
    return np.array([coin * folds >> COIN_BITS for coin in _coins(user_ids, key)], np.int64)


def _coins(user_ids: Iterable[str], key: bytes) -> list[int]:
    """A whole number for each shopper, below 2 ** ``COIN_BITS``."""
    return [int.from_bytes(hmac.digest(key, str(user).encode(), sha256)[: COIN_BITS // 8]) for user in user_ids]


@dataclass(frozen=True)
class Judges:
    """The evaluation shoppers: what may be seen of them, and the products that a good list would name.

    ``allowed`` says which products of the shop may be listed at all; None: every one.
    """

    histories: Histories
    hidden: sparse.csr_array
    content: ContentScores
    shop: Shop
    allowed: npt.NDArray[np.bool_] | None = None

    def judge(self, model: Model) -> Quality:
        """Each judge's figures for a model's list of new products."""
        if isinstance(model, HybridModel | ContentModel):
            scores = model.scores(self.histories, self.content)
        else:
            scores = model.scores(self.histories)
        items, best = top_k(scores, self.histories.matrix, max(CUTOFFS), self.allowed)
        return evaluate_lists(items, np.isfinite(best), self.hidden)


def split(interactions: pd.DataFrame, shop: Shop, judges: pd.Index) -> tuple[Histories, Judges | None]:
    """Histories of the training shoppers, and of the judges, named by their ids; None where nobody is set apart."""
    is_theirs = interactions[Columns.USER].isin(judges).to_numpy()
    training = _somebody(interactions[~is_theirs], shop)
    if not len(judges):
        return training, None
    visible, hidden = hide_last(_somebody(interactions[is_theirs], shop), MIN_PRODUCTS)
    return training, Judges(visible, hidden, ContentScores(shop, visible, is_study=True), shop)


def _somebody(interactions: pd.DataFrame, shop: Shop) -> Histories:
    """Histories of these shoppers; of one without products, who adds 0 to every sum, where there is nobody at all.

    A study that failed for nobody and ran for one shopper would tell of that shopper.
    """
    found = build_histories(interactions, shop.item_ids, shop.has_time)
    nobody = pd.Index([""])
    return found if found.n_users else build_histories(interactions, shop.item_ids, shop.has_time, nobody)
