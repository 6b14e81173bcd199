"""Noise: its law, its freshness, its grid."""

import os

import numpy as np
import pytest
from scipy.stats import kstest

from core.privacy import noise
from core.privacy.noise import SecureNormal, grid_step, run_generator


def ks_p_value(draws: np.ndarray, std: float) -> float:
    return float(kstest(draws / std, "norm").pvalue)


@pytest.mark.parametrize("kind", ["secure", "run"])
def test_noise_has_the_claimed_spread_and_no_other(kind: str) -> None:
    """R17: accept σ, reject 0.9 σ and 1.1 σ."""
    size = 200_000
    draws = SecureNormal().standard_normal(size) if kind == "secure" else run_generator().standard_normal(size)

    assert ks_p_value(draws, 1.0) > 1e-6
    assert ks_p_value(draws, 0.9) < 1e-12
    assert ks_p_value(draws, 1.1) < 1e-12


def test_released_noise_has_the_claimed_spread() -> None:
    noisy = SecureNormal().release(np.full(200_000, 7.0), noise_std=3.0)

    assert ks_p_value(noisy - 7.0, 3.0) > 1e-6


def test_no_draw_repeats_and_neighbours_are_not_related() -> None:
    first, second = SecureNormal().standard_normal((400, 300)), SecureNormal().standard_normal((400, 300))

    assert first.shape == (400, 300)
    assert len(np.unique(np.concatenate([first.ravel(), second.ravel()]))) == 2 * 400 * 300
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(first.ravel()[1:], first.ravel()[:-1])[0, 1]) < 0.02


def test_two_runs_never_share_a_seed() -> None:
    assert not np.array_equal(run_generator().standard_normal(8), run_generator().standard_normal(8))


@pytest.mark.parametrize("bits", [0, 2**64 - 1])
def test_the_rarest_bits_give_a_finite_draw(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda count: bits.to_bytes(8, "little") * (count // 8))

    assert np.all(np.abs(SecureNormal().standard_normal(3)) < 8.3)


@pytest.mark.parametrize("noise_std", [0.03, 1.0, 1000.0])
def test_a_release_lies_on_the_public_grid(noise_std: float) -> None:
    noisy = SecureNormal().release(np.arange(1000.0), noise_std)
    step = grid_step(noise_std)

    assert np.array_equal(noisy / step, np.rint(noisy / step))
    assert noise_std * 2.0**-21 <= step <= noise_std * 2.0**-20


def test_a_draw_longer_than_a_chunk_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "_CHUNK", 7)

    assert len(np.unique(SecureNormal().standard_normal(50))) == 50


def test_a_scalar_release_is_a_scalar() -> None:
    assert SecureNormal().release(5.0, 1.0).shape == ()
