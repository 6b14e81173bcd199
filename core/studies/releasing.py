"""One joint release as it is drawn: popularity, as much more of it as the noise makes necessary, the co-occurrence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.recommend.histories import Histories
from core.recommend.release import (
    SHARES,
    Gram,
    Noise,
    Popularity,
    head_size,
    merge,
    popularity_share,
    release_gram,
    release_popularity,
)
from core.studies.budget import JointBudget


@dataclass(frozen=True)
class JointRelease:
    """What was drawn, before anything is made of it.

    Attributes:
        popularity: All draws of popularity as one.
        share: Of the release's μ² that popularity ended up with.
        gram: The co-occurrence; None where no method asked for it.
        n_clear: How many products stood out of the noise of the first draw.
    """

    popularity: Popularity
    share: float
    gram: Gram | None = None
    n_clear: int = 0


def draw_release(budget: JointBudget, training: Histories, n_shoppers: int, noise: Noise) -> JointRelease:
    """Draw what ``budget`` pays for; the ledger was charged before.

    Args:
        budget: One ε, shared out.
        training: The shoppers who train.
        n_shoppers: The declared number of them: the head's size hangs on it, not on the rows.
        noise: Where noise comes from.
    """
    popularity, share, n_clear = draw_popularity(
        budget, training.n_items, n_shoppers, lambda mu: release_popularity(training, mu, noise)
    )
    if not budget.has_gram:
        return JointRelease(popularity, share)
    size = head_size(n_shoppers, budget.release_mu, training.n_items)
    gram = release_gram(training, popularity, size, budget.gram_mu(share), noise)
    return JointRelease(popularity, share, gram, n_clear)


def draw_popularity(
    budget: JointBudget, n_items: int, n_shoppers: int, draw: Callable[[float], Popularity]
) -> tuple[Popularity, float, int]:
    """Draw popularity, and more of it where few products stand out of the noise of the first draw.

    Args:
        budget: As of ``draw_release``.
        n_items: Products of the shop.
        n_shoppers: As of ``draw_release``.
        draw: One release of popularity that costs μ.

    Returns:
        All draws as one, the share of the release's μ² that they cost, and how many products stood out at first.
    """
    popularity = draw(budget.popularity_mu(SHARES[0]))
    if not budget.has_gram:
        return popularity, SHARES[0], 0
    share = popularity_share(popularity, head_size(n_shoppers, budget.release_mu, n_items))
    n_clear = int(np.sum(popularity.values > 3.5 / popularity.mu))
    if share > SHARES[0]:
        popularity = merge(popularity, draw(budget.popularity_mu(share - SHARES[0])))
    return popularity, share, n_clear
