"""Visits to the sample shop: a shopper comes on a day, looks around one theme, and sometimes buys."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sample_data.catalogue import N_DAYS, Catalogue
from sample_data.shoppers import Shoppers

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PURCHASE, VIEW = 1, 2
START = np.datetime64("2025-06-02T00:00:00")  # a Monday
WEEKDAYS = np.array([1.05, 0.95, 0.95, 1.0, 0.9, 1.05, 1.35])  # Monday to Sunday
HOURS = np.array([6, 3, 2, 1, 1, 2, 6, 14, 24, 30, 34, 36, 44, 42, 34, 32, 34, 38, 44, 56, 70, 72, 50, 22], float)
GROWTH = 0.4  # the shop is that much busier at the end than at the start
BLACK_FRIDAY, RUSH, RUSH_WIDTH_DAYS = 179, 0.9, 3.0  # 28 November
SEASONS = {"summer": (40.0, 35.0), "autumn": (125.0, 25.0), "winter": (185.0, 32.0)}  # day of the peak, width
OFF_SEASON, HIGH_SEASON = 0.3, 3.0
VIEWS_MEAN = 5.0  # of one visit, geometric
SAME_CATEGORY, SAME_TASTE = 5.0, 5.0  # how much likelier the next look stays with the theme of the visit
LOOK_AGAIN = 0.08  # chance that a look goes back to a product seen before
KNOWN_BY_NOW = 0.2  # a product seen before is that much less likely to come up by itself
BUY = 0.016  # chance to buy after a look, at middling price and fit
LOOK_AGAIN_BUYS = 2.5  # a second look is a better sign than a first
BUY_AGAIN, FINISHED_AFTER_DAYS = 0.35, 21  # for what is used up, at each later visit
MOST_BUY_AGAIN = 3  # products bought again in one visit


@dataclass
class Memory:
    """What a shopper has looked at and bought so far."""

    seen: list[int] = field(default_factory=list)
    bought: dict[int, int] = field(default_factory=dict)  # product -> day of the last purchase


@dataclass(frozen=True)
class Event:
    """One row of the behaviour file, by place: shopper, product, behaviour, second since START."""

    shopper: int
    product: int
    behavior: int
    second: int


def make_events(catalogue: Catalogue, shoppers: Shoppers, rng: np.random.Generator) -> list[Event]:
    """Let every shopper come and go; returns all events in the order of time."""
    themes = theme_boosts(catalogue)
    season = season_weights(catalogue)
    events = []
    for shopper in range(len(shoppers.ids)):
        memory = Memory()
        for start in visit_times(shoppers, shopper, rng):
            day = start // 86_400
            weights = shoppers.liking[shopper] * season[day] * (catalogue.launch_day <= day)
            looks = visit(weights, themes, memory, rng)
            events += list(walk(shopper, start, looks, memory, catalogue, shoppers, rng))
    in_time = [event for event in events if event.second < N_DAYS * 86_400]
    return sorted(in_time, key=lambda event: (event.second, event.shopper, event.product, event.behavior))


def theme_boosts(catalogue: Catalogue) -> Floats:
    """How much likelier the next look is, shape (products in view, products)."""
    main_taste = catalogue.tastes.argmax(axis=1)
    same_category = catalogue.category[:, None] == catalogue.category
    same_taste = main_taste[:, None] == main_taste
    boosts: Floats = 1 + SAME_CATEGORY * same_category + SAME_TASTE * same_taste
    return boosts


def season_weights(catalogue: Catalogue) -> Floats:
    """How well each product sells on each day for the season alone, shape (days, products)."""
    days = np.arange(N_DAYS)
    weights = np.ones((N_DAYS, len(catalogue.season)))
    for name, (peak, width) in SEASONS.items():
        curve = OFF_SEASON + (HIGH_SEASON - OFF_SEASON) * np.exp(-0.5 * ((days - peak) / width) ** 2)
        weights[:, catalogue.season == name] = curve[:, None]
    return weights


def day_weights() -> Floats:
    """How busy the shop is on each day: week, growth and the rush at the end of November."""
    days = np.arange(N_DAYS)
    rush = 1 + RUSH * np.exp(-0.5 * ((days - BLACK_FRIDAY) / RUSH_WIDTH_DAYS) ** 2)
    weights: Floats = WEEKDAYS[days % 7] * (1 + GROWTH * days / N_DAYS) * rush
    return weights


def visit_times(shoppers: Shoppers, shopper: int, rng: np.random.Generator) -> list[int]:
    """Seconds since START at which a shopper's visits begin, rising."""
    first, last = shoppers.first_day[shopper], shoppers.last_day[shopper]
    weights = day_weights()[first : last + 1]
    n = shoppers.n_visits[shopper]
    days = first + rng.choice(len(weights), n, p=weights / weights.sum())
    hours = rng.choice(24, n, p=HOURS / HOURS.sum()) + rng.random(n) + shoppers.hour_shift[shopper]
    return sorted(int(second) for second in days * 86_400 + np.floor(np.mod(hours, 24) * 3_600))


def visit(weights: Floats, themes: Floats, memory: Memory, rng: np.random.Generator) -> list[tuple[int, bool]]:
    """Products looked at in one visit, each with whether it was seen before; updates what was seen."""
    weights = weights.copy()
    weights[memory.seen] *= KNOWN_BY_NOW
    product = draw(weights, rng)
    weights *= themes[product]
    looks: list[tuple[int, bool]] = []
    for _ in range(rng.geometric(1 / VIEWS_MEAN)):
        if not looks or looks[-1][0] != product:  # else its page is still open
            looks.append((product, product in memory.seen))
            memory.seen.append(product)
            weights[product] *= KNOWN_BY_NOW
        again = rng.random() < LOOK_AGAIN
        product = memory.seen[rng.integers(len(memory.seen))] if again else draw(weights, rng)
    return looks


def draw(weights: Floats, rng: np.random.Generator) -> int:
    """Draw one place in proportion to ``weights``."""
    total = np.cumsum(weights)
    return int(np.searchsorted(total, rng.random() * total[-1], side="right"))


def walk(
    shopper: int,
    start: int,
    looks: list[tuple[int, bool]],
    memory: Memory,
    catalogue: Catalogue,
    shoppers: Shoppers,
    rng: np.random.Generator,
) -> Iterator[Event]:
    """Turn a visit's looks into events with times: a look, sometimes a purchase, then what ran out."""
    second = start
    day = start // 86_400
    basket: dict[int, int] = {}
    for product, again in looks:
        yield Event(shopper, product, VIEW, second)
        fit = min(3.0, np.sqrt(shoppers.liking[shopper, product] / catalogue.pull[product]))
        chance = BUY * fit * shoppers.readiness[shopper] * (LOOK_AGAIN_BUYS if again else 1)
        if rng.random() < chance and product not in memory.bought:
            basket[product] = day
        second += int(rng.gamma(1.3, 45)) + 5
    finished = [p for p, then in memory.bought.items() if catalogue.used_up[p] and day - then >= FINISHED_AFTER_DAYS]
    for product in [p for p in finished if rng.random() < BUY_AGAIN][:MOST_BUY_AGAIN]:
        yield Event(shopper, product, VIEW, second)
        basket[product] = day
        second += int(rng.gamma(1.3, 25)) + 5
    second += int(rng.gamma(2.0, 60))
    for product in basket:
        yield Event(shopper, product, PURCHASE, second)
    memory.bought.update(basket)
