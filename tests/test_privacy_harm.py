"""What a level of harm proposes, and what releases at one ε add up to."""

import math

import pytest

from core.privacy.explain import shopper_level
from core.privacy.gdp import delta_for, mu_for
from core.privacy.harm import LEVELS, epsilon_of_releases, for_household, level_of, proposed
from core.settings import MAX_EPSILON, MIN_EPSILON, SLIDER_EPSILON


def test_the_levels_are_those_of_dp_creator() -> None:
    assert [(level.name, level.epsilon, level.delta) for level in LEVELS] == [
        ("confidential", 1.0, 1e-5),
        ("could", 0.25, 1e-6),
        ("likely", 0.05, 1e-7),
        ("severe", None, None),
    ]


def test_every_proposal_can_be_reached_with_the_slider() -> None:
    for level in LEVELS:
        if level.epsilon is not None:
            assert MIN_EPSILON <= SLIDER_EPSILON[0] <= level.epsilon <= SLIDER_EPSILON[1] <= MAX_EPSILON


def test_nothing_is_proposed_where_harm_would_be_severe() -> None:
    assert proposed("severe", 4_000) is None


@pytest.mark.parametrize(("n_shoppers", "delta"), [(4_000, 1e-5), (10_000, 1e-5), (100_000, 1e-6)])
def test_delta_shrinks_where_the_shop_is_large(n_shoppers: int, delta: float) -> None:
    """1/(10 · 100,000) = 1e-6 is below DP Creator's 1e-5."""
    assert proposed("confidential", n_shoppers) == (1.0, delta)


def test_a_proposal_is_known_again() -> None:
    found = proposed("could", 500_000)
    assert found is not None

    assert found == (0.25, 1 / 5_000_000)
    assert level_of(*found, n_shoppers=500_000) == "could"
    assert level_of(0.3, 1e-6, 500_000) is None
    assert level_of(None, None, 500_000) is None


def test_releases_add_up_as_gaussian_noise_does() -> None:
    """Four releases of μ are one of 2 μ: at their ε, its δ is the δ again."""
    four = epsilon_of_releases(0.5, 1e-6, 4)

    assert math.isclose(delta_for(2 * mu_for(0.5, 1e-6), four), 1e-6, rel_tol=1e-3)
    assert 0.5 < four < 4 * 0.5


@pytest.mark.parametrize("accounts", [2, 3, 4])
@pytest.mark.parametrize("epsilon", [0.05, 0.25, 1.0, 4.0, 10.0])
def test_a_household_keeps_the_epsilon_that_is_offered_for_it(epsilon: float, accounts: int) -> None:
    """Rounding down gives up at most the second digit: a tenth."""
    offered = for_household(epsilon, 1e-6, accounts)

    left = shopper_level(offered, 1e-6, accounts)
    assert 0.85 * epsilon < left <= epsilon
