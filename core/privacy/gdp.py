"""
Gaussian differential privacy: exact arithmetic between μ and (ε, δ).

A mechanism is μ-GDP when telling it with and without a shopper is no easier than telling N(0, 1) from N(μ, 1).
Composition adds squares: μ² = μ₁² + μ₂² + ... (Dong, Roth and Su, 2022, "Gaussian differential privacy",
https://doi.org/10.1111/rssb.12454, Corollaries 1 and 2).
"""

import math

from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri

from core.errors import SettingsError

_SAFETY = 1e-10  # relative; far more than the root finder's error, far less than anybody sees


def delta_for(mu: float, epsilon: float) -> float:
    """Return the exact δ of a μ-GDP mechanism at this ε: Φ(μ/2 - ε/μ) - e^ε Φ(-μ/2 - ε/μ).

    In log space, so that it neither overflows at a large ε nor cancels at a tiny δ.
    """
    if mu <= 0:
        return 0.0
    if math.isinf(mu):
        return 1.0
    upper = float(log_ndtr(mu / 2 - epsilon / mu))
    lower = epsilon + float(log_ndtr(-mu / 2 - epsilon / mu))
    return math.exp(upper) * -math.expm1(min(lower - upper, 0.0))


def mu_for(epsilon: float, delta: float) -> float:
    """Return the largest μ whose mechanism is (ε, δ)-DP, from below.

    Example:
        >>> round(mu_for(1.0, 4338**-1.1), 3)
        0.314
    """
    if not (epsilon >= 0 and math.isfinite(epsilon)):
        raise SettingsError(f"epsilon must be a finite number >= 0, got {epsilon!r}.")
    _check_delta(delta)
    high = math.sqrt(2 * epsilon) + 1.0
    while delta_for(high, epsilon) < delta:
        high *= 2
    root = float(brentq(lambda mu: delta_for(mu, epsilon) - delta, 1e-12, high, xtol=1e-15, rtol=1e-12))
    return root * (1 - _SAFETY)


def epsilon_for(mu: float, delta: float) -> float:
    """Return the smallest ε >= 0 at which a μ-GDP mechanism is (ε, δ)-DP, from above; inf for an endless μ."""
    _check_delta(delta)
    if mu < 0 or math.isnan(mu):
        raise SettingsError(f"mu must be >= 0, got {mu!r}.")
    if math.isinf(mu):
        return math.inf
    if delta_for(mu, 0.0) <= delta:
        return 0.0
    high = mu * mu / 2 + mu * math.sqrt(2 * math.log(1 / delta)) + 1e-9  # the zCDP bound lies above the exact value
    root = float(brentq(lambda epsilon: delta_for(mu, epsilon) - delta, 0.0, high, xtol=1e-15, rtol=1e-12))
    return root * (1 + _SAFETY)


def power(mu: float, false_positive_rate: float) -> float:
    """Return the largest true positive rate of any attack on a μ-GDP mechanism at this false positive rate."""
    return float(ndtr(ndtri(false_positive_rate) + mu))


def _check_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise SettingsError(f"delta must be between 0 and 1, got {delta!r}.")
