"""Lower bounds on ε from scores: chance proves nothing, and what a perfect attack proves stays below the truth."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.special import ndtri

from core.audit.bounds import (
    BOUNDS,
    GUESSED,
    PARTED,
    Array,
    Bound,
    at_threshold,
    gaussian_mu,
    measure,
    upper_limit,
)
from core.errors import SettingsError
from core.privacy.gdp import epsilon_for, mu_for

DELTA = 1e-5


def played(m: int, mu: float, n: int, seed: int = 7) -> Iterator[tuple[Array, np.ndarray]]:
    """Scores N(0, 1) of canaries that are out and N(μ, 1) of those that are in, n times over."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        is_in = rng.random(m) < 0.5
        yield rng.standard_normal(m) + mu * is_in, is_in


def proven(m: int, mu: float, n: int) -> dict[Bound, Array]:
    found = [measure(scores, is_in, DELTA).epsilon_lower for scores, is_in in played(m, mu, n)]
    return {bound: np.array([one[bound] for one in found]) for bound in BOUNDS}


@pytest.mark.slow
def test_scores_that_know_nothing_prove_nothing_in_19_of_20_repeats() -> None:
    for bound, epsilons in proven(400, 0.0, 200).items():
        assert np.mean(epsilons > 0) <= 0.05, bound
        assert np.min(epsilons) == 0


def test_scores_that_know_nothing_prove_nothing_by_the_gaussian_bound() -> None:
    found = [gaussian_mu(scores[is_in], scores[~is_in], 0.05) for scores, is_in in played(400, 0.0, 200)]

    assert np.mean(np.array(found) > 0) <= 0.05


@pytest.mark.parametrize("mu", [0.9, 5.0, 50.0])
def test_guesses_that_are_always_wrong_prove_nothing(mu: float) -> None:
    """To accuse exactly those who were not there is no proof that somebody was."""
    scores, is_in = next(played(400, mu, 1))

    assert measure(-scores, is_in, DELTA).epsilon_lower == dict.fromkeys(BOUNDS, 0.0)


def test_equal_scores_prove_nothing() -> None:
    is_in = np.arange(400) % 2 == 0

    found = measure(np.zeros(400), is_in, DELTA)

    assert found.epsilon_lower == dict.fromkeys(BOUNDS, 0.0)
    assert found.auc == 0.5


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [1.0, 4.0])
def test_what_a_perfect_attack_proves_stays_below_the_truth_in_19_of_20_repeats(epsilon: float) -> None:
    for bound, epsilons in proven(400, mu_for(epsilon, DELTA), 40).items():
        assert np.mean(epsilons > epsilon) <= 0.05, bound


@pytest.mark.slow
@pytest.mark.parametrize(
    ("m", "epsilon", "one_run", "one_run_fdp", "gaussian"),
    [(400, 4.0, 0.75, 1.04, 2.15), (1000, 4.0, 1.14, 1.52, 2.80), (1000, 8.0, 2.28, 3.18, 6.45)],
)
def test_what_a_perfect_attack_proves_is_what_others_measured(
    m: int, epsilon: float, one_run: float, one_run_fdp: float, gaussian: float
) -> None:
    """Medians of 12 with jax_privacy's own choice of thresholds, which corrects for fewer of them."""
    expected = dict(zip(BOUNDS, (one_run, one_run_fdp, gaussian), strict=True))

    for bound, epsilons in proven(m, mu_for(epsilon, DELTA), 12).items():
        assert np.median(epsilons) == pytest.approx(expected[bound], rel=0.25), bound


def test_groups_that_part_prove_what_arithmetic_says() -> None:
    """200 right of 200 guesses refute any ε with logistic(ε)^200 <= 5 % / 9. Two error rates of 0 in 200, each limited
    by (1 - p)^200 = 5 % / 10, are those of μ = 2 Φ⁻¹(1 - p).
    """
    is_in = np.arange(400) < 200
    found = measure(is_in.astype(float), is_in, 1e-12).epsilon_lower
    right = (0.05 / len(GUESSED)) ** (1 / 200)
    wrong = 1 - (0.05 / (2 * len(PARTED))) ** (1 / 200)
    mu = 2 * 1.9410  # Φ⁻¹(1 - 0.02614)

    assert wrong == pytest.approx(0.02614, abs=1e-5)
    assert found["one-run"] == pytest.approx(math.log(right / (1 - right)), abs=1e-3)
    assert found["Gaussian DP"] == pytest.approx(epsilon_for(mu, 1e-12), rel=1e-3)
    assert found["one-run f-DP"] > found["one-run"] > 3.6


def test_more_confidence_proves_less() -> None:
    scores, is_in = next(played(400, 1.7, 1))

    found = [measure(scores, is_in, DELTA, confidence).epsilon_lower for confidence in (0.8, 0.95, 0.999)]

    for bound in BOUNDS:
        assert found[0][bound] > found[1][bound] > found[2][bound] > 0


def test_the_upper_limit_is_clopper_and_pearsons() -> None:
    """No error in 10 trials: (1 - p)^10 = 5 %. Nothing but errors: 1."""
    limits = upper_limit(np.array([0, 10]), 10, 0.05)

    assert limits == pytest.approx([1 - 0.05**0.1, 1.0])


def test_a_threshold_chosen_beforehand_is_corrected_for_two_error_rates_only() -> None:
    """5,000 of each err in exactly the share that μ = 1 gives; the limits are 1.96 · 0.0065 / φ(½) = 0.036 off, so
    μ >= 0.927.
    """
    ordered = np.arange(1, 10_000, 2) / 10_000

    found = at_threshold(ndtri(ordered) + 1, ndtri(ordered), 0.5, DELTA, 0.05)

    assert found == pytest.approx(epsilon_for(0.927, DELTA), rel=0.01)


def test_the_curve_says_how_many_are_found() -> None:
    """Scores 0 to 99 against 9.5 to 108.5: at one false accusation, of 99, those above 98.5 are found."""
    scores = np.concatenate([np.arange(100) + 9.5, np.arange(100)])

    found = measure(scores, np.arange(200) < 100, DELTA)

    assert found.auc == pytest.approx(0.595)
    assert found.tpr_at_fpr == pytest.approx(0.11, abs=0.01)


@pytest.mark.parametrize(
    ("scores", "is_in", "delta", "confidence", "said"),
    [
        (np.zeros(4), np.ones(4, bool), DELTA, 0.95, "on one side"),
        (np.array([0.0, np.nan]), np.array([True, False]), DELTA, 0.95, "no number"),
        (np.zeros(2), np.array([True, False]), 0.0, 0.95, "delta"),
        (np.zeros(2), np.array([True, False]), DELTA, 0.5, "confidence"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    scores: Array, is_in: np.ndarray, delta: float, confidence: float, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        measure(scores, is_in, delta, confidence)
