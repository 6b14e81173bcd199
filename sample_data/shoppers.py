"""The sample shop's shoppers: how often they come, when, and what they like."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample_data.catalogue import N_DAYS, Catalogue, uneven
from sample_data.kinds import CATEGORIES
from sample_data.tastes import TASTES

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

N_SHOPPERS = 3_000
TASTE_FOCUS = 0.08  # Dirichlet: small means one or two tastes a person
CATEGORY_FOCUS = 0.5
OPEN_MIND = 0.008  # least share of any taste: everybody buys presents
TRAIT_STRENGTH = 0.7
PRICE_SPREAD, PRICE_TOLERANCE = 0.5, 0.6  # of log prices: between shoppers, and around a shopper's own level
VISITS_MEDIAN, VISITS_SPREAD = 2.2, 0.9  # log-normal
MAX_VISITS = 60


@dataclass(frozen=True)
class Shoppers:
    """Shoppers in one order; every array's first axis is the shopper."""

    ids: list[str]
    liking: Floats  # (n, products) relative chance to look at a product, rows sum to 1
    n_visits: Integers  # (n,) at least 1
    first_day: Integers  # (n,) the day of joining
    last_day: Integers  # (n,) the day of leaving, >= first_day
    readiness: Floats  # (n,) multiplies the chance to buy
    hour_shift: Floats  # (n,) hours: early birds below 0, night owls above


def make_shoppers(catalogue: Catalogue, rng: np.random.Generator) -> Shoppers:
    """Invent ``N_SHOPPERS`` shoppers with tastes of their own."""
    numbers = rng.choice(np.arange(10_000, 100_000), N_SHOPPERS, replace=False)
    n_visits = np.exp(np.log(VISITS_MEDIAN) + VISITS_SPREAD * rng.standard_normal(N_SHOPPERS))
    first_day = np.where(rng.random(N_SHOPPERS) < 0.45, 0, rng.integers(0, N_DAYS - 7, N_SHOPPERS))
    stay = rng.exponential(110, N_SHOPPERS) + 5 * n_visits
    return Shoppers(
        ids=[f"C{number}" for number in numbers],
        liking=likings(catalogue, rng),
        n_visits=np.clip(np.ceil(n_visits), 1, MAX_VISITS).astype(np.int64),
        first_day=first_day.astype(np.int64),
        last_day=np.minimum(first_day + stay, N_DAYS - 1).astype(np.int64),
        readiness=np.exp(0.5 * rng.standard_normal(N_SHOPPERS)),
        hour_shift=1.5 * rng.standard_normal(N_SHOPPERS),
    )


def likings(catalogue: Catalogue, rng: np.random.Generator) -> Floats:
    """Multiply popularity by what each shopper thinks of taste, category, price and the traits no title tells."""
    taste_prior = TASTE_FOCUS * len(TASTES) * uneven(len(TASTES), 0.4, rng)
    category_prior = CATEGORY_FOCUS * len(CATEGORIES) * uneven(len(CATEGORIES), 0.4, rng)
    tastes = rng.dirichlet(taste_prior, N_SHOPPERS)  # (n, tastes)
    categories = rng.dirichlet(category_prior, N_SHOPPERS)  # (n, categories)
    traits = TRAIT_STRENGTH * rng.standard_normal((N_SHOPPERS, catalogue.traits.shape[1]))
    level = catalogue.log_price.mean() + PRICE_SPREAD * rng.standard_normal((N_SHOPPERS, 1))
    by_taste = tastes @ catalogue.tastes.T + OPEN_MIND
    by_category = categories[:, catalogue.category] + 0.3 / len(CATEGORIES)
    by_price = np.exp(-0.5 * ((catalogue.log_price - level) / PRICE_TOLERANCE) ** 2)
    fit: Floats = by_taste * by_category * by_price * np.exp(traits @ catalogue.traits.T)
    fit /= fit.sum(axis=1, keepdims=True)
    fit /= fit.mean(axis=0)  # so that a product's pull, and not its luck with tastes, makes it popular
    liking: Floats = catalogue.pull * fit
    liking /= liking.sum(axis=1, keepdims=True)
    return liking
