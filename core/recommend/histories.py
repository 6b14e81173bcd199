"""What each shopper has touched, as sparse matrices over the catalogue's products."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.columns import Columns, Events

HALF_LIFE = 5.0  # in products; best for the hybrid on two public sets with times, 10 is within 4 %
HIDDEN_SHARE = 0.2  # of a shopper's distinct products, the last ones by first touch


@dataclass(frozen=True)
class Histories:
    """The distinct products of each shopper; three matrices with one sparsity pattern.

    Attributes:
        user_ids: Shape (n_users,), text.
        item_ids: Shape (n_items,), text, in the catalogue's order.
        matrix: Shape (n_users, n_items), 1 where the shopper touched the product, whatever the event.
        ages: How many products the shopper first touched later (one basket has one age); 0 without times.
        counts: How often the shopper bought the product; 0 where it was only viewed.
        has_time: Whether the shop declares times, so that ``ages`` mean something.
    """

    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    matrix: sparse.csr_array
    ages: sparse.csr_array
    counts: sparse.csr_array
    has_time: bool

    @property
    def n_users(self) -> int:
        """Number of shoppers."""
        return int(self.matrix.shape[0])

    @property
    def n_items(self) -> int:
        """Number of products."""
        return int(self.matrix.shape[1])

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Distinct products of each shopper, shape (n_users,)."""
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    def rows(self, index: npt.ArrayLike) -> "Histories":
        """The shoppers at ``index`` (positions or a boolean mask), in that order."""
        chosen = np.asarray(index)
        return replace(
            self,
            user_ids=self.user_ids[chosen],
            matrix=self.matrix[chosen],
            ages=self.ages[chosen],
            counts=self.counts[chosen],
        )

    def keep(self, entries: npt.NDArray[np.bool_]) -> "Histories":
        """The same shoppers with only those of their products where ``entries`` is true, shape (nnz,)."""
        return replace(
            self,
            matrix=_select(self.matrix, entries, self.matrix.data),
            ages=_select(self.matrix, entries, self.ages.data),
            counts=_select(self.matrix, entries, self.counts.data),
        )

    def recency(self, half_life: float = HALF_LIFE) -> sparse.csr_array:
        """``matrix`` with the weight 0.5 ** (age / half_life) in place of 1."""
        return with_data(self.matrix, np.float32(0.5) ** (self.ages.data / half_life))


def with_data(pattern: sparse.csr_array, data: npt.NDArray[np.generic]) -> sparse.csr_array:
    """A matrix with the sparsity of ``pattern`` and other values; explicit zeros stay in place."""
    return sparse.csr_array((data.astype(np.float32), pattern.indices, pattern.indptr), shape=pattern.shape)


def build_histories(
    interactions: pd.DataFrame, item_ids: npt.NDArray[np.str_], has_time: bool, users: pd.Index | None = None
) -> Histories:
    """Gather interactions by shopper; products that are not in ``item_ids`` are left out.

    Args:
        interactions: Columns of ``Columns.INTERACTIONS``.
        item_ids: The published (or privately selected) products, in order.
        has_time: Order a shopper's products by first touch.
        users: Shoppers to have a row each, in order, also where nothing is known of them; by default all, sorted.
    """
    item = pd.Index(item_ids).get_indexer(pd.Index(interactions[Columns.ITEM]))
    rows = pd.DataFrame(
        {
            "user": interactions[Columns.USER].to_numpy(),
            "item": item,
            "bought": (interactions[Columns.EVENT] == Events.PURCHASE).to_numpy(np.float32),
            "time": interactions[Columns.TIMESTAMP].to_numpy() if has_time else 0,
        }
    )[item >= 0]
    user_ids = pd.Index(sorted(rows["user"].unique())) if users is None else users
    rows["user"] = user_ids.get_indexer(pd.Index(rows["user"]))
    rows = rows[rows["user"] >= 0]
    if has_time:
        rows = rows.sort_values("time", kind="stable", na_position="first")
    grouped = rows.groupby(["user", "item"], sort=False)["bought"]
    distinct = rows[["user", "item", "time"]].drop_duplicates(["user", "item"])
    distinct["bought"] = grouped.sum().to_numpy()  # both keep the order of first appearance
    distinct["place"] = distinct.groupby("user").cumcount(ascending=False)
    distinct["age"] = distinct.groupby(["user", "time"], dropna=False)["place"].transform("min") if has_time else 0
    distinct = distinct.sort_values(["user", "item"])
    indptr = np.concatenate([[0], np.cumsum(np.bincount(distinct["user"], minlength=len(user_ids)))])
    shape = (len(user_ids), len(item_ids))
    pattern = sparse.csr_array((np.ones(len(distinct), np.float32), distinct["item"].to_numpy(), indptr), shape=shape)
    return Histories(
        user_ids=user_ids.to_numpy().astype(str),
        item_ids=np.asarray(item_ids).astype(str),
        matrix=pattern,
        ages=with_data(pattern, distinct["age"].to_numpy()),
        counts=with_data(pattern, distinct["bought"].to_numpy()),
        has_time=has_time,
    )


def hide_last(histories: Histories, min_products: int) -> tuple[Histories, sparse.csr_array]:
    """Hide the last fifth of each shopper's products (at least one): what a recommender has to guess.

    Shoppers with fewer than ``min_products`` keep everything. Within a basket, and where there are no times, a public
    coin of shopper and product decides, so that nobody's split depends on anybody else.

    Returns:
        The histories without the hidden products, and the hidden ones, shape (n_users, n_items), 1 each.
    """
    matrix, sizes = histories.matrix, histories.sizes
    user = np.repeat(np.arange(histories.n_users), sizes)
    order = np.lexsort((_coins(histories), histories.ages.data, user))
    place = np.empty(len(order))  # 0 for the latest
    place[order] = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], sizes)
    n_hidden = np.where(sizes >= min_products, np.maximum(1, np.round(sizes * HIDDEN_SHARE)), 0)
    is_hidden = place < n_hidden[user]
    ages = np.maximum(histories.ages.data - n_hidden[user], 0)
    visible = replace(histories, ages=with_data(matrix, ages)).keep(~is_hidden)
    return visible, _select(matrix, is_hidden, np.ones(len(is_hidden), np.float32))


def _coins(histories: Histories) -> npt.NDArray[np.uint64]:
    """A 64-bit number for each shopper and product that depends on these two ids only."""
    users = pd.util.hash_array(histories.user_ids.astype(object))
    items = pd.util.hash_array(histories.item_ids.astype(object))
    mixed = np.repeat(users, histories.sizes) * np.uint64(0x9E3779B97F4A7C15) ^ items[histories.matrix.indices]
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(mixed ^ (mixed >> np.uint64(27)), dtype=np.uint64)


def _select(pattern: sparse.csr_array, keep: npt.NDArray[np.bool_], data: npt.NDArray[np.generic]) -> sparse.csr_array:
    """The entries of ``pattern`` at ``keep`` with ``data``; rows stay rows."""
    kept = np.concatenate([[0], np.cumsum(keep)])[pattern.indptr]
    return sparse.csr_array((data[keep].astype(np.float32), pattern.indices[keep], kept), shape=pattern.shape)
