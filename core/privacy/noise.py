"""
Noise for one-shot releases, on integers: from the operating system's entropy, never a seed that somebody could know.

Floating-point noise betrays a sum through its last bits (Mironov, 2012, "On significance of the least significant bits
for differential privacy"), also where several draws are added up (as Holohan and Braghin, 2021, propose; broken
by Haney et al., 2022, arXiv 2207.13793), and floating-point sums move by more than their sensitivity (Casacuberta et
al., 2022, arXiv 2207.10635). Here a sum is rounded to a public grid, x = k · step, and k + J is released, where
J = round(σ/step · N(0, 1)) is drawn exactly. As k is an integer, k + J = round((x + σ N(0, 1)) / step): the release
is a rounding of the *continuous* Gaussian mechanism, and so post-processing (Dwork and Roth, 2014, proposition 2.1).
What accountants say of the Gaussian holds for it as it stands. The discrete Gaussian (Canonne, Kamath and Steinke,
2020, arXiv 2004.00010) is another law, for which dp-accounting has no event and whose composition we would derive.
"""

import math

import numpy as np
import numpy.typing as npt

from core.errors import SettingsError
from core.privacy.rounded_gaussian import rounded_gaussian

Array = npt.NDArray[np.float64]

FLOATING_POINT_LIMIT = (
    "One-shot releases are exact: shoppers' contributions are added up as integers, and the noise is the Gaussian "
    "rounded to a public grid, drawn from the operating system's random bits without deciding anything by rounding "
    "(but for trust that SciPy's normal quantile errs by less than eight times the worst that we measured). "
    "In training, where every layer of a model has few weights (the head of hybrid), clipped gradients are added up "
    "exactly, in float64 on a public grid, with a millionth of the clip norm as room for the last bits of a kernel "
    "(held by a test, not proved). In larger layers float32 sums round as they add up: where all gradients point one "
    "way one shopper can count for somewhat more than the clip norm (2.0005 instead of 2 among 20,000 was measured; "
    "no bound). Training noise is floating point, from a Philox generator that the operating system seeds afresh: "
    "against attacks on its last bits there is no proof (severity: theoretical). "
    "How long a draw takes depends on the noise, not on shoppers."
)

ROUNDING = 1e-7  # of the sensitivity: the most that rounding sums to the grid adds to it
_COARSEST = 2.0**-20  # of the noise
_MOST_STEPS = 2.0**48  # in a standard deviation
_LARGEST = 2.0**62  # steps of a sum; with noise it still fits 64 bits


class SecureNormal:
    """Gaussian noise from the operating system's cryptographic generator; no two releases share any."""

    def release(
        self, values: npt.ArrayLike, noise_std: float, sensitivity: float = 1.0, *, n_moved: int | None = None
    ) -> Array:
        """Return the values, rounded to multiples of ``grid_step``, with rounded Gaussian noise on every entry.

        Rounding moves two neighbours apart by at most ``ROUNDING`` of the sensitivity in L2; the caller's sums leave
        room for it below what is charged.

        Args:
            values: Sums over shoppers.
            noise_std: Standard deviation of the Gaussian that is rounded.
            sensitivity: Largest L2 change of the values by one shopper.
            n_moved: How many entries one shopper can move; all, if not given. To be given where the number of
                entries depends on shoppers, since the grid must be public.

        Raises:
            SettingsError: sums or noise that are no numbers, or too large for 64-bit integers on this grid.
        """
        exact = np.asarray(values, dtype=np.float64)
        step = grid_step(noise_std, sensitivity, exact.size if n_moved is None else n_moved)
        steps = exact / step  # exact: a step is a power of two
        if not np.all(np.abs(steps) <= _LARGEST):
            raise SettingsError(f"Sums must be numbers up to {_LARGEST * step:g} for noise of {noise_std:g}.")
        noise = rounded_gaussian(noise_std / step, exact.size).reshape(exact.shape)
        return np.asarray((np.rint(steps).astype(np.int64) + noise) * step, np.float64)


def grid_step(noise_std: float, sensitivity: float = 1.0, n_moved: int = 1) -> float:
    """Return the public grid's step: a power of two, from public numbers only.

    Two neighbours' entries are each rounded by half a step at most, and ``n_moved`` of them differ: rounding adds
    √n_moved steps to their L2 distance, at most ``ROUNDING`` of the sensitivity.

    Raises:
        SettingsError: noise or sensitivity that is not above 0, or noise too large for 64-bit integers on this grid.
    """
    if not (0 < noise_std < math.inf and 0 < sensitivity < math.inf):
        raise SettingsError(f"Noise and sensitivity must be numbers above 0, got {noise_std:g} and {sensitivity:g}.")
    widest = min(ROUNDING * sensitivity / math.sqrt(max(n_moved, 1)), _COARSEST * noise_std)
    step = math.ldexp(0.5, math.frexp(widest)[1])  # the largest power of two that is not above
    if noise_std / step > _MOST_STEPS:
        raise SettingsError(
            f"Noise of {noise_std:g} on {n_moved:,} figures is too much for 64-bit integers. Please choose a larger ε."
        )
    return step


def run_generator() -> np.random.Generator:
    """Return a fast generator for a run's many steps, seeded by fresh entropy that is never saved or shown."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence()))
