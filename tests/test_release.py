"""The release: one shopper moves each statistic by at most 1, and the noise is what was charged."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from core.columns import Columns, Events
from core.privacy.noise import SecureNormal
from core.recommend.histories import Histories, build_histories
from core.recommend.release import (
    SHARES,
    SHORTEST,
    Gram,
    Popularity,
    gram_sums,
    head_size,
    merge,
    popularity_share,
    release_gram,
    release_popularity,
)
from tests.made_release import NoNoise, distance, stretched
from tests.made_shop import N_ITEMS, items, make_histories, make_interactions, users, without

EVERYTHING = "owner of it all"


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


@pytest.mark.parametrize("who", list(neighbours()))
def test_one_shopper_moves_popularity_by_at_most_one(who: str) -> None:
    whole, less = neighbours()[who]
    sums = [release_popularity(histories, 1.0, NoNoise()).values for histories in (whole, less)]

    assert 0.999 < distance(*sums) <= 1


@pytest.mark.parametrize("who", list(neighbours()))
def test_one_shopper_moves_the_co_occurrence_by_at_most_one_with_popularity_held_fixed(who: str) -> None:
    """Head and direction come from the noisy popularity, so they are the same for both neighbours."""
    whole, less = neighbours()[who]
    seen = release_popularity(whole, 0.5, SecureNormal())
    for size in (20, N_ITEMS):
        one, other = (release_gram(histories, seen, size, 1.0, NoNoise()) for histories in (whole, less))

        assert (one.head == other.head).all()
        assert (one.direction == other.direction).all()
        assert distance(stretched(one.values), stretched(other.values)) <= 1


def test_the_co_occurrence_is_the_sum_of_outer_products_of_what_popularity_leaves() -> None:
    histories = make_histories(make_interactions())
    seen = release_popularity(histories, 1.0, SecureNormal())
    gram = release_gram(histories, seen, 30, 1.0, NoNoise())
    rows = histories.matrix[:, gram.head].toarray()
    vectors = rows / np.sqrt(np.maximum(rows.sum(axis=1, keepdims=True), 1))
    left = vectors - np.outer(vectors @ gram.direction, gram.direction)
    lengths = np.maximum(np.linalg.norm(left, axis=1, keepdims=True), np.sqrt(SHORTEST))
    unit = left / lengths

    np.testing.assert_allclose(gram.values, unit.T @ unit, rtol=3e-5, atol=1e-4)
    assert np.abs(gram.values @ gram.direction).max() < 1e-7


def test_a_shopper_without_products_moves_nothing() -> None:
    sums = gram_sums(sparse.csr_array((3, 5)), np.full(5, 5**-0.5))

    assert not sums.together.any()
    assert not sums.mixed.any()
    assert sums.along == 0


def _held_by_ks(draws: np.ndarray, noise_std: float) -> bool:
    return bool(stats.kstest(draws / noise_std, "norm").pvalue > 1e-6)


def test_the_noise_of_popularity_is_one_over_mu_and_neither_a_tenth_less_nor_more() -> None:
    """100 draws of 2,000 products: KS accepts σ = 1/μ, and refuses 0.9 σ and 1.1 σ."""
    empty = build_histories(make_interactions().iloc[:0], items(2_000), has_time=True)
    mu = 0.4
    draws = np.concatenate([release_popularity(empty, mu, SecureNormal()).values for _ in range(100)])

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

    assert not (first == second).any()
    assert np.isin(first, second).mean() < 0.1  # on a grid two draws may meet by chance


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
