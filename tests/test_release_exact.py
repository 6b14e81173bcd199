"""Exact sums behind the release: nobody moves them by more than 1, however they cancel and in whatever order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.privacy.exact_sums import MOST_SHOPPERS
from core.recommend.release import (
    GRAM_STEP,
    SHORTEST,
    GramSums,
    Popularity,
    deflated_gram,
    gram_sums,
    release_gram,
    release_popularity,
)
from tests.made_release import NoNoise, distance, stretched
from tests.made_shop import N_ITEMS, make_histories, make_interactions


def moves(one: sparse.csr_array, others: sparse.csr_array, direction: np.ndarray) -> float:
    """How far one more shopper moves the co-occurrence of others, on the grid."""
    both = sparse.vstack([others, one], format="csr")
    whole, less = (stretched(deflated_gram(gram_sums(rows, direction), direction)) for rows in (both, others))
    return distance(whole, less)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 40), n_own=st.integers(1, 60), noise=st.floats(0, 3))
def test_whoever_joins_moves_the_co_occurrence_by_at_most_one(seed: int, size: int, n_own: int, noise: float) -> None:
    """Any products, any head, any direction; also one with entries below zero, or all of them."""
    rng = np.random.default_rng(seed)
    one = sparse.csr_array((np.isin(np.arange(60), rng.choice(60, n_own, replace=False)) * 1.0)[None, :])
    others = sparse.csr_array((rng.random((200, 60)) < rng.random()) * 1.0)
    seen = Popularity(rng.random(60) + noise * rng.standard_normal(60), 1.0)
    head = np.argsort(-seen.values, kind="stable")[:size]
    direction = np.maximum(seen.values[head], 0)
    direction /= max(np.linalg.norm(direction), 1e-12)

    assert moves(one[:, head], others[:, head], direction) <= 1


@pytest.mark.parametrize("power", [1, 1.9, 2.1, 3, 4, 5.5, 7, 9, 13])
def test_rounding_never_carries_a_shopper_past_one_who_is_almost_all_popularity(power: float) -> None:
    """What is left after popularity is taken out may be tiny, and is then scaled up with its rounding errors.

    The direction is the shopper's own, turned so far that 10^-power of them is left; from 10^-2 down the shopper is
    scaled up by 100 and no more, so that their vector gets shorter.
    """
    for seed in range(3):
        rng = np.random.default_rng(seed)
        size = int(rng.integers(50, 600))
        own = np.isin(np.arange(size), rng.choice(size, int(rng.integers(size // 2, size + 1)), replace=False)) * 1.0
        along = own / np.linalg.norm(own)
        sideways = np.abs(rng.standard_normal(size))
        sideways -= (sideways @ along) * along
        turned = np.maximum(along + 10 ** (-power / 2) * sideways / np.linalg.norm(sideways), 0)
        direction = turned / np.linalg.norm(turned)
        left = 1 - (along @ direction) ** 2
        moved = moves(sparse.csr_array(own[None, :]), sparse.csr_array((0, size)), direction)

        assert moved <= 1
        assert moved == pytest.approx(min(1, left / SHORTEST), abs=1e-4)


def test_a_million_shoppers_of_one_product_leave_room_for_one_more() -> None:
    """Where sums are largest and cancel most: all own one product that is 99.5 % of popularity."""
    direction = np.array([np.sqrt(0.995), np.sqrt(0.005)])
    alone = gram_sums(sparse.csr_array(np.array([[1.0, 0.0]])), direction)
    assert alone.together[0, 0] == pytest.approx(100 / GRAM_STEP, rel=1e-4)

    def of(number: int) -> np.ndarray:
        sums = GramSums(alone.together * number, alone.mixed * number, alone.along * number)
        return stretched(deflated_gram(sums, direction))

    for number in (10**6, MOST_SHOPPERS - 1):
        assert distance(of(number + 1), of(number)) <= 1
    assert MOST_SHOPPERS * int(alone.together[0, 0]) < 2**62


def test_sums_of_the_co_occurrence_are_those_of_outer_products_to_the_last_bit() -> None:
    """Scipy's sparse products and Python's own integers, shopper by shopper."""
    rng = np.random.default_rng(4)
    rows = (rng.random((30, 6)) < 0.5).astype(int)
    direction = np.full(6, 6**-0.5)
    sums = gram_sums(sparse.csr_array(rows.astype(float)), direction)
    singles = [gram_sums(sparse.csr_array(row[None, :].astype(float)), direction) for row in rows]

    for i in range(6):
        assert int(sums.mixed[i]) == sum(int(each.mixed[i]) for each in singles)
        for j in range(6):
            assert int(sums.together[i, j]) == sum(int(each.together[i, j]) for each in singles)
    assert sums.along == sum(each.along for each in singles)
    for row, single in zip(rows, singles, strict=True):
        a = int(single.together.max())
        assert (single.together == a * np.outer(row, row)).all()


def test_the_order_of_shoppers_changes_no_bit_of_what_is_released() -> None:
    histories = make_histories(make_interactions())
    mixed_up = histories.rows(np.random.default_rng(5).permutation(histories.n_users))
    seen = Popularity(np.random.default_rng(6).random(N_ITEMS), 1.0)
    for size in (20, N_ITEMS):
        one, other = (release_gram(each, seen, size, 1.0, NoNoise()).values for each in (histories, mixed_up))
        assert np.array_equal(one, other)
    one, other = (release_popularity(each, 1.0, NoNoise()).values for each in (histories, mixed_up))
    assert np.array_equal(one, other)
