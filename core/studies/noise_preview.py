"""
What the popularity of a release would look like at an ε, on this shop's own products.

Exact sums and simulated noise: for the curator's room and the sample. Nothing is released, so nothing is charged, and
the noise is a seeded generator's, so that a picture stays the same until a person asks for another draw.
Budget, sensitivity and the share that popularity gets are those of a study (``core.studies.budget``,
``core.studies.releasing``); the sums are of the shoppers whom a study would train on.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.columns import Columns
from core.privacy.consent import keep_consenting
from core.recommend.release import Popularity, noisy_popularity, popularity_sums
from core.settings import StudySettings
from core.store.home import Home
from core.studies.budget import JointBudget, Numbers, feasible, joint_budget, numbers_of, selection_of
from core.studies.preparing import COIN
from core.studies.releasing import draw_popularity
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from core.tables.touched import touched

Array = npt.NDArray[np.float64]
N_TOP = 10
N_DRAWS = 100
WITHIN = NormalDist().inv_cdf(0.975)  # standard deviations to either side that hold 95 of 100 draws


@dataclass(frozen=True)
class Popular:
    """Exact popularity of every product as a release sums it: a shopper of n products adds 1/√n to each.

    Attributes:
        names: Shape (n_items,): a product's title, else its id.
        values: Shape (n_items,).
        n_users: Shoppers in the data, those who judge included.
        has_catalogue: Whether the names are public already; else a study has to choose them privately first.
    """

    names: npt.NDArray[np.str_]
    values: Array
    n_users: int
    has_catalogue: bool

    @property
    def top(self) -> npt.NDArray[np.int64]:
        """Positions of the most popular products, most popular first; at most ``N_TOP``."""
        return top_of(self.values)

    def preview(self, epsilon: float, delta: float, n_shoppers: int | None) -> "NoisePreview":
        """What ``preview`` says of this shop."""
        return preview(self, epsilon, delta, n_shoppers)

    def draw(
        self, epsilon: float, delta: float, n_shoppers: int | None, number: int
    ) -> tuple[Array, npt.NDArray[np.int64]]:
        """One simulated draw of every product, by its number, and the positions of the most popular in it."""
        drawn = _draw(self, epsilon, delta, n_shoppers, N_DRAWS + number)[0].values
        return drawn, top_of(drawn)


@dataclass(frozen=True)
class NoisePreview:
    """What an ε would do to the list of the most popular products.

    Attributes:
        noise_std: Of the noise on each product, in most of the simulated draws.
        share: Of the release's μ² that popularity has then; 1 where it is released alone.
        kept: How many of the top are still in the top, on average over ``N_DRAWS`` draws.
        kept_low: At least so many in 95 of 100 draws or more.
    """

    noise_std: float
    share: float
    kept: float
    kept_low: int

    @property
    def half(self) -> float:
        """Half the width of the interval that holds 95 of 100 draws."""
        return WITHIN * self.noise_std


class SimulatedNoise:
    """Noise of a seeded generator: for pictures, never for a release."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def release(self, values: Array, noise_std: float) -> Array:
        """The values with independent N(0, noise_std²) on each."""
        return values + self._rng.normal(0, noise_std, values.shape)


def popular(home: Home, dataset: Dataset, n_shoppers: int | None) -> Popular:
    """Sum up how popular each product is among the shoppers whom a study would train on.

    Args:
        home: Whose coin sets judges apart, and whose ledger says who withdrew consent.
        dataset: As imported: what Anonymisation would do to rows is not done here.
        n_shoppers: Declared number; None where it is counted.
    """
    found = touched(dataset)
    users = pd.DataFrame({Columns.USER: found.user_ids})
    kept = keep_consenting(users, home)[0][Columns.USER].to_numpy().astype(str)
    share = numbers_of(StudySettings(n_shoppers=n_shoppers), len(kept)).share
    trains = kept[~is_judge(kept, home.key(COIN), share)]
    matrix = found.matrix[np.isin(found.user_ids, trains)]
    catalogue = dataset.catalogue()
    if catalogue is None:
        return Popular(found.item_ids, popularity_sums(matrix), len(kept), has_catalogue=False)
    is_known = np.isin(found.item_ids, catalogue[Columns.ITEM].to_numpy().astype(str))
    places = pd.Index(catalogue[Columns.ITEM].astype(str)).get_indexer(pd.Index(found.item_ids[is_known]))
    values = np.zeros(len(catalogue))
    values[places] = popularity_sums(matrix[:, is_known])
    titles = catalogue[Columns.TITLE].replace("", None).fillna(catalogue[Columns.ITEM])
    return Popular(titles.to_numpy().astype(str), values, len(kept), has_catalogue=True)


def preview(found: Popular, epsilon: float, delta: float, n_shoppers: int | None) -> NoisePreview:
    """Simulate, ``N_DRAWS`` times, the popularity that a study of Tact's usual methods would release at this ε.

    Args:
        found: Of ``popular``.
        epsilon: Of the joint release of popularity, statistics and hybrid.
        delta: At which it is meant.
        n_shoppers: Declared number; None where it is counted.
    """
    draws = [_draw(found, epsilon, delta, n_shoppers, seed) for seed in range(N_DRAWS)]
    shares = [share for _, share in draws]
    usual = max(set(shares), key=shares.count)
    top = set(found.top.tolist())
    kept = np.array([len(top & set(top_of(drawn.values).tolist())) for drawn, _ in draws])
    return NoisePreview(
        noise_std=1 / next(drawn.mu for drawn, share in draws if share == usual),
        share=usual,
        kept=float(kept.mean()),
        kept_low=int(np.quantile(kept, 0.05, method="lower")),
    )


def top_of(values: Array) -> npt.NDArray[np.int64]:
    """Positions of the ``N_TOP`` largest, largest first."""
    return np.argsort(-values, kind="stable")[:N_TOP].astype(np.int64)


@lru_cache(maxsize=256)
def _budget(
    epsilon: float, delta: float, n_shoppers: int | None, n_users: int, has_catalogue: bool
) -> tuple[JointBudget, Numbers]:
    """Share out ε as a study of the usual methods does."""
    settings = StudySettings(epsilons=(epsilon,), delta=delta, n_shoppers=n_shoppers)
    numbers = numbers_of(settings, max(n_users, 1))
    selection = None if has_catalogue else selection_of(settings, numbers)
    budget = joint_budget(feasible(settings.methods, numbers), epsilon, numbers, selection)
    assert budget is not None  # the usual methods share the release
    return budget, numbers


def _draw(found: Popular, epsilon: float, delta: float, n_shoppers: int | None, seed: int) -> tuple[Popularity, float]:
    """Draw popularity as a study does, with simulated noise."""
    budget, numbers = _budget(epsilon, delta, n_shoppers, found.n_users, found.has_catalogue)
    noise = SimulatedNoise(seed)
    popularity, share, _ = draw_popularity(
        budget, len(found.values), numbers.training, lambda mu: noisy_popularity(found.values, mu, noise)
    )
    return popularity, share if budget.has_gram else 1.0
