"""Where noise comes from: the operating system's entropy, never a seed that somebody could know."""

import math
import os

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Array = npt.NDArray[np.float64]

GRID_BITS = 20
"""A release is rounded to a grid of about 2^-20 of its noise, so that low-order bits say nothing about the sum."""

FLOATING_POINT_LIMIT = (
    "Noise is drawn in 64-bit floating point by inverting the normal distribution and rounded to a public grid of "
    "about one millionth of its standard deviation. Against attacks on the last bits of floating-point numbers this "
    "is a mitigation, not a proof (severity: theoretical). Training noise is 32-bit and comes from a Philox generator "
    "that the operating system seeds afresh."
)

_CHUNK = 1 << 20


class SecureNormal:
    """Standard normals for one-shot releases, from the operating system's cryptographic generator.

    Each takes 64 random bits: one sign and 53 bits of probability in (0, 1/2], so tails reach 8.2 standard deviations.
    """

    def standard_normal(self, shape: int | tuple[int, ...]) -> Array:
        """Return fresh N(0, 1) draws of this shape; no two calls ever repeat."""
        size = math.prod(shape) if isinstance(shape, tuple) else shape
        flat = np.empty(size)
        for start in range(0, size, _CHUNK):
            count = min(_CHUNK, size - start)
            bits = np.frombuffer(os.urandom(8 * count), dtype=np.uint64)
            tail = ((bits >> np.uint64(11)) + np.uint64(1)).astype(np.float64) * 2.0**-54  # in (0, 1/2]
            flat[start : start + count] = ndtri(tail) * np.where(bits & np.uint64(1), 1.0, -1.0)
        return flat.reshape(shape)

    def release(self, values: npt.ArrayLike, noise_std: float) -> Array:
        """Return the values with fresh noise of this standard deviation on every entry, on the public grid."""
        exact = np.asarray(values, dtype=np.float64)
        noisy = exact + noise_std * self.standard_normal(exact.shape)
        return round_to_grid(noisy, noise_std)


def grid_step(noise_std: float) -> float:
    """Return the public grid's step: a power of two, at most 2^-20 of the noise."""
    return float(2.0 ** (math.floor(math.log2(noise_std)) - GRID_BITS))


def round_to_grid(values: Array, noise_std: float) -> Array:
    """Round to multiples of ``grid_step``; a power of two, so the multiples are exact."""
    step = grid_step(noise_std)
    rounded: Array = np.rint(values / step) * step
    return rounded


def run_generator() -> np.random.Generator:
    """Return a fast generator for a run's many steps, seeded by fresh entropy that is never saved or shown."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence()))
