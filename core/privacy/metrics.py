"""
Quality figures that may leave: noisy sums of per-shopper values in [0, 1], over a declared number.

One shopper moves each sum by at most 1, so the noise needs no look at the data. The mechanism is diffprivlib's analytic
Gaussian (Balle and Wang, 2018, arXiv 1805.06530), with its calibration and its checks; but it adds floating-point
noise, whose last bits betray the sum (diffprivlib issue 94), so the draw itself is ours, on integers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from core.errors import SettingsError
from core.privacy.calibrate import gaussian_mu
from core.privacy.exact_sums import unit_interval_sum
from core.privacy.gdp import delta_for
from core.privacy.mechanisms import GaussianRelease
from core.privacy.noise import SecureNormal
from core.privacy.plan import Plan

LEAST_NOISE = 0.2  # ε 30 and more; diffprivlib's arithmetic loses its grip on the scale not far below
_MARGIN = 1 + 1e-6  # diffprivlib finds its own scale by bisection; it must not end below what is claimed


@dataclass(frozen=True, kw_only=True)
class NoisyMean:
    """A mean that may leave, and the standard deviation of the noise in it (not of the shoppers)."""

    value: float
    noise: float


def metrics_plan(n_metrics: int, *, epsilon: float, delta: float, n_shoppers: int, what: str) -> Plan:
    """Return the plan that publishes this many metrics for ε in all, each with the same noise.

    Args:
        n_metrics: How many figures: metrics times models.
        epsilon: For all of them together.
        delta: At which ε is meant.
        n_shoppers: Declared number of shoppers whose values are summed.
        what: What is published, as a sentence for the statement.
    """

    def shape(mu: float) -> tuple[GaussianRelease, ...]:
        noise_std = (n_metrics**0.5) / mu
        return (GaussianRelease(name="metrics", what=what, sensitivity=1.0, noise_std=noise_std, count=n_metrics),)

    mechanisms = shape(gaussian_mu(epsilon, delta, [shape]))
    return Plan(epsilon=epsilon, delta=delta, n_shoppers=n_shoppers, mechanisms=mechanisms)


def release_means(
    values: Mapping[str, npt.ArrayLike], *, divisor: float, release: GaussianRelease
) -> dict[str, NoisyMean]:
    """Publish one mean for each name, with the noise that the plan's release says.

    Values are held to [0, 1] first and what is no number counts 0, so the sensitivity is true whatever comes in. A
    mean may come out below 0 or above 1: it is left so, since cutting would bend averages of it.

    Args:
        values: One value for each shopper, by metric. The arrays never leave.
        divisor: Declared number of shoppers; never the length of the arrays.
        release: Charged to the ledger before this call.

    Raises:
        SettingsError: more figures than the release pays for, a divisor not above 0, a sensitivity below 1, or
            hardly any noise.
    """
    if len(values) > release.count:
        raise SettingsError(f"{len(values)} figures were asked for but the plan pays for {release.count}.")
    if not divisor > 0:
        raise SettingsError(f"The declared number of shoppers must be above 0, got {divisor!r}.")
    if release.sensitivity < 1:
        raise SettingsError(f"One shopper moves a sum by up to 1, not by {release.sensitivity:g}.")
    if release.noise_std < LEAST_NOISE:
        raise SettingsError(
            f"Noise of {release.noise_std:g} on a sum hides nobody; it must be at least {LEAST_NOISE:g}."
        )
    mechanism = _exact_gaussian(release.noise_std)
    noise = release.noise_std / divisor
    return {
        name: NoisyMean(value=mechanism.randomise(unit_interval_sum(column)) / divisor, noise=noise)
        for name, column in values.items()
    }


def _exact_gaussian(noise_std: float) -> Any:
    """diffprivlib's mechanism for this spread, asked for a point (ε, δ) on its own trade-off, with exact draws."""
    # Imported here: it loads scikit-learn, a second that no page should wait for.
    from diffprivlib.mechanisms import GaussianAnalytic

    class ExactGaussian(GaussianAnalytic):  # type: ignore[misc]  # diffprivlib ships no types
        def randomise(self, value: float) -> float:
            self._check_all(value)
            return float(SecureNormal().release(value, math.sqrt(self.variance(0)), self.sensitivity))

    mu = 1 / (noise_std * _MARGIN)
    mechanism = ExactGaussian(epsilon=mu, delta=delta_for(mu, mu), sensitivity=1.0)
    if mechanism.variance(0) < noise_std**2:
        raise RuntimeError("diffprivlib would draw less noise than was charged")
    return mechanism
