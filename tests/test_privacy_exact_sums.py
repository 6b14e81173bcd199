"""Exact sums: what one shopper moves, in Python's integers, and in any order."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from core.errors import DataError
from core.privacy import exact_sums
from core.privacy.exact_sums import MARGIN, UNIT_STEP, VALUE_STEP, unit_interval_sum, unit_vector_sums
from core.privacy.metrics import LEAST_NOISE
from core.privacy.noise import grid_step


@given(sizes=st.lists(st.integers(0, 20_000), min_size=1, max_size=3))
def test_every_shopper_is_a_vector_no_longer_than_the_margin(sizes: list[int]) -> None:
    """n w² <= (MARGIN / step)² in fractions, and hardly less."""
    for size in sizes:
        row = sparse.csr_array((np.ones(size), np.arange(size), np.array([0, size])), shape=(1, 20_000))
        squares = sum(int(part) ** 2 for part in unit_vector_sums(row)) * Fraction(UNIT_STEP) ** 2

        assert squares <= Fraction(MARGIN) ** 2
        assert squares >= (Fraction(MARGIN) ** 2 * Fraction(999_999, 1_000_000) if size else 0)


def test_the_order_of_shoppers_changes_no_bit_of_a_sum() -> None:
    """Floats summed both ways differ; integers don't."""
    rng = np.random.default_rng(0)
    matrix = sparse.csr_array((rng.random((3_000, 40)) < 0.3).astype(float))
    order = rng.permutation(3_000)
    weights = 1 / np.sqrt(np.diff(matrix.indptr))

    assert np.array_equal(unit_vector_sums(matrix), unit_vector_sums(matrix[order]))
    assert not np.array_equal(matrix.T @ weights, matrix[order].T @ weights[order])
    assert unit_interval_sum(weights) == unit_interval_sum(weights[order])


@pytest.mark.parametrize("wild", [0.0, 1.0, 1 / 3, 1e30, -5.0, math.nan, math.inf, -math.inf])
def test_one_shopper_moves_a_sum_of_values_by_at_most_one_whatever_comes_in(wild: float) -> None:
    usual = np.random.default_rng(1).random(1_000)
    moved = Fraction(unit_interval_sum([*usual, wild])) - Fraction(unit_interval_sum(usual))

    assert 0 <= moved <= 1
    assert moved == (1 if wild in {1.0, 1e30} else math.floor(2**24 / 3) * VALUE_STEP if wild == 1 / 3 else 0)


def test_a_sum_of_values_lies_on_the_grid_of_its_release() -> None:
    """So that rounding to it changes nothing, and sensitivity 1 is exact without a margin."""
    for noise_std in (LEAST_NOISE, 1.0, 5000.0):
        assert VALUE_STEP % grid_step(noise_std) == 0


def test_more_shoppers_than_the_integers_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is such that all of them on one product stay below 2^62."""
    assert exact_sums.MOST_SHOPPERS / UNIT_STEP < 2**62
    monkeypatch.setattr(exact_sums, "MOST_SHOPPERS", 4)
    unit_vector_sums(sparse.csr_array((4, 2)))
    with pytest.raises(DataError, match="4 shoppers at most"):
        unit_vector_sums(sparse.csr_array((5, 2)))
    with pytest.raises(DataError, match="4 shoppers at most"):
        unit_interval_sum(np.zeros(5))
