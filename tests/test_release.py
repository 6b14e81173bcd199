"""The release: one shopper moves each statistic by at most 1, and the noise is what was charged."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from core.columns import Columns, Events
from core.privacy.noise import SecureNormal
from core.recommend import release
from core.recommend.histories import Histories, build_histories
from core.recommend.release import (
    SHARES,
    Gram,
    Popularity,
    head_size,
    merge,
    popularity_share,
    release_gram,
    release_popularity,
    unit_vectors,
)
from tests.made_shop import N_ITEMS, items, make_histories, make_interactions, users, without

EVERYTHING = "owner of it all"


class NoNoise:
    """Adds nothing; remembers how much it was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def release(self, values: Any, noise_std: float) -> Any:
        self.asked.append(noise_std)
        return np.asarray(values, np.float64)


def with_owner_of_all(interactions: pd.DataFrame) -> pd.DataFrame:
    """A crafted shopper who bought the whole catalogue, many times over."""
    times = interactions[Columns.TIMESTAMP].iloc[0]
    theirs = pd.DataFrame(
        {Columns.USER: EVERYTHING, Columns.ITEM: items(), Columns.EVENT: Events.PURCHASE, Columns.TIMESTAMP: times}
    )
    return pd.concat([interactions, *[theirs] * 5], ignore_index=True)


def neighbours() -> dict[str, tuple[Histories, Histories]]:
    """The same shop with and without one shopper, who is heaviest, lightest, or owns everything."""
    rows = make_interactions()
    sizes = rows.groupby(Columns.USER)[Columns.ITEM].nunique()
    heavy, light = str(sizes.idxmax()), str(sizes.idxmin())
    crafted = with_owner_of_all(rows)
    return {
        "heaviest": (make_histories(rows), make_histories(without(rows, heavy))),
        "lightest": (make_histories(rows), make_histories(without(rows, light))),
        "owner of everything": (make_histories(crafted), make_histories(rows)),
    }


def stretched(gram: np.ndarray) -> np.ndarray:
    """The coordinates in which sensitivity is meant: G_ii, and √2 G_ij for i < j."""
    upper = np.triu_indices(len(gram))
    scaled: np.ndarray = gram[upper] * np.where(upper[0] == upper[1], 1, np.sqrt(2))
    return scaled


@pytest.mark.parametrize("who", list(neighbours()))
def test_one_shopper_moves_popularity_by_at_most_one(who: str) -> None:
    whole, less = neighbours()[who]
    moved = release_popularity(whole, 1.0, NoNoise()).values - release_popularity(less, 1.0, NoNoise()).values

    assert 0.999 < np.linalg.norm(moved) <= 1


@pytest.mark.parametrize("who", list(neighbours()))
def test_one_shopper_moves_the_co_occurrence_by_at_most_one_with_popularity_held_fixed(who: str) -> None:
    """Head and direction come from the noisy popularity, so they are the same for both neighbours."""
    whole, less = neighbours()[who]
    seen = release_popularity(whole, 0.5, SecureNormal())
    for size in (20, N_ITEMS):
        one, other = (release_gram(histories, seen, size, 1.0, NoNoise()) for histories in (whole, less))

        assert (one.head == other.head).all()
        assert (one.direction == other.direction).all()
        assert np.linalg.norm(stretched(one.values - other.values)) <= 1


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 40), n_own=st.integers(1, 60), noise=st.floats(0, 3))
def test_whoever_joins_moves_the_co_occurrence_by_at_most_one(seed: int, size: int, n_own: int, noise: float) -> None:
    """Any products, any head, any direction; also one with entries below zero, or all of them."""
    rng = np.random.default_rng(seed)
    one = sparse.csr_array((np.isin(np.arange(60), rng.choice(60, n_own, replace=False)) * 1.0)[None, :])
    seen = Popularity(rng.random(60) + noise * rng.standard_normal(60), 1.0)
    head = np.argsort(-seen.values, kind="stable")[:size]
    direction = np.maximum(seen.values[head], 0)
    direction /= max(np.linalg.norm(direction), 1e-12)

    assert np.linalg.norm(stretched(release._deflated_gram(one[:, head], direction))) <= 1


@pytest.mark.parametrize("power", [4, 5.5, 5.9, 6.1, 7, 8.5, 9, 10, 13])
def test_rounding_never_carries_a_shopper_past_one_who_is_almost_all_popularity(power: float) -> None:
    """What is left after popularity is taken out may be tiny, and is then scaled up with its rounding errors.

    The direction is the shopper's own, turned so far that 10^-power of them is left. Once everything above 10^-9 was
    scaled up, and the norm came to 1 + 8e-7.
    """
    for seed in range(6):
        rng = np.random.default_rng(seed)
        size = int(rng.integers(50, 1_500))
        own = np.isin(np.arange(size), rng.choice(size, int(rng.integers(size // 2, size + 1)), replace=False)) * 1.0
        along = own / np.linalg.norm(own)
        sideways = np.abs(rng.standard_normal(size))
        sideways -= (sideways @ along) * along
        turned = np.maximum(along + 10 ** (-power / 2) * sideways / np.linalg.norm(sideways), 0)
        gram = release._deflated_gram(sparse.csr_array(own[None, :]), turned / np.linalg.norm(turned))

        assert np.linalg.norm(stretched(gram)) <= 1


def test_the_co_occurrence_is_the_sum_of_outer_products_of_what_popularity_leaves() -> None:
    histories = make_histories(make_interactions())
    seen = release_popularity(histories, 1.0, SecureNormal())
    gram = release_gram(histories, seen, 30, 1.0, NoNoise())
    vectors = unit_vectors(sparse.csr_array(histories.matrix[:, gram.head])).toarray()
    left = vectors - np.outer(vectors @ gram.direction, gram.direction)
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    unit = np.divide(left, lengths, out=np.zeros_like(left), where=lengths > 1e-4)

    np.testing.assert_allclose(gram.values, unit.T @ unit, atol=1e-4)
    assert np.abs(gram.values @ gram.direction).max() < 1e-9


def test_a_shopper_without_products_is_a_zero_vector() -> None:
    assert unit_vectors(sparse.csr_array((3, 5))).nnz == 0


@settings(max_examples=25)
@given(sizes=st.lists(st.integers(0, 50), min_size=1, max_size=5))
def test_every_shopper_is_a_vector_of_length_at_most_one(sizes: list[int]) -> None:
    matrix = sparse.csr_array(np.array([[i < size for i in range(50)] for size in sizes], float))
    squares = np.asarray(unit_vectors(matrix).power(2).sum(axis=1)).ravel()

    assert (squares <= 1).all()
    assert squares.tolist() == pytest.approx([float(size > 0) for size in sizes], abs=1e-5)


def _held_by_ks(draws: np.ndarray, noise_std: float) -> bool:
    return bool(stats.kstest(draws / noise_std, "norm").pvalue > 1e-6)


def test_the_noise_of_popularity_is_one_over_mu_and_neither_a_tenth_less_nor_more() -> None:
    """20 draws of 2,000 products: KS accepts σ = 1/μ, and refuses 0.9 σ and 1.1 σ."""
    empty = build_histories(make_interactions().iloc[:0], items(2_000), has_time=True)
    mu = 0.4
    draws = np.concatenate([release_popularity(empty, mu, SecureNormal()).values for _ in range(20)])

    assert _held_by_ks(draws, 1 / mu)
    assert not _held_by_ks(draws, 0.9 / mu)
    assert not _held_by_ks(draws, 1.1 / mu)


def test_the_noise_of_the_co_occurrence_is_one_over_mu_in_the_coordinates_of_its_sensitivity() -> None:
    """On the diagonal 1/μ, off it 1/(√2 μ); the matrix stays symmetric."""
    empty = build_histories(make_interactions().iloc[:0], items(300), has_time=True)
    mu = 0.7
    gram = release_gram(empty, Popularity(np.zeros(300), 1.0), 300, mu, SecureNormal())
    draws = stretched(gram.values)

    assert (gram.values == gram.values.T).all()
    assert gram.off_diagonal_std == pytest.approx(1 / (np.sqrt(2) * mu))
    assert gram.values[np.triu_indices(300, 1)].std() == pytest.approx(gram.off_diagonal_std, rel=0.02)
    assert _held_by_ks(draws, 1 / mu)
    assert not _held_by_ks(draws, 0.9 / mu)
    assert not _held_by_ks(draws, 1.1 / mu)


def test_two_draws_never_share_their_noise() -> None:
    histories = make_histories(make_interactions())
    first, second = (release_popularity(histories, 1.0, SecureNormal()).values for _ in range(2))

    assert not np.isin(first, second).any()


def test_infinite_mu_draws_no_noise_at_all() -> None:
    histories, noise = make_histories(make_interactions()), NoNoise()
    popularity = release_popularity(histories, np.inf, noise)
    release_gram(histories, popularity, 10, np.inf, noise)

    assert noise.asked == []


def test_every_draw_asks_for_noise_of_one_over_mu() -> None:
    histories, noise = make_histories(make_interactions()), NoNoise()
    popularity = release_popularity(histories, 0.25, noise)
    release_gram(histories, popularity, 10, 0.5, noise)

    assert noise.asked == [1 / 0.25, 1 / 0.5]


def test_two_releases_as_one_are_as_sure_as_both_together() -> None:
    """Weights μ²: 9 parts of the first, 16 of the second; μ = √(3² + 4²)."""
    merged = merge(Popularity(np.array([1.0]), 3.0), Popularity(np.array([2.0]), 4.0))

    assert merged.mu == 5.0
    assert merged.values.tolist() == [(9 * 1 + 16 * 2) / 25]


def test_the_head_grows_with_shoppers_and_budget_between_fifty_and_four_thousand() -> None:
    assert head_size(10, 0.1, 10_000) == 50
    assert head_size(10_000, 1.0, 10_000) == round(3 * 10_000**0.58)
    assert head_size(10**9, 1.0, 10_000) == 4_000
    assert head_size(10_000, 1.0, 30) == 30
    assert head_size(10, np.inf, 10_000) == 4_000


def test_popularity_gets_more_where_few_products_stand_out_of_the_noise() -> None:
    """3.5 standard deviations of noise are clear: 10, 50 or 100 such products for a head of 100."""
    mu = 2.0
    for n_clear, share in ((10, SHARES[2]), (50, SHARES[1]), (100, SHARES[0])):
        values = np.where(np.arange(500) < n_clear, 3.6 / mu, 3.4 / mu)
        assert popularity_share(Popularity(values, mu), 100) == share


def test_the_edge_is_that_of_pure_noise() -> None:
    """The largest eigenvalue of a released zero matrix lies at Wigner's 2 σ √K, within a tenth."""
    empty = build_histories(make_interactions().iloc[:0], items(400), has_time=True)
    gram = release_gram(empty, Popularity(np.zeros(400), 1.0), 400, 1.0, SecureNormal())

    assert np.linalg.eigvalsh(gram.values)[-1] == pytest.approx(gram.edge, rel=0.1)
    assert Gram(gram.head, gram.direction, gram.values, np.inf).edge == 0


def test_a_popularity_is_lifted_to_one_standard_deviation_of_noise() -> None:
    popularity = Popularity(np.array([-3.0, 0.1, 7.0]), 2.0)

    assert popularity.positive.tolist() == [1 / 2.0, 1 / 2.0, 7.0]


def test_shoppers_of_the_made_shop_are_not_few() -> None:
    """The neighbour tests above mean something: there are shoppers of many sizes."""
    sizes = make_histories(make_interactions()).sizes

    assert (len(users()), sizes.min(), sizes.max()) == (len(sizes), 3, 14)
