"""Exact audits of single mechanisms: many thousand trials through the real code see what 400 canaries cannot.

A Dirac canary is a shopper whose contribution nobody else overlaps, so its score is exactly N(0, 1) or N(μ, 1) up to
scale. The Gaussian interval of what many of them show must contain the ε of the accountant, from both sides: above it
the noise is too little, far below it the attack is broken or the noise too much.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse
from scipy.special import ndtri

from core.audit.bounds import at_threshold, upper_limit
from core.audit.canaries import fair_coins
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.mechanisms import DpSgd
from core.privacy.noise import SecureNormal, run_generator
from core.privacy.plan import epsilon_of
from core.recommend.histories import Histories
from core.recommend.release import Noise, Popularity, release_gram, release_popularity

Array = npt.NDArray[np.float64]

DELTA = 1e-5
ALPHA = 1e-4  # an honest mechanism fails these tests once in ten thousand runs


class HalfTheNoise:
    """The bug that a one-run audit overlooks."""

    def release(self, values: Array, noise_std: float) -> Array:
        return SecureNormal().release(values, noise_std / 2)


def histories(products: npt.NDArray[np.int_], n_items: int) -> Histories:
    """Shoppers of one product each."""
    n = len(products)
    matrix = sparse.csr_array((np.ones(n, np.float32), products, np.arange(n + 1)), shape=(n, n_items))
    return Histories(
        np.arange(n).astype(str), np.arange(n_items).astype(str), matrix, matrix * 0, matrix, has_time=False
    )


def interval(scores: Array, is_in: npt.NDArray[np.bool_], threshold: float) -> tuple[float, float]:
    """ε at δ that the scores allow for a Gaussian mechanism: lower and upper limit, each wrong with chance ALPHA."""
    inside, outside = scores[is_in], scores[~is_in]
    lower = at_threshold(inside, outside, threshold, DELTA, ALPHA)
    found, spared = np.array([np.sum(inside >= threshold)]), np.array([np.sum(outside < threshold)])
    tpr, tnr = (upper_limit(k, n, ALPHA / 2)[0] for k, n in ((found, len(inside)), (spared, len(outside))))
    return lower, epsilon_for(float(ndtri(tpr) + ndtri(tnr)), DELTA)


def scores_of_popularity(mu: float, noise: Noise, n: int = 200_000) -> tuple[Array, npt.NDArray[np.bool_]]:
    """One release, as many canaries as products: the noise on each product is a trial of its own."""
    is_in = fair_coins(n)
    return release_popularity(histories(np.flatnonzero(is_in), n), mu, noise).values, is_in


def scores_of_gram(mu: float, noise: Noise, n_draws: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """r is e_i without its part along the flat direction: r rᵀ of two canaries overlap by 1 / 200² only."""
    n_items, scores, coins = 200, [], []
    popularity = Popularity(np.ones(n_items), mu)
    rest = np.eye(n_items) - 1 / n_items
    rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    for _ in range(n_draws):
        is_in = fair_coins(n_items)
        gram = release_gram(histories(np.flatnonzero(is_in), n_items), popularity, n_items, mu, noise)
        scores.append(np.einsum("ij,jk,ik->i", rest, gram.values, rest, optimize=True))
        coins.append(is_in)
    return np.concatenate(scores), np.concatenate(coins)


@pytest.mark.parametrize("epsilon", [1.0, 4.0])
def test_popularity_gives_away_its_epsilon_and_no_more(epsilon: float) -> None:
    lower, upper = interval(*scores_of_popularity(mu_for(epsilon, DELTA), SecureNormal()), threshold=0.5)

    assert 0.8 * epsilon <= lower <= epsilon <= upper


def test_popularity_with_half_the_noise_is_caught() -> None:
    """μ is doubled: at ε 1 what is given away is ε 2.2."""
    lower, _ = interval(*scores_of_popularity(mu_for(1.0, DELTA), HalfTheNoise()), threshold=0.5)

    assert lower > 0.8 * epsilon_for(2 * mu_for(1.0, DELTA), DELTA) > 1.6


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [1.0, 4.0])
def test_cooccurrence_gives_away_its_epsilon_and_no_more(epsilon: float) -> None:
    n_draws = 1_000 if epsilon == 1 else 200  # of 200 trials each

    lower, upper = interval(*scores_of_gram(mu_for(epsilon, DELTA), SecureNormal(), n_draws), threshold=0.5)

    assert 0.8 * epsilon <= lower <= epsilon <= upper


@pytest.mark.slow
def test_cooccurrence_with_half_the_noise_is_caught() -> None:
    lower, _ = interval(*scores_of_gram(mu_for(1.0, DELTA), HalfTheNoise(), n_draws=100), threshold=0.5)

    assert lower > 1.0


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [1.0, 4.0])
def test_training_gives_away_its_epsilon_and_no_more(epsilon: float) -> None:
    scores, is_in = scores_of_training(mu_for(epsilon, DELTA))

    lower, upper = interval(scores, is_in, threshold=0.5)

    assert 0.8 * epsilon <= lower <= epsilon <= upper


@pytest.mark.slow
def test_training_with_half_the_noise_is_caught() -> None:
    scores, is_in = scores_of_training(mu_for(1.0, DELTA), noise_share=0.5)

    lower, _ = interval(scores, is_in, threshold=0.5)

    assert lower > 1.5


@pytest.mark.slow
def test_a_sampled_step_gives_away_its_epsilon_and_no_more() -> None:
    """One step with a coin of 0.3 a shopper: in the data, a score is N(1, z²) with that chance and N(0, z²) else.

    No Gaussian mechanism, so any test's error rates are held against (ε, δ) itself: TPR <= e^ε FPR + δ. δ is large, or
    the best threshold would be one that nobody reaches.
    """
    plan = steps_of(n=300_000, train_steps=1, sampling_prob=0.3, noise_multiplier=0.8)
    delta = 0.02
    epsilon = epsilon_of((plan,), delta)

    lower = best_of_many_thresholds(*train(plan), delta)

    assert 0.7 * epsilon <= lower <= epsilon


@pytest.mark.slow
def test_a_step_that_takes_everybody_while_it_claims_to_sample_is_caught() -> None:
    claimed = steps_of(n=300_000, train_steps=1, sampling_prob=0.3, noise_multiplier=0.8)
    done = replace(claimed, sampling_prob=1.0)
    delta = 0.02

    assert best_of_many_thresholds(*train(done), delta) > epsilon_of((claimed,), delta)


def best_of_many_thresholds(scores: Array, is_in: npt.NDArray[np.bool_], delta: float) -> float:
    """The largest ε that the error rates at one of 24 thresholds refute, wrong with chance ALPHA in all."""
    inside, outside = np.sort(scores[is_in]), np.sort(scores[~is_in])
    thresholds = np.linspace(0, 3, 24)
    missed = np.searchsorted(inside, thresholds)
    accused = len(outside) - np.searchsorted(outside, thresholds)
    each = ALPHA / 48
    tpr = 1 - upper_limit(missed, len(inside), each)
    fpr = upper_limit(accused, len(outside), each)
    return float(np.max(np.log(np.maximum(tpr - delta, 1e-12) / fpr)))


def scores_of_training(mu: float, noise_share: float = 1.0) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Four full-batch steps: each adds the clip norm, and noise of std z times it; their sum has μ = √4 / z."""
    plan = steps_of(n=300_000, train_steps=4, sampling_prob=1.0, noise_multiplier=noise_share * 2 / mu)
    return train(plan)


def steps_of(n: int, train_steps: int, sampling_prob: float, noise_multiplier: float) -> DpSgd:
    return DpSgd(
        name="table",
        n_shoppers=n,
        sampling_prob=sampling_prob,
        train_steps=train_steps,
        clip_norm=0.5,
        noise_multiplier=noise_multiplier,
    )


def train(plan: DpSgd) -> tuple[Array, npt.NDArray[np.bool_]]:
    """How far each canary's own row of a table went, in clip norms a step; gradients are far above the clip norm."""
    import keras
    import tensorflow as tf

    from core.dp_sgd.trainer import PrivateTrainer

    ids = keras.Input((1,), dtype="int32")
    table = keras.layers.Embedding(plan.n_shoppers, 1, embeddings_initializer="zeros")
    model = keras.Model(ids, keras.layers.Flatten()(table(ids)))
    is_in = fair_coins(plan.n_shoppers)
    trainer = PrivateTrainer(
        model,
        lambda outputs, goal: -1e3 * tf.reduce_sum(outputs * goal, axis=1),
        keras.optimizers.SGD(1.0),
        plan,
        rng=run_generator(),
        chunk=plan.n_shoppers,
    )
    mine = np.flatnonzero(is_in).astype(np.int32)[:, None]
    trainer.fit(mine, np.ones((len(mine), 1), np.float32))
    return model.get_weights()[0][:, 0] * plan.expected_batch / (plan.train_steps * plan.clip_norm), is_in
