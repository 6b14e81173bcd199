"""Randomised response: its exact distribution, one answer for good, and what it does not protect."""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.anonymize import local_privacy
from core.anonymize.applying import apply_all
from core.anonymize.coins import Coins
from core.anonymize.local_privacy import keep_limit, probabilities, shopper_epsilon
from core.anonymize.rows import apply_row_rules, row_steps
from core.columns import Columns
from core.errors import SettingsError
from core.settings import AnonymizationSettings, build

KEY = b"k" * 32


def catalogue(n_items: int) -> pd.DataFrame:
    """Products i0, i1, ... and nothing known of them."""
    names = pd.Series([f"i{number}" for number in range(n_items)], dtype="str")
    return pd.DataFrame({Columns.ITEM: names} | dict.fromkeys(Columns.CATALOGUE[1:], np.nan))


def events(items: list[str], *, user: str = "u", further: bool = False) -> pd.DataFrame:
    """One event a second with each of these products."""
    rows = pd.DataFrame(
        {
            Columns.USER: pd.Series([user] * len(items), dtype="str"),
            Columns.ITEM: pd.Series(items, dtype="str"),
            Columns.EVENT: pd.Series(["view"] * len(items), dtype="str"),
            Columns.TIMESTAMP: pd.Series(
                pd.Timestamp("2024-01-01") + pd.to_timedelta(range(len(items)), unit="s"), dtype="datetime64[us]"
            ),
        }
    )
    return rows.assign(Price=pd.Series(items, dtype="str")) if further else rows


def chosen(epsilon: float = 1.0, **values: object) -> AnonymizationSettings:
    return build(AnonymizationSettings, {"pseudonymize": False, "local_epsilon": epsilon, **values})


def answers(rows: pd.DataFrame, n_items: int, epsilon: float, key: bytes = KEY) -> list[str]:
    return told(rows, n_items, chosen(epsilon), key)


def told(rows: pd.DataFrame, n_items: int, settings: AnonymizationSettings, key: bytes = KEY) -> list[str]:
    """The product that each row names, in the order in which they came."""
    *_, step = row_steps(rows, catalogue(n_items), settings, key)
    return [str(item) for item in step.interactions.sort_index()[Columns.ITEM]]


@given(st.floats(0.01, 20), st.integers(2, 200_000))
def test_no_two_products_are_told_apart_by_more_than_epsilon(epsilon: float, n_products: int) -> None:
    """The likelihood ratio in exact arithmetic, with no tolerance; a product of no catalogue lies in between."""
    kept, other = probabilities(epsilon, n_products)

    with localcontext() as context:
        context.prec = 50
        limit = Fraction(Decimal(epsilon).exp())
    assert kept + (n_products - 1) * other == 1
    assert other <= Fraction(1, n_products) <= kept
    assert kept / other <= limit
    assert kept / other == pytest.approx(float(limit), rel=1e-6)  # and no more is given away than is needed


class EveryCoin:
    """In place of the keyed coins: for each event one of the pairs of words that stand for all there are."""

    def __init__(self, words: np.ndarray) -> None:
        self.words = words

    def of_numbered(self, rows: pd.DataFrame, equals: np.ndarray, *, draw: int = 0) -> np.ndarray:
        assert draw == 0
        assert len(rows) == len(equals)
        return self.words


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("n_products", [2, 3, 5])
def test_the_exact_distribution_of_answers_on_a_small_domain(epsilon: float, n_products: int) -> None:
    """Every coin enumerated through the real function: the first word falls below the limit or not, and the second one
    has each remainder equally often, so that a finite table stands for all 2 ** 128."""
    limit = keep_limit(epsilon, n_products)
    n_second = n_products * (n_products - 1)  # each remainder, by m and by m - 1, equally often
    words = np.array([*product((limit - 1, limit), range(n_second))], dtype=np.uint64)
    weights = [Fraction(limit if first < limit else 2**64 - limit, 2**64) / n_second for first, _ in words.tolist()]
    found: dict[int, list[Fraction]] = {}
    for true in range(-1, n_products):
        answer = local_privacy._answers(
            np.full(len(words), true),
            n_products,
            epsilon,
            EveryCoin(words),  # type: ignore[arg-type]
            pd.DataFrame(index=range(len(words))),
            np.zeros(len(words), np.uint32),
        )
        found[true] = [
            sum((w for w, a in zip(weights, answer, strict=True) if a == y), Fraction()) for y in range(n_products)
        ]

    kept, other = probabilities(epsilon, n_products)
    assert found[-1] == [Fraction(1, n_products)] * n_products
    for true in range(n_products):
        assert found[true] == [kept if y == true else other for y in range(n_products)]
    with localcontext() as context:
        context.prec = 50
        ratio = Fraction(Decimal(epsilon).exp())
    for one, two in product(found.values(), repeat=2):
        assert all(p <= ratio * q for p, q in zip(one, two, strict=True))


@pytest.mark.parametrize("true", ["i0", "i2", "no product of the catalogue"])
def test_keyed_coins_draw_from_that_distribution(true: str) -> None:
    rows = events([true] * 40_000)

    counts = pd.Series(answers(rows, 4, 1.0)).value_counts().reindex([f"i{n}" for n in range(4)]).to_numpy()

    kept, other = map(float, probabilities(1.0, 4))
    expected = [0.25] * 4 if true.startswith("no") else [kept if f"i{n}" == true else other for n in range(4)]
    assert stats.chisquare(counts, 40_000 * np.array(expected)).pvalue > 1e-6


def test_words_beyond_the_last_whole_multiple_are_drawn_anew() -> None:
    """2 ** 64 = 3 * 6148914691236517205 + 1: the very last word would make one answer likelier."""
    last = 2**64 - 1
    rows = events(["i0"] * 2)
    coins = Coins(KEY, "x")
    words = np.array([last, last - 1], np.uint64)

    found = local_privacy._uniform(words, 3, coins, rows, np.zeros(2, np.uint32))

    anew = coins.of_numbered(rows, np.zeros(2, np.uint32), draw=1)[0, 1]
    assert found.tolist() == [int(anew) % 3, (last - 1) % 3]


def test_a_second_export_answers_the_same_whatever_else_was_chosen() -> None:
    """Averaging many exports would show the truth; with other names, times and prices it is the same answer."""
    rows = events([f"i{n % 50}" for n in range(500)])
    once = answers(rows, 50, 1.0)
    other = chosen(1.0, pseudonymize=True, pseudonym_format="same", coarsen_time="month")

    assert answers(rows, 50, 1.0) == once == told(rows, 50, other)
    assert answers(rows, 50, 1.0, b"x" * 32) != once


@pytest.mark.parametrize(("epsilon", "n_items"), [(2.0, 4), (1.0, 5)])
def test_at_another_epsilon_or_with_another_product_the_coins_are_others(epsilon: float, n_items: int) -> None:
    """One coin for both would tell: an answer that only the larger ε lets be true is true for certain. Independent
    answers are true as often whatever the other export said, so that ε and ε add up and no more."""
    rows = events(["i0"] * 40_000)
    first, second = np.array(answers(rows, 4, 1.0)), np.array(answers(rows, n_items, epsilon))

    was_true = first == "i0"
    kept = float(probabilities(epsilon, n_items)[0])
    for among in (was_true, ~was_true):
        n_true = int((second[among] == "i0").sum())
        assert stats.binomtest(n_true, int(among.sum()), kept).pvalue > 1e-6


def test_a_capped_export_repeats_its_answers() -> None:
    rows = events([f"i{n % 50}" for n in range(60)])
    once = dict(zip(rows[Columns.TIMESTAMP], answers(rows, 50, 1.0), strict=True))

    after, _, _ = apply_row_rules(rows, catalogue(50), chosen(1.0, max_events_per_shopper=20), KEY)

    assert len(after) == 20
    assert all(once[when] == item for when, item in zip(after[Columns.TIMESTAMP], after[Columns.ITEM], strict=True))


def test_the_order_of_rows_tells_no_product() -> None:
    """A file sorted by product and one sorted by time give the same export, byte by byte."""
    rows = events([f"i{n % 7}" for n in range(300)]).assign(**{Columns.TIMESTAMP: pd.Timestamp("2024-01-01")})
    by_product = rows.sort_values(Columns.ITEM, ascending=False).reset_index(drop=True)

    after, _, _ = apply_row_rules(rows, catalogue(7), chosen(1.0), KEY)
    again, _, _ = apply_row_rules(by_product, catalogue(7), chosen(1.0), KEY)

    pd.testing.assert_frame_equal(after, again)


def test_further_columns_would_tell_and_are_left_out() -> None:
    after, _, (change,) = apply_row_rules(events(["i0"] * 9, further=True), catalogue(3), chosen(2.0), KEY)

    assert list(after.columns) == list(Columns.INTERACTIONS)
    assert "protected at ε 2 an event, and so at 18 for the shopper with most events (9)" in change.sentence
    assert "they would tell the product: Price" in change.sentence
    assert "Not protected: that a shopper is there, how often, when" in change.sentence


def test_what_is_said_of_the_answers_tells_nothing_of_which_are_true() -> None:
    """Of one event "0 of 1 answers differ" would give the product away: what is to be expected is said instead."""
    said = [
        apply_all(events([item]), catalogue(3), chosen(0.5), key)
        for item in ("i0", "i1", "i2")
        for key in (b"k" * 32, b"x" * 32, b"y" * 32)
    ]

    expected = round(float(1 - probabilities(0.5, 3)[0]))
    assert expected == 1
    assert {found.changes[0].n_changed for found in said} == {expected}
    assert len({found.changes[0].sentence for found in said}) == 1
    assert {found.distortion[0]["cells_changed"] for found in said} == {expected}


@pytest.mark.parametrize("products", [None, catalogue(1)])
def test_without_a_product_file_it_is_refused(products: pd.DataFrame | None) -> None:
    with pytest.raises(SettingsError, match="Add a product file"):
        apply_row_rules(events(["i0"]), products, chosen(), KEY)


def test_a_cap_by_product_beside_it_is_refused() -> None:
    with pytest.raises(SettingsError, match="Cap events instead"):
        chosen(max_products_per_shopper=5)


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, 0.5 * 80), ({"max_events_per_shopper": 20}, 0.5 * 20), ({"max_events_per_shopper": 200}, 0.5 * 80)],
)
def test_a_whole_shopper_is_protected_at_so_many_times_epsilon(values: dict[str, int], expected: float) -> None:
    assert shopper_epsilon(chosen(0.5, **values), 80) == expected
    assert shopper_epsilon(AnonymizationSettings(), 80) is None
