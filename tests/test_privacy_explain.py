"""Odds that a person without statistics can read."""

import math

import pytest
from scipy.stats import norm

from core.errors import SettingsError
from core.privacy.explain import group_epsilon, largest_power, odds
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, Selection

DELTA = 1e-5


def release(mu: float) -> GaussianRelease:
    return GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=1 / mu)


def steps(noise: float = 6.0) -> DpSgd:
    return DpSgd(name="n", n_shoppers=1000, sampling_prob=0.2, train_steps=60, clip_norm=1, noise_multiplier=noise)


def test_the_posterior_is_bayes_with_the_factor_e_to_the_epsilon() -> None:
    found = odds(1.0, DELTA, prior=0.01)

    assert found.posterior == pytest.approx(0.01 * math.e / (0.01 * math.e + 0.99))
    assert found.failure < 1e-3


def test_guesses_follow_the_gaussian_trade_off() -> None:
    found, mu = odds(2.0, DELTA), mu_for(2.0, DELTA)

    assert found.guess_right == pytest.approx(norm.cdf(mu / 2))
    assert found.advantage == pytest.approx(2 * found.guess_right - 1)
    assert found.tpr_at_fpr_1_percent == pytest.approx(norm.sf(norm.isf(0.01) - mu))


def test_a_larger_epsilon_protects_less() -> None:
    rows = [odds(epsilon, DELTA) for epsilon in (0.1, 0.5, 1, 2, 4, 8)]

    for name in ("posterior", "guess_right", "advantage", "tpr_at_fpr_1_percent"):
        found = [getattr(row, name) for row in rows]
        assert found == sorted(found)


def test_sentences_round_against_the_promise_and_never_beyond_certainty() -> None:
    """ε 1 at δ 1e-5: guesses are right in 55.3 of 100 cases at most."""
    assert "is right in at most 56 of 100" in odds(1.0, DELTA).sentences[0]
    assert "at most 3 in 100 likely" in odds(1.0, DELTA).sentences[1]
    assert "at most 100 of 100" in odds(100.0, DELTA).sentences[0]


def test_a_certain_attacker_has_nothing_to_learn() -> None:
    with pytest.raises(SettingsError, match="prior"):
        odds(1.0, DELTA, prior=1.0)


def test_the_power_of_attacks_on_gaussian_noise_is_exact() -> None:
    assert largest_power((release(0.3), release(0.4)), 0.01) == pytest.approx(norm.cdf(norm.ppf(0.01) + 0.5))


def test_the_power_bound_for_sampled_steps_lies_close_to_gaussian_noise_of_the_same_epsilon() -> None:
    """Sixty sampled steps are nearly Gaussian (central limit theorem), so the bounds must nearly agree."""
    from core.privacy.plan import epsilon_of

    mu = mu_for(epsilon_of((steps(),), DELTA), DELTA)

    assert largest_power((steps(),), 0.01) == pytest.approx(norm.cdf(norm.ppf(0.01) + mu), rel=0.1)


def test_a_households_epsilon_grows_faster_than_its_size() -> None:
    """Guide of correctness, R26: ε 1 → 2.15, 3.41, 4.75 for two, three, four people."""
    mu = mu_for(1.0, DELTA)

    for people, expected in ((2, 2.15), (3, 3.41), (4, 4.75)):
        assert group_epsilon((release(mu),), DELTA, people) == pytest.approx(expected, abs=0.02)
        assert group_epsilon((release(mu),), DELTA, people) == epsilon_for(people * mu, DELTA)


def test_a_households_epsilon_under_sampling_lies_above_its_members() -> None:
    from core.privacy.plan import epsilon_of

    alone = epsilon_of((steps(),), DELTA)
    one, two, three = (group_epsilon((steps(),), DELTA, people) for people in (1, 2, 3))

    assert one is not None
    assert two is not None
    assert three is not None
    assert alone <= one <= alone * 1.05
    assert 2 * one < two < three


def test_no_group_figure_where_names_were_selected() -> None:
    chosen = Selection(name="names", noise_std=4, delta=1e-6, max_items=5)

    assert group_epsilon((chosen,), DELTA, 2) is None
    assert largest_power((chosen,), 0.01) == pytest.approx(norm.cdf(norm.ppf(0.01) + 1 / 4) + 1e-6)
