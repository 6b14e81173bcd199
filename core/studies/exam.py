"""What every row of a grid is asked: the same judges and the same hidden products, fixed on the rows as uploaded."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.columns import Columns
from core.recommend.content import ContentScores
from core.recommend.histories import build_histories, hide_last
from core.recommend.shop import Shop
from core.studies.shoppers import MIN_PRODUCTS, Judges, is_judge


@dataclass(frozen=True)
class Exam:
    """Judges, what is hidden from them, and everything else, which an anonymisation may then change.

    Products are hidden *before* anything is anonymised: they are what a judge will choose next, so no anonymisation has
    seen them, and they are the same for every row of the grid.

    Attributes:
        judges: Ids as uploaded, in order; they never train.
        hidden: Products to guess, shape (n_judges, n_items), 1 each.
        shop: The published catalogue as uploaded; its products are the columns of ``hidden``.
        interactions: Every uploaded row but those of hidden products.
    """

    judges: pd.Index
    hidden: sparse.csr_array
    shop: Shop
    interactions: pd.DataFrame

    def judges_of(self, interactions: pd.DataFrame, shop: Shop) -> Judges:
        """The judges with their visible histories as ``interactions`` have them, over the products of ``shop``.

        A judge of whom no row is left is there all the same, as a newcomer. A hidden product that ``shop`` lacks cannot
        be recommended and counts as missed; what an anonymisation put in place of products (a category) is no product,
        and nobody is recommended it.
        """
        own = interactions[interactions[Columns.USER].isin(self.judges).to_numpy()]
        visible = build_histories(own, shop.item_ids, shop.has_time, users=self.judges)
        content = ContentScores(shop, visible, is_study=True)
        allowed = np.isin(shop.item_ids, self.shop.item_ids)
        return Judges(visible, self._hidden_over(shop.item_ids), content, shop, allowed)

    def training_of(self, interactions: pd.DataFrame) -> pd.DataFrame:
        """The rows of everybody else."""
        return interactions[~interactions[Columns.USER].isin(self.judges).to_numpy()]

    def _hidden_over(self, item_ids: npt.NDArray[np.str_]) -> sparse.csr_array:
        """``hidden`` with the columns of ``item_ids``; products that are not among them stand behind them."""
        place = pd.Index(item_ids).get_indexer(pd.Index(self.shop.item_ids))
        is_lost = place < 0
        place[is_lost] = len(item_ids) + np.arange(is_lost.sum())
        found = self.hidden.tocoo()
        shape = (len(self.judges), len(item_ids) + int(is_lost.sum()))
        return sparse.csr_array((found.data, (found.row, place[found.col])), shape=shape)


def set_exam(interactions: pd.DataFrame, shop: Shop, key: bytes, share: float) -> Exam:
    """Choose the judges by the coin of their ids, as every study does, and hide the last fifth of their products.

    Args:
        interactions: As uploaded.
        shop: The published catalogue.
        key: Secret of the coin.
        share: Of all shoppers, who judge.
    """
    users = np.array(sorted(interactions[Columns.USER].unique()), dtype=object)
    judges = pd.Index(users[is_judge(users, key, share)], dtype=object)
    person = judges.get_indexer(pd.Index(interactions[Columns.USER]))
    whole = build_histories(interactions[person >= 0], shop.item_ids, shop.has_time, users=judges)
    _, hidden = hide_last(whole, MIN_PRODUCTS)
    item = pd.Index(shop.item_ids).get_indexer(pd.Index(interactions[Columns.ITEM]))
    found = hidden.tocoo()
    taken = found.row.astype(np.int64) * shop.n_items + found.col
    is_hidden = (person >= 0) & (item >= 0) & np.isin(person.astype(np.int64) * shop.n_items + item, taken)
    return Exam(judges, hidden, shop, interactions[~is_hidden].reset_index(drop=True))
