"""The sample shop's products: what everybody may read of them, and the hidden traits that draw shoppers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sample_data.kinds import CATEGORIES, Pattern
from sample_data.tastes import TASTES, Taste

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

N_PRODUCTS = 800
N_UNSEEN_TRAITS = 3  # what draws shoppers and no title tells: how it feels in the hand, who recommended it
SECOND_TASTE = 0.2  # how much a product belongs to a second taste
STRAY_WORD = 0.12  # chance that a title's word comes from the second taste, not the first
EXTRAS, EXTRAS_THAT_LAST = ("Gift Boxed", "Limited Edition"), ("Slight Seconds", "Last Few")
EXTRA_CHANCE = 0.06
ZIPF_EXPONENT, ZIPF_SHIFT = 0.97, 10.0  # pull of the product at rank r: (r + shift) ** -exponent
LAUNCHED_LATER, LAUNCH_WINDOW_DAYS = 0.1, 120
N_DAYS = 182  # 26 weeks


@dataclass(frozen=True)
class Catalogue:
    """Products in one order; every array's first axis is the product."""

    table: pd.DataFrame  # ProductID, Category, Price, Rating, Title: what is published
    category: Integers  # (n,) place in CATEGORIES
    tastes: Floats  # (n, tastes) shares, rows sum to 1
    traits: Floats  # (n, traits) standard normal
    pull: Floats  # (n,) Zipf popularity before anyone's taste, sums to 1
    used_up: npt.NDArray[np.bool_]  # (n,) bought again when it is finished
    season: npt.NDArray[np.str_]  # (n,) any, summer, autumn or winter
    launch_day: Integers  # (n,) 0 for what was on sale from the start

    @property
    def log_price(self) -> Floats:
        """Natural logarithm of the price, shape (n,)."""
        logs: Floats = np.log(self.table["Price"].to_numpy(np.float64))
        return logs


def make_catalogue(rng: np.random.Generator) -> Catalogue:
    """Invent ``N_PRODUCTS`` products, ordered by id; neither id nor order says how popular one is."""
    names = list(CATEGORIES)
    category = np.sort(rng.choice(len(names), N_PRODUCTS, p=uneven(len(names), 0.22, rng)))
    first = rng.choice(len(TASTES), N_PRODUCTS, p=uneven(len(TASTES), 0.3, rng))
    second = rng.integers(len(TASTES), size=N_PRODUCTS)
    patterns = [draw_pattern(CATEGORIES[names[place]], rng) for place in category]
    titles = write_titles(patterns, first, second, rng)
    quality = rng.standard_normal(N_PRODUCTS)
    tastes = (1 - SECOND_TASTE) * np.eye(len(TASTES))[first] + SECOND_TASTE * np.eye(len(TASTES))[second]
    numbers = np.sort(rng.choice(np.arange(1, 10_000), N_PRODUCTS, replace=False))
    order = rng.permutation(N_PRODUCTS)  # ids are handed out without regard to category, taste or popularity
    table = pd.DataFrame(
        {
            "ProductID": [f"P{number:04d}" for number in numbers],
            "Category": [names[category[place]] for place in order],
            "Price": [draw_price(patterns[place], quality[place], rng) for place in order],
            "Rating": rate(quality, rng)[order],
            "Title": [titles[place] for place in order],
        }
    )
    return Catalogue(
        table=table,
        category=category[order],
        tastes=tastes[order],
        traits=rng.standard_normal((N_PRODUCTS, N_UNSEEN_TRAITS)),
        pull=zipf_pull(quality, rng)[order],
        used_up=np.array([patterns[place].used_up for place in order]),
        season=np.array([patterns[place].season for place in order]),
        launch_day=launch_days(rng),
    )


def uneven(n: int, spread: float, rng: np.random.Generator) -> Floats:
    """Return ``n`` shares that sum to 1, log-normal around equal ones."""
    shares: Floats = np.exp(spread * rng.standard_normal(n))
    shares /= shares.sum()
    return shares


def draw_pattern(patterns: tuple[Pattern, ...], rng: np.random.Generator) -> Pattern:
    """Pick one kind of product of a category."""
    return patterns[rng.integers(len(patterns))]


def write_titles(patterns: list[Pattern], first: Integers, second: Integers, rng: np.random.Generator) -> list[str]:
    """Give every product a title of its own; most say the product's taste, some say its second taste."""
    taken: set[str] = set()
    titles = []
    for pattern, own, other in zip(patterns, first, second, strict=True):
        taste = TASTES[other if rng.random() < STRAY_WORD else own]
        title = fill(pattern, taste, rng)
        while title in taken:
            title = fill(pattern, taste, rng)
        taken.add(title)
        titles.append(title)
    return titles


def fill(pattern: Pattern, taste: Taste, rng: np.random.Generator) -> str:
    """Put one of a taste's words into a pattern, now and then with an extra."""
    in_turn = zip(taste.things, taste.patterns, strict=False)  # so that both have a well known first
    choices = {
        "motif": tuple(word for pair in in_turn for word in pair),
        "thing": taste.things,
        "pattern": taste.patterns,
        "scent": taste.scents,
        "colour": taste.colours,
        "flavour": taste.flavours,
    }
    title = pattern.title.format(**{slot: draw_word(some, rng) for slot, some in choices.items()})
    extras = EXTRAS if pattern.used_up else (*EXTRAS, *EXTRAS_THAT_LAST)
    return f"{title}, {extras[rng.integers(len(extras))]}" if rng.random() < EXTRA_CHANCE else title


def draw_word(words: tuple[str, ...], rng: np.random.Generator) -> str:
    """Pick a word; the first ones are a taste's best known, and come on many products."""
    weights = np.cumsum(1 / np.arange(1, len(words) + 1))
    return words[int(np.searchsorted(weights, rng.random() * weights[-1], side="right"))]


def draw_price(pattern: Pattern, quality: float, rng: np.random.Generator) -> float:
    """Price inside the pattern's range, a little more for better things, ending in .00, .50 or .95."""
    place = 1 / (1 + np.exp(-(0.5 * quality + 1.2 * rng.standard_normal())))
    price = pattern.low + (pattern.high - pattern.low) * place
    ending = (0.0, 0.5, 0.95)[rng.integers(3)]
    return float(np.floor(price) + ending)


def rate(quality: Floats, rng: np.random.Generator) -> Floats:
    """Return the shop editors' own rating, 1 to 5 in halves; shoppers have no part in it."""
    opinion = 3.6 + 0.55 * quality + 0.45 * rng.standard_normal(len(quality))
    return np.clip(np.round(2 * opinion) / 2, 1, 5)


def zipf_pull(quality: Floats, rng: np.random.Generator) -> Floats:
    """Rank products mostly by luck, a little by quality, and let their pull fall with the rank."""
    luck = 0.4 * quality + rng.standard_normal(len(quality))
    rank = np.argsort(np.argsort(-luck)) + 1
    pull: Floats = (rank.astype(np.float64) + ZIPF_SHIFT) ** -ZIPF_EXPONENT
    pull /= pull.sum()
    return pull


def launch_days(rng: np.random.Generator) -> Integers:
    """Day on which each product went on sale: 0 for most."""
    later = rng.random(N_PRODUCTS) < LAUNCHED_LATER
    return np.where(later, rng.integers(1, LAUNCH_WINDOW_DAYS, N_PRODUCTS), 0).astype(np.int64)
