"""
The mechanisms that may touch shoppers' data. Each object says both what will be done and what that costs.

===================  =============================================  ==============================
mechanism            what one shopper can do to it                  cost
===================  =============================================  ==============================
``GaussianRelease``  moves the vector by ``sensitivity`` in L2      Gaussian, ``count`` times
``DpSgd``            moves each step's sum by ``clip_norm`` in L2   Poisson-sampled Gaussian
``Selection``        adds a unit L2 weight over own products        Gaussian, and ``delta``
===================  =============================================  ==============================

Neighbours add or remove one shopper, with everything they did. There is no noise here: who draws it takes the
mechanism's own numbers, so that the claim and the deed cannot part.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import dp_accounting
import numpy as np
from scipy.special import ndtri

from core.errors import SettingsError


def _check(owner: str, **conditions: bool) -> None:
    for name, holds in conditions.items():
        if not holds:
            raise SettingsError(f"{owner}: {name.replace('_', ' ', 1)} is out of range. Please choose another value.")


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


@dataclass(frozen=True, kw_only=True)
class GaussianRelease:
    """Sums over shoppers with Gaussian noise on every entry, drawn ``count`` times.

    Attributes:
        name: Short name, for instance ``"popularity"``.
        what: What is released, as a sentence for the statement.
        sensitivity: Largest L2 change of the whole vector by adding or removing one shopper.
        noise_std: Standard deviation of the noise on each entry, in the unit of the sum.
        count: How many such vectors are drawn, each with fresh noise.
    """

    kind: ClassVar[str] = "gaussian_release"
    name: str
    what: str
    sensitivity: float
    noise_std: float
    count: int = 1

    def __post_init__(self) -> None:
        _check(
            self.name,
            sensitivity=_positive(self.sensitivity),
            noise_std=_positive(self.noise_std),
            count=self.count >= 1,
        )

    @property
    def mu(self) -> float:
        """The exact Gaussian cost of all draws together."""
        return self.sensitivity / self.noise_std * math.sqrt(self.count)

    @property
    def mu_bound(self) -> float:
        """What a filter charges."""
        return self.mu

    @property
    def mu_guess(self) -> float:
        """About what it costs; chooses the accountant's grid, nothing else."""
        return self.mu

    @property
    def delta_spent(self) -> float:
        """The δ that no accountant knows of: none."""
        return 0.0

    def event(self) -> Any:
        """Describe the draws to the accountant."""
        draw = dp_accounting.GaussianDpEvent(self.noise_std / self.sensitivity)
        return draw if self.count == 1 else dp_accounting.SelfComposedDpEvent(draw, self.count)

    def as_json(self) -> dict[str, Any]:
        """Return every number that a verifier needs, and what follows from them."""
        return {"kind": self.kind, **asdict(self), "mu": self.mu}


@dataclass(frozen=True, kw_only=True)
class DpSgd:
    """Noisy gradient steps in which one shopper is one example.

    Every step takes each shopper by an own coin of ``sampling_prob`` (1: all of them, always), clips each one's
    gradient to ``clip_norm``, adds noise of ``noise_std`` to the sum once, and divides by ``expected_batch``,
    a public number.

    Attributes:
        n_shoppers: Declared number of shoppers, never the counted one.
        noise_multiplier: Noise standard deviation divided by the clip norm.
    """

    kind: ClassVar[str] = "dp_sgd"
    name: str
    n_shoppers: int
    sampling_prob: float
    train_steps: int
    clip_norm: float
    noise_multiplier: float
    what: str = "Gradient steps over shoppers' clipped gradients"

    def __post_init__(self) -> None:
        _check(
            self.name,
            n_shoppers=self.n_shoppers >= 1,
            sampling_prob=0 < self.sampling_prob <= 1,
            train_steps=self.train_steps >= 1,
            clip_norm=_positive(self.clip_norm),
            noise_multiplier=_positive(self.noise_multiplier),
        )

    @property
    def noise_std(self) -> float:
        """Standard deviation of the noise on each coordinate of a step's sum."""
        return self.noise_multiplier * self.clip_norm

    @property
    def expected_batch(self) -> float:
        """The public divisor of every step: declared shoppers times the sampling probability."""
        return self.sampling_prob * self.n_shoppers

    @property
    def mu(self) -> float | None:
        """The exact Gaussian cost of the full batch; none where shoppers are sampled."""
        return self.mu_bound if self.sampling_prob == 1 else None

    @property
    def mu_bound(self) -> float:
        """What a filter charges: the cost without amplification by sampling, which bounds it from above."""
        return math.sqrt(self.train_steps) / self.noise_multiplier

    @property
    def mu_guess(self) -> float:
        """About what it costs (central limit theorem of sampled steps, Dong et al., 2022); chooses the grid only."""
        if self.sampling_prob == 1 or self.noise_multiplier < 0.1:
            return self.mu_bound
        return self.sampling_prob * math.sqrt(self.train_steps * math.expm1(self.noise_multiplier**-2))

    @property
    def delta_spent(self) -> float:
        """The δ that no accountant knows of: none."""
        return 0.0

    def event(self) -> Any:
        """Describe the steps to the accountant; true only of Poisson sampling or the full batch, never of shuffling."""
        step = dp_accounting.GaussianDpEvent(self.noise_multiplier)
        if self.sampling_prob < 1:
            step = dp_accounting.PoissonSampledDpEvent(self.sampling_prob, step)
        return dp_accounting.SelfComposedDpEvent(step, self.train_steps)

    def as_json(self) -> dict[str, Any]:
        """Return every number that a verifier needs, and what follows from them."""
        return {
            "kind": self.kind,
            **asdict(self),
            "sensitivity": self.clip_norm,
            "noise_std": self.noise_std,
            "count": self.train_steps,
            "sampler": "poisson" if self.sampling_prob < 1 else "full batch",
            "mu": self.mu,
        }


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Choosing the names that may leave, where there is no public catalogue: Gaussian weighted set union.

    Each shopper spreads a weight of L2 norm 1 evenly over at most ``max_items`` own products; a product leaves when
    its noisy weight reaches ``threshold``. A product that is one shopper's alone leaves by the chance ``delta`` only
    (Gopi, Gulhane, Kulkarni, Shen, Shokouhi and Yekhanin, 2020, "Differentially private set union",
    https://arxiv.org/abs/2002.09745, the weighted Gaussian update with equal weights).
    """

    kind: ClassVar[str] = "selection"
    name: str
    noise_std: float
    delta: float
    max_items: int
    what: str = "Names of products that enough shoppers touched"

    def __post_init__(self) -> None:
        _check(
            self.name,
            noise_std=_positive(self.noise_std),
            delta=0 < self.delta < 1,
            max_items=1 <= self.max_items <= 1_000_000,
        )

    @property
    def threshold(self) -> float:
        """Smallest noisy weight that lets a name out: the worst case over t <= max_items products nobody else has."""
        own = np.arange(1, self.max_items + 1)
        chance_each = -np.expm1(np.log1p(-self.delta) / own)  # of one among t, when some leaves by chance delta
        return float(np.max(1 / np.sqrt(own) - self.noise_std * ndtri(chance_each)))

    @property
    def mu(self) -> float:
        """The exact Gaussian cost of the noisy weights."""
        return 1 / self.noise_std

    @property
    def mu_bound(self) -> float:
        """What a filter charges, besides ``delta_spent``."""
        return self.mu

    @property
    def mu_guess(self) -> float:
        """About what it costs; chooses the accountant's grid, nothing else."""
        return self.mu

    @property
    def delta_spent(self) -> float:
        """The chance that an unshared name leaves; the accountant has no event for it, so it is taken off δ."""
        return self.delta

    def event(self) -> Any:
        """Describe the noisy weights to the accountant; ``delta_spent`` is apart."""
        return dp_accounting.GaussianDpEvent(self.noise_std)

    def as_json(self) -> dict[str, Any]:
        """Return every number that a verifier needs, and what follows from them."""
        return {"kind": self.kind, **asdict(self), "sensitivity": 1.0, "threshold": self.threshold, "mu": self.mu}


Mechanism = GaussianRelease | DpSgd | Selection
"""Anything that a plan may contain."""
