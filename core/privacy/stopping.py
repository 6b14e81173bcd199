"""
How many trials a selection makes: drawn before the first, from a law that nobody can guess or hurry.

======  =====================================  ===========================================
shape   law of K                               mean, with x = ln(1/γ)
======  =====================================  ===========================================
0       logarithmic (the default: cheapest)    (e^x - 1) / x
1       geometric                              e^x
other   truncated negative binomial, K >= 1    shape (e^x - 1) / (1 - e^(-shape x))
inf     Poisson; K = 0 gives nothing at all    the mean itself
======  =====================================  ===========================================

Papernot and Steinke, 2022, "Hyperparameter tuning with Rényi differential privacy",
https://arxiv.org/abs/2110.03620, Definitions 1 and 3 (the laws), Theorems 2 and 6 (what they cost).
"""

import math
from dataclasses import dataclass
from functools import cached_property
from secrets import SystemRandom

from scipy.optimize import brentq

_NEGLIGIBLE = 2.0**-80  # chances below this cannot be met by a draw of 53 bits
_LARGEST_X = 60.0


@dataclass(frozen=True)
class StoppingLaw:
    """The law of the number of trials.

    Attributes:
        mean: Of the number of trials, above 1.
        shape: See the table above.
    """

    mean: float
    shape: float = 0.0

    @property
    def name(self) -> str:
        """The law in words."""
        named = {0.0: "logarithmic", 1.0: "geometric", math.inf: "Poisson"}
        return named.get(self.shape, f"truncated negative binomial (shape {self.shape:g})")

    @cached_property
    def gamma(self) -> float:
        """The stopping parameter γ of the truncated negative binomial family; 0 for Poisson, which has none."""
        if math.isinf(self.shape):
            return 0.0
        return math.exp(-float(brentq(lambda x: _mean(x, self.shape) - self.mean, 1e-12, _LARGEST_X, xtol=1e-15)))

    def chances(self, most: int) -> list[float]:
        """Return the chances of 0, 1, ..., ``most`` trials."""
        first = math.exp(-self.mean) if math.isinf(self.shape) else self._of_one()
        found = [first] if math.isinf(self.shape) else [0.0, first]
        while len(found) <= most:
            found.append(found[-1] * self._ratio(len(found)))
        return found[: most + 1]

    def draw(self) -> int:
        """Draw a number of trials from the operating system's cryptographic generator.

        Inverts the distribution function at 53 random bits, in 64-bit arithmetic: the law is met to about 1e-13 in
        total variation, which adds no more than that to a δ.
        """
        left = SystemRandom().random()
        k = 0 if math.isinf(self.shape) else 1
        chance = self.chances(k)[-1]
        while left >= chance >= _NEGLIGIBLE:
            left -= chance
            k += 1
            chance *= self._ratio(k)
        return k

    def _of_one(self) -> float:
        """The chance of a single trial."""
        x = -math.log(self.gamma)
        if self.shape == 0:
            return -math.expm1(-x) / x
        return -math.expm1(-x) * self.shape / math.expm1(self.shape * x)

    def _ratio(self, k: int) -> float:
        """The chance of ``k`` trials as a multiple of the chance of one less."""
        if math.isinf(self.shape):
            return self.mean / k
        return (1 - self.gamma) * (k - 1 + self.shape) / k


def _mean(x: float, shape: float) -> float:
    if shape == 0:
        return math.expm1(x) / x
    return shape * math.expm1(x) / -math.expm1(-shape * x)
