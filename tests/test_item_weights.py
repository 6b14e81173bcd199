"""Item-item weights: post-processing of the release, that finds what goes together and drops what is noise."""

import numpy as np
import pytest

from core.privacy.noise import SecureNormal
from core.recommend.item_weights import ItemWeights, fit_item_weights
from core.recommend.release import Gram, Popularity, release_gram, release_popularity
from tests.made_shop import KINDS, N_ITEMS, N_USERS, make_histories, make_interactions


def fitted(mu: float, n_users: int = N_USERS) -> ItemWeights:
    histories = make_histories(make_interactions(n_users))
    noise = SecureNormal()
    popularity = release_popularity(histories, mu, noise)
    return fit_item_weights(release_gram(histories, popularity, N_ITEMS, mu, noise), popularity, n_users)


def test_no_product_speaks_for_itself() -> None:
    weights = fitted(np.inf)

    assert weights.weights.shape == weights.cosines.shape == (N_ITEMS, N_ITEMS)
    assert np.diag(weights.weights).tolist() == [0.0] * N_ITEMS
    assert np.diag(weights.cosines).tolist() == [0.0] * N_ITEMS
    assert np.isfinite(weights.weights).all()


@pytest.mark.parametrize("mu", [np.inf, 30.0])
def test_products_of_one_kind_speak_for_each_other(mu: float) -> None:
    """Every shopper of the made shop likes one of four kinds."""
    weights = fitted(mu)
    kind = weights.head % len(KINDS)
    same = kind[:, None] == kind[None, :]
    off = ~np.eye(N_ITEMS, dtype=bool)

    assert weights.weights[same & off].mean() > weights.weights[~same].mean() + 3 * np.abs(
        weights.weights[~same]
    ).std() / np.sqrt((~same).sum())
    assert weights.cosines[same & off].mean() > weights.cosines[~same].mean()


def test_the_same_release_always_gives_the_same_weights() -> None:
    """Nothing random and nothing of a shopper is in the fit, so that it is free however often it is done."""
    histories, noise = make_histories(make_interactions()), SecureNormal()
    popularity = release_popularity(histories, 1.0, noise)
    gram = release_gram(histories, popularity, N_ITEMS, 1.0, noise)
    first, second = (fit_item_weights(gram, popularity, N_USERS) for _ in range(2))

    assert (first.weights == second.weights).all()
    assert (first.cosines == second.cosines).all()
    assert first.rank == second.rank


def test_pure_noise_has_no_direction_that_stands_out() -> None:
    """The semicircle's edge is rarely passed by more than the margin of 2 %."""
    noise = SecureNormal()
    size = 200
    upper = np.triu(noise.release(np.zeros((size, size)), 1.0), 1) / np.sqrt(2)
    values = upper + upper.T + np.diag(noise.release(np.zeros(size), 1.0))
    gram = Gram(np.arange(size), np.full(size, 1 / np.sqrt(size)), values, 1.0)
    fit = fit_item_weights(gram, Popularity(np.ones(size), 1.0), 1_000)

    assert fit.rank <= 2
    assert np.abs(fit.weights).max() < 0.2


def test_without_noise_the_weights_are_those_of_ease() -> None:
    """Steck 2019, equation 8, on the co-occurrence with popularity put back as half of n d dᵀ."""
    histories = make_histories(make_interactions())
    popularity = release_popularity(histories, np.inf, SecureNormal())
    gram = release_gram(histories, popularity, N_ITEMS, np.inf, SecureNormal())
    fit = fit_item_weights(gram, popularity, N_USERS)
    diagonal = np.diag(gram.values)
    moments = gram.values + 0.5 * N_USERS * np.outer(gram.direction, gram.direction)
    moments += np.diag(2.0 + diagonal)  # the ridge of exact statistics: two shoppers' worth, and the counts once more
    precision = np.linalg.inv(moments)
    expected = -precision / np.diag(precision)[None, :]
    np.fill_diagonal(expected, 0)

    np.testing.assert_allclose(fit.weights, expected, atol=1e-5)
