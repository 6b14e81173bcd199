"""Canaries: made-up shoppers, each put into the data or left out by a fair coin of its own."""

import secrets
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.recommend.histories import Histories

Coins = npt.NDArray[np.bool_]

PRODUCTS = 8  # of a canary; enough that some are in the head of the catalogue even where noise draws the head
SEED = 20_230_515  # canaries are public: whoever attacks knows them, and only the coins are secret
ID = " canary {number}"  # imported ids are trimmed, so nobody's starts with a space


@dataclass(frozen=True)
class Canaries:
    """Made-up shoppers and what their coins said.

    Attributes:
        histories: One row a canary, in the data or not, over the shop's products.
        is_in: Shape (m,), true where the canary is in the data.
    """

    histories: Histories
    is_in: Coins

    def join(self, shoppers: Histories) -> Histories:
        """The real shoppers, then the canaries whose coins put them in. The declared number of shoppers stays."""
        mine = self.histories.rows(self.is_in)
        return replace(
            shoppers,
            user_ids=np.concatenate([shoppers.user_ids, mine.user_ids]),
            matrix=_below(shoppers.matrix, mine.matrix),
            ages=_below(shoppers.ages, mine.ages),
            counts=_below(shoppers.counts, mine.counts),
        )

    def halves(self) -> tuple[Histories, sparse.csr_array]:
        """What a recommender is shown of each canary, and the products held back from it, shape (m, n_items)."""
        is_shown = np.arange(self.histories.matrix.nnz) % 2 == 0
        shown, held = self.histories.keep(is_shown), self.histories.keep(~is_shown)
        return shown, held.matrix


def fair_coins(n: int) -> Coins:
    """Toss one secret coin a canary, independently: the theory of one run needs that, so no half is evened out."""
    return np.array([secrets.randbits(1) for _ in range(n)], bool)


def make_canaries(shoppers: Histories, n: int, n_popular: int, coins: Coins | None = None) -> Canaries:
    """Make shoppers who each bought ``PRODUCTS`` random ones of the most popular products.

    The attacker knows every real shopper, so he knows which products will be in the head of the catalogue; random
    subsets of these hardly overlap in the co-occurrence, and what hardly overlaps can be told apart.

    Args:
        shoppers: The real ones.
        n: How many canaries.
        n_popular: How many products to draw from.
        coins: Which are in; by default fair and secret.
    """
    rng = np.random.default_rng(SEED)  # no privacy hangs on these draws
    exact = np.asarray(shoppers.matrix.sum(axis=0)).ravel()
    pool = np.argsort(-exact, kind="stable")[: max(n_popular, PRODUCTS)]
    size = min(PRODUCTS, len(pool))
    chosen = np.stack([rng.choice(pool, size, replace=False) for _ in range(n)])
    order = np.argsort(chosen, axis=1)
    shape, starts = (n, shoppers.n_items), np.arange(n + 1) * size
    indices = np.take_along_axis(chosen, order, axis=1).ravel()

    def matrix(data: npt.NDArray[np.generic]) -> sparse.csr_array:
        return sparse.csr_array((data.astype(np.float32), indices, starts), shape=shape)

    ones = np.ones(n * size)
    histories = Histories(
        user_ids=np.array([ID.format(number=number) for number in range(n)]),
        item_ids=shoppers.item_ids,
        matrix=matrix(ones),
        ages=matrix(order.ravel() if shoppers.has_time else 0 * ones),
        counts=matrix(ones),
        has_time=shoppers.has_time,
    )
    return Canaries(histories, fair_coins(n) if coins is None else coins)


def _below(above: sparse.csr_array, below: sparse.csr_array) -> sparse.csr_array:
    """One matrix under another; explicit zeros stay, for the three matrices of a history share one pattern."""
    return sparse.csr_array(
        (
            np.concatenate([above.data, below.data]),
            np.concatenate([above.indices, below.indices]),
            np.concatenate([above.indptr, above.indptr[-1] + below.indptr[1:]]),
        ),
        shape=(above.shape[0] + below.shape[0], above.shape[1]),
    )
