"""Noise: its law, its freshness, its grid; and that last bits say nothing."""

import math
import os
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from core.errors import SettingsError
from core.privacy.noise import ROUNDING, SecureNormal, grid_step, run_generator


def ks_p_value(draws: np.ndarray, std: float) -> float:
    return float(kstest(draws / std, "norm").pvalue)


def released(value: float, noise_std: float, size: int) -> np.ndarray:
    return SecureNormal().release(np.full(size, value), noise_std)


@pytest.mark.parametrize("kind", ["release", "run"])
def test_noise_has_the_claimed_spread_and_no_other(kind: str) -> None:
    """R17: 200,000 draws accept σ, reject 0.9 σ and 1.1 σ."""
    size = 200_000
    draws = released(7.0, 3.0, size) - 7.0 if kind == "release" else 3.0 * run_generator().standard_normal(size)

    assert ks_p_value(draws, 3.0) > 1e-6
    assert ks_p_value(draws, 0.9 * 3.0) < 1e-12
    assert ks_p_value(draws, 1.1 * 3.0) < 1e-12


def test_no_draw_repeats_and_neighbours_are_not_related() -> None:
    first, second = (SecureNormal().release(np.zeros((400, 300)), 1.0) for _ in range(2))

    assert first.shape == (400, 300)
    assert np.mean(np.isin(first, second)) < 0.001  # at 2^32 steps a σ, two of 120,000 draws meet by chance
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(first.ravel()[1:], first.ravel()[:-1])[0, 1]) < 0.02


def test_two_runs_never_share_a_seed() -> None:
    assert not np.array_equal(run_generator().standard_normal(8), run_generator().standard_normal(8))


def test_a_release_without_random_bits_is_an_error_and_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(count: int) -> bytes:
        raise OSError("no entropy")

    monkeypatch.setattr(os, "urandom", broken)
    with pytest.raises(OSError, match="no entropy"):
        SecureNormal().release([1.0], 1.0)


@pytest.mark.parametrize("noise_std", [0.03, 1.0, math.pi, 1000.0])
def test_a_release_lies_exactly_on_the_public_grid(noise_std: float) -> None:
    noisy = SecureNormal().release(np.arange(1000.0) / 7, noise_std)
    step = Fraction(grid_step(noise_std, n_moved=1000))

    assert all((Fraction(value) / step).denominator == 1 for value in noisy.tolist())


@given(
    noise_std=st.floats(1e-3, 1e4),
    sensitivity=st.floats(1e-3, 1e3),
    n_moved=st.integers(1, 10**7),
)
def test_the_grid_adds_a_ten_millionth_to_the_sensitivity_at_most(
    noise_std: float, sensitivity: float, n_moved: int
) -> None:
    """√n steps; also a millionth of the noise at most; and no finer than needed: twice the step is too coarse."""
    try:
        step = grid_step(noise_std, sensitivity, n_moved)
    except SettingsError:
        assert noise_std / (sensitivity * ROUNDING / math.sqrt(n_moved)) > 2.0**46
        return

    assert math.frexp(step)[0] == 0.5  # a power of two: sums are divided by it without rounding
    assert math.sqrt(n_moved) * step <= 1e-7 * sensitivity
    assert step <= noise_std * 2.0**-20
    assert 2 * step > min(1e-7 * sensitivity / math.sqrt(n_moved), noise_std * 2.0**-20)


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), n_entries=st.integers(1, 300), largest=st.floats(1e-3, 1e6))
def test_rounding_moves_neighbours_apart_by_a_ten_millionth_at_most(seed: int, n_entries: int, largest: float) -> None:
    """In fractions: ‖grid(x) - grid(x')‖ <= ‖x - x'‖ + 1e-7."""
    rng = np.random.default_rng(seed)
    one = rng.random(n_entries) * largest
    other = one - rng.dirichlet(np.ones(n_entries)) ** 0.5
    step = grid_step(1.0, n_moved=n_entries)
    moved = sum((int(a) - int(b)) ** 2 for a, b in zip(np.rint(one / step), np.rint(other / step), strict=True))
    apart = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(one.tolist(), other.tolist(), strict=True))

    assert math.sqrt(moved) * step <= math.sqrt(apart) * (1 + 1e-15) + 1e-7


def naive(value: float, noise_std: float, size: int) -> np.ndarray:
    draws: np.ndarray = value + noise_std * np.random.default_rng().standard_normal(size)
    return draws


def share_of_coarse(release: Callable[[float, float, int], np.ndarray], value: float) -> float:
    """Mironov's attack: near 0, floats are finer than 2^-53, but 1 + noise is a multiple of it there, and says so."""
    noisy = release(value, 1.0, 100_000)
    near = noisy[np.abs(noisy) < 0.05] * 2.0**53
    return float(np.mean(near == np.rint(near)))


def test_last_bits_give_a_naive_release_away_and_ours_not() -> None:
    assert share_of_coarse(naive, 1.0) == 1.0
    assert share_of_coarse(naive, 0.0) < 0.2
    assert share_of_coarse(released, 1.0) == share_of_coarse(released, 0.0) == 1.0


@pytest.mark.parametrize("value", [0.0, 1.0, 1 / 3])
def test_the_last_digits_of_a_release_are_uniform_whatever_the_value(value: float) -> None:
    """Counted in steps, modulo 16: the same for neighbours 0 and 1."""
    steps = released(value, 1.0, 200_000) / grid_step(1.0, n_moved=200_000)

    assert np.array_equal(steps, np.rint(steps))
    assert chisquare(np.bincount(steps.astype(np.int64) % 16)).pvalue > 1e-6


def test_where_the_number_of_entries_is_secret_the_grid_does_not_follow_it() -> None:
    one, other = (SecureNormal().release(np.zeros(size), 1.0, n_moved=4) for size in (100, 10_000))
    step = grid_step(1.0, n_moved=4)

    for noisy in (one, other):
        odd = (noisy / step).astype(np.int64) % 2
        assert np.array_equal(noisy / step, np.rint(noisy / step))
        assert 0 < odd.mean() < 1


@pytest.mark.parametrize("noise_std", [0.0, -1.0, math.nan, math.inf, 1e9])
def test_noise_that_no_grid_holds_is_refused(noise_std: float) -> None:
    with pytest.raises(SettingsError):
        SecureNormal().release([1.0], noise_std)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
def test_sums_that_no_integer_holds_are_refused(value: float) -> None:
    with pytest.raises(SettingsError, match="Sums must be numbers"):
        SecureNormal().release([0.0, value], 1.0)


def test_a_scalar_release_is_a_scalar() -> None:
    assert SecureNormal().release(5.0, 1.0).shape == ()


def test_an_empty_release_is_empty() -> None:
    assert SecureNormal().release([], 1.0).shape == (0,)
