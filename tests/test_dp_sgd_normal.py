"""The normal numbers themselves: their law, their tails, and that no two have anything to do with each other."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from core.dp_sgd.normal import standard_normal
from core.privacy.noise import run_generator

N = 1_000_000


def generator() -> Any:
    """Seeded as a training is."""
    state = run_generator().integers(0, 2**63, size=3, dtype=np.int64)
    return tf.random.Generator.from_state(state, alg="philox")


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_a_million_numbers_are_standard_normal(dtype: Any) -> None:
    """Kolmogorov and Smirnov accept 1 and reject 0.98 and 1.02; the spread is 1 to 0.4 % (five standard errors).

    A 728th lies beyond 3.2, a 15,787th beyond 4.
    """
    drawn = standard_normal(generator(), (N,), dtype).numpy()

    assert drawn.dtype == dtype.as_numpy_dtype
    assert stats.kstest(drawn, stats.norm.cdf).pvalue > 1e-6
    for wrong in (0.98, 1.02):
        assert stats.kstest(drawn, stats.norm(0, wrong).cdf).pvalue < 1e-6
    assert abs(drawn.std(dtype=np.float64) - 1) < 5 / np.sqrt(2 * N)
    for far in (3.2, 4.0):
        expected = 2 * stats.norm.sf(far) * N
        assert abs((np.abs(drawn) > far).sum() - expected) < 5 * np.sqrt(expected)


def test_both_halves_of_a_pair_and_two_draws_know_nothing_of_each_other() -> None:
    """Length and angle give two numbers: neither they nor their squares go together, nor do those of a second draw."""
    source = generator()
    first, second = (standard_normal(source, (2, N // 2), tf.float32).numpy() for _ in range(2))
    for a, b in ((first[0], first[1]), (first[0], second[0]), (first.ravel()[:-1], first.ravel()[1:])):
        limit = 5 / np.sqrt(len(a))

        assert abs(np.corrcoef(a, b)[0, 1]) < limit
        assert abs(np.corrcoef(a**2, b**2)[0, 1]) < limit


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (4, 2, 3)])
def test_every_shape_is_filled_with_numbers_of_its_own(shape: tuple[int, ...]) -> None:
    """Odd sizes too, where one half of a pair is left over."""
    drawn = standard_normal(generator(), shape, tf.float32).numpy()

    assert drawn.shape == shape
    assert np.isfinite(drawn).all()
    assert len(np.unique(drawn)) == drawn.size


def test_the_farthest_numbers_are_those_of_all_32_bits() -> None:
    """Bits of all ones give 0, bits of all zeros sqrt(-2 ln 2**-33) = 6.76: no bits give an infinity."""

    class Bits:
        """A source of the two extreme draws."""

        def uniform_full_int(self, shape: Any, dtype: Any) -> Any:
            return tf.constant([[0, 2**32 - 1], [0, 0]], dtype)

    near = standard_normal(Bits(), (4,), tf.float32).numpy()

    assert near[0] == pytest.approx(np.sqrt(2 * 33 * np.log(2)), rel=1e-6)
    assert near[1] == pytest.approx(0, abs=1e-3)
    assert np.isfinite(near).all()
