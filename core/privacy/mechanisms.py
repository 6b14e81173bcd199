"""
The mechanisms that may touch shoppers' data. Each object says both what will be done and what that costs.

===================  =============================================  ==============================
mechanism            what one shopper can do to it                  cost
===================  =============================================  ==============================
``GaussianRelease``  moves the vector by ``sensitivity`` in L2      Gaussian, ``count`` times
``DpSgd``            moves each step's sum by ``clip_norm`` in L2   Poisson-sampled Gaussian
``Selection``        adds a unit L2 weight over own products        Gaussian, and ``delta``
``RandomStopping``   what one trial lets it do, in each of them     Rényi, of the best trial alone
===================  =============================================  ==============================

Neighbours add or remove one shopper, with everything they did (``Relation``). There is no noise here: who draws it
takes the mechanism's own numbers, so that the claim and the deed cannot part.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import dp_accounting
import numpy as np
from scipy.special import ndtri

from core.privacy.costs import GaussianCost, Relation, check_range, is_positive
from core.privacy.stopping import StoppingLaw


@dataclass(frozen=True, kw_only=True)
class GaussianRelease(GaussianCost):
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
        check_range(
            self.name,
            sensitivity=is_positive(self.sensitivity),
            noise_std=is_positive(self.noise_std),
            count=self.count >= 1,
        )

    @property
    def mu(self) -> float:
        """The exact Gaussian cost of all draws together."""
        return self.sensitivity / self.noise_std * math.sqrt(self.count)

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
    relation: ClassVar[Relation] = Relation.ADD_OR_REMOVE_ONE
    name: str
    n_shoppers: int
    sampling_prob: float
    train_steps: int
    clip_norm: float
    noise_multiplier: float
    what: str = "Gradient steps over shoppers' clipped gradients"

    def __post_init__(self) -> None:
        check_range(
            self.name,
            n_shoppers=self.n_shoppers >= 1,
            sampling_prob=0 < self.sampling_prob <= 1,
            train_steps=self.train_steps >= 1,
            clip_norm=is_positive(self.clip_norm),
            noise_multiplier=is_positive(self.noise_multiplier),
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
class Selection(GaussianCost):
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
        check_range(
            self.name,
            noise_std=is_positive(self.noise_std),
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
    def delta_spent(self) -> float:
        """The chance that an unshared name leaves; the accountant has no event for it, so it is taken off δ."""
        return self.delta

    def event(self) -> Any:
        """Describe the noisy weights to the accountant; ``delta_spent`` is apart."""
        return dp_accounting.GaussianDpEvent(self.noise_std)

    def as_json(self) -> dict[str, Any]:
        """Return every number that a verifier needs, and what follows from them."""
        return {"kind": self.kind, **asdict(self), "sensitivity": 1.0, "threshold": self.threshold, "mu": self.mu}


@dataclass(frozen=True, kw_only=True)
class RandomStopping:
    """A random number of independent trials, of which the best alone leaves.

    K is drawn from ``law`` before the first trial; every trial runs ``base`` afresh and all K are run; the trial whose
    own output says that it is best leaves, and nothing else: neither K nor any other trial (Papernot and Steinke, 2022,
    "Hyperparameter tuning with Rényi differential privacy", https://arxiv.org/abs/2110.03620).

    Attributes:
        base: Everything that one trial does to one shopper, its score included where that touches the same shopper.
        mean: Mean number of trials.
        shape: Of the law: 0 logarithmic, 1 geometric, inf Poisson, else truncated negative binomial.
    """

    kind: ClassVar[str] = "random_stopping"
    relation: ClassVar[Relation] = Relation.ADD_OR_REMOVE_ONE
    name: str
    what: str
    base: tuple[GaussianRelease | DpSgd, ...]
    mean: float
    shape: float = 0.0

    def __post_init__(self) -> None:
        check_range(
            self.name,
            base=bool(self.base) and all(isinstance(each, GaussianRelease | DpSgd) for each in self.base),
            mean=math.isfinite(self.mean) and self.mean > 1,
            shape=self.shape >= 0,
        )

    @property
    def law(self) -> StoppingLaw:
        """The law that the number of trials is drawn from."""
        return StoppingLaw(self.mean, self.shape)

    @property
    def mu(self) -> None:
        """It has no Gaussian cost."""
        return None

    @property
    def mu_bound(self) -> float:
        """What a Gaussian filter charges: it cannot, so it refuses."""
        return math.inf

    @property
    def mu_guess(self) -> float:
        """About what it costs: less than three trials; only decides what is beyond all meaning."""
        return 3 * math.hypot(*(each.mu_guess for each in self.base))

    @property
    def delta_spent(self) -> float:
        """The δ that no accountant knows of: none."""
        return 0.0

    def event(self) -> Any:
        """Describe the selection to the accountant; RDP alone knows it."""
        trial = dp_accounting.ComposedDpEvent([each.event() for each in self.base])
        return dp_accounting.dp_event.RepeatAndSelectDpEvent(trial, self.mean, self.shape)

    def for_group(self, people: int) -> "RandomStopping | None":
        """Return the same selection as a household of so many sees it; None where a trial samples shoppers."""
        costs = [each.mu for each in self.base]
        if any(mu is None for mu in costs):
            return None
        together = people * math.hypot(*(mu for mu in costs if mu is not None))
        trial = GaussianRelease(name=self.base[0].name, what=self.base[0].what, sensitivity=together, noise_std=1.0)
        return replace(self, base=(trial,))

    def as_json(self) -> dict[str, Any]:
        """Return every number that a verifier needs; an endless shape (Poisson) as text, for JSON has none."""
        return {
            "kind": self.kind,
            **asdict(self),
            "base": [each.as_json() for each in self.base],
            "shape": self.shape if math.isfinite(self.shape) else "inf",
            "law": self.law.name,
            "mu": None,
        }


Mechanism = GaussianRelease | DpSgd | Selection | RandomStopping
"""Anything that a plan may contain."""
