"""Odds that a person without statistics can read."""

import math

import pytest
from scipy.stats import norm

from core.errors import SettingsError
from core.privacy.explain import (
    event_level,
    group_epsilon,
    largest_power,
    odds,
    of_100,
    power_by_claim_alone,
    power_curve,
    rounded_up,
    shopper_level,
)
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
    """ε 1 → 2.15, 3.41, 4.75 for two, three, four people."""
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


RATES = (0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 1.0)


def test_the_trade_off_curve_of_gaussian_noise_is_exact_at_every_rate() -> None:
    """Dong, Roth and Su (2022), equation 6: the largest power at α is Φ(Φ⁻¹(α) + μ)."""
    mu = math.hypot(0.3, 0.4)

    found = power_curve((release(0.3), release(0.4)), RATES)

    assert found == pytest.approx([norm.cdf(norm.ppf(rate) + mu) for rate in RATES])


def test_the_trade_off_curve_of_sampled_steps_rises_and_never_falls_below_guessing() -> None:
    found = power_curve((steps(),), RATES)

    assert list(found) == sorted(found)
    assert all(power >= rate for power, rate in zip(found, RATES, strict=True))
    assert found[RATES.index(0.01)] == largest_power((steps(),), 0.01)


def test_no_mechanism_gets_above_what_epsilon_and_delta_alone_allow() -> None:
    """At 1 %: e·0.01 + δ for ε 1; at 50 %: 1 - e⁻¹·(0.5 - δ). The Gaussian of the same promise stays below both."""
    mu = mu_for(1.0, DELTA)

    assert power_by_claim_alone(1.0, DELTA, 0.01) == pytest.approx(math.e * 0.01 + DELTA)
    assert power_by_claim_alone(1.0, DELTA, 0.5) == pytest.approx(1 - math.exp(-1) * (0.5 - DELTA))
    for rate, exact in zip(RATES, power_curve((release(mu),), RATES), strict=True):
        assert exact <= power_by_claim_alone(1.0, DELTA, rate) + 1e-12


def test_the_posterior_follows_any_prior() -> None:
    """Even odds become e to one: e / (1 + e) = 0.731."""
    assert odds(1.0, DELTA, prior=0.5).posterior == pytest.approx(math.e / (1 + math.e))
    assert odds(1.0, DELTA, prior=0.9).posterior == pytest.approx(9 * math.e / (9 * math.e + 1))


def test_an_event_level_value_is_the_shoppers_divided_among_the_events_in_mu() -> None:
    for events in (1, 5, 20):
        mu = mu_for(1.0, DELTA)

        assert event_level(1.0, DELTA, events) == pytest.approx(epsilon_for(mu / events, DELTA))
        assert shopper_level(event_level(1.0, DELTA, events), DELTA, events) == pytest.approx(1.0, rel=1e-6)


def test_an_event_level_value_of_two_is_worth_nothing_to_a_shopper_of_twenty_events() -> None:
    """Gaussian noise: ε 2.1 an event is 14.0 at five events and 98.8 at twenty."""
    assert shopper_level(2.1, DELTA, 5) == pytest.approx(14.01, abs=0.01)
    assert shopper_level(2.1, DELTA, 20) == pytest.approx(98.75, abs=0.01)


def test_sampled_steps_grow_with_the_events_a_little_less_than_one_release() -> None:
    """Noise 1, chance 1 %, 1,000 steps: ε 1.90 an event, 11.7 at five, 72 at twenty."""
    plan = DpSgd(name="n", n_shoppers=4000, sampling_prob=0.01, train_steps=1000, clip_norm=1, noise_multiplier=1)

    for events, expected in ((1, 1.90), (5, 11.66), (20, 72.31)):
        found = group_epsilon((plan,), DELTA, events)

        assert found is not None
        assert found == pytest.approx(expected, abs=0.01)
        assert found <= shopper_level(1.9015, DELTA, events)


def test_a_shopper_of_no_events_is_refused() -> None:
    for level in (event_level, shopper_level):
        with pytest.raises(SettingsError, match="at least 1"):
            level(1.0, DELTA, 0)


@pytest.mark.parametrize(
    ("value", "expected"), [(2.101, 2.2), (0.0381, 0.039), (98.2, 99.0), (388.1, 390.0), (3.0, 3.0), (0.0, 0.0)]
)
def test_numbers_are_rounded_against_the_promise(value: float, expected: float) -> None:
    assert rounded_up(value) == expected


@pytest.mark.parametrize(
    ("share", "people"), [(0.0, 0), (0.01, 1), (0.0101, 2), (0.5530, 56), (0.999, 100), (1.0, 100)]
)
def test_shares_become_people_rounded_against_the_promise(share: float, people: int) -> None:
    assert of_100(share) == people
