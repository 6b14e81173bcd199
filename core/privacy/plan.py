"""A plan: what will be done to shoppers' data, and what may be claimed for it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import dp_accounting
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant

from core.errors import SettingsError
from core.privacy.costs import Relation
from core.privacy.gdp import epsilon_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection

__all__ = [
    "Accounting",
    "DpSgd",
    "GaussianRelease",
    "Mechanism",
    "Plan",
    "RandomStopping",
    "Relation",
    "Selection",
    "composed_epsilon",
    "epsilon_of",
    "mu_of",
    "one_gaussian",
]

PLD, RDP = "PLD", "RDP"
FINE, COARSE = 1e-4, 1e-3
"""Grids of the privacy loss. FINE is dp-accounting's default; COARSE takes a tenth of the time.

The fine grid holds every point of the coarse one and the estimate interpolates a convex curve between points, so who
recomputes a coarse claim on the default grid finds the same ε or a little less, never more.
"""
_PLD_SENTENCE = "all mechanisms are composed by the privacy loss distribution accountant, pessimistic estimate"
_RDP_SENTENCE = (
    "all mechanisms are composed in Rényi differential privacy, at dp-accounting's own orders, for the privacy loss "
    "distribution accountant has no event for the best of a random number of trials (Papernot and Steinke, 2022); "
    "Gaussian noise composes there exactly, and the turn to (ε, δ) gives a little away"
)
_TOO_MUCH = 50.0  # μ; ε beyond 1,000. Not worth the accountant's memory
_FINE_BELOW = 0.3  # μ; about ε 1. There the coarse grid would cost a visible share of a small ε


@dataclass(frozen=True)
class Accounting:
    """How the ε of a plan was computed.

    Attributes:
        name: Short name of the accountant: ``"PLD"``, or ``"RDP"`` where a selection by random stopping is in, which
            PLD has no event for.
        sentence: What it does, for the statement.
        discretization: Grid of the privacy loss, where there is one.
    """

    name: str
    sentence: str
    discretization: float | None = None


@lru_cache(maxsize=16)
def accountant_of(mechanisms: tuple[Mechanism, ...]) -> Any:
    """Return an accountant of dp-accounting that has composed these mechanisms: PLD, pessimistic, or RDP."""
    relation = dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE
    if needs_rdp(mechanisms):
        accountant: Any = RdpAccountant(neighboring_relation=relation)
    else:
        accountant = PLDAccountant(relation, grid_of(mechanisms))
    accountant.compose(dp_accounting.ComposedDpEvent([mechanism.event() for mechanism in mechanisms]))
    return accountant


def grid_of(mechanisms: Iterable[Mechanism]) -> float:
    """Return the privacy loss grid on which these mechanisms are accounted for."""
    return FINE if math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) < _FINE_BELOW else COARSE


def needs_rdp(mechanisms: Iterable[Mechanism]) -> bool:
    """Tell whether one of these is known to Rényi accounting only; then everything is composed there."""
    return any(isinstance(mechanism, RandomStopping) for mechanism in mechanisms)


def accounting_of(mechanisms: Iterable[Mechanism]) -> Accounting:
    """Return how ``epsilon_of`` computes the ε of these mechanisms."""
    mechanisms = tuple(mechanisms)
    if needs_rdp(mechanisms):
        return Accounting(name=RDP, sentence=_RDP_SENTENCE)
    return Accounting(name=PLD, sentence=_PLD_SENTENCE, discretization=grid_of(mechanisms))


@lru_cache(maxsize=256)
def epsilon_of(mechanisms: tuple[Mechanism, ...], delta: float) -> float:
    """Return the ε at δ of all mechanisms together, by PLD or else RDP; inf where choosing names spends the δ."""
    left = delta - delta_spent(mechanisms)
    if left <= 0:
        return math.inf
    if math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) > _TOO_MUCH:
        return math.inf
    return max(0.0, float(accountant_of(mechanisms).get_epsilon(left)))


def composed_epsilon(mechanisms: Iterable[Mechanism], delta: float) -> float:
    """Return the ε at δ of any number of mechanisms: Gaussian ones exactly, as one; sampled ones by PLD.

    Where a selection by random stopping is among them, everything is composed by RDP, the Gaussian ones still as one.

    For ledgers, which grow: a hundred releases cost no more time than one.
    """
    mechanisms = tuple(mechanisms)
    left = delta - delta_spent(mechanisms)
    if left <= 0:
        return math.inf
    mu = mu_of(mechanism for mechanism in mechanisms if mechanism.mu is not None) or 0.0
    sampled = tuple(mechanism for mechanism in mechanisms if mechanism.mu is None)
    if not sampled:
        return epsilon_for(mu, left)
    return epsilon_of(sampled + ((one_gaussian(mu),) if mu else ()), left)


def one_gaussian(mu: float, name: str = "all together", what: str = "Everything Gaussian, as one") -> GaussianRelease:
    """Return the single release that costs exactly μ."""
    return GaussianRelease(name=name, what=what, sensitivity=1.0, noise_std=1 / mu)


def delta_spent(mechanisms: Iterable[Mechanism]) -> float:
    """Return the δ that is spent outside the accountant (partition selection)."""
    return math.fsum(mechanism.delta_spent for mechanism in mechanisms)


def mu_of(mechanisms: Iterable[Mechanism]) -> float | None:
    """Return the exact Gaussian cost of all together, sqrt(sum μ²); none where a mechanism is not Gaussian."""
    squares = [None if mechanism.mu is None else mechanism.mu**2 for mechanism in mechanisms]
    gaussian = [square for square in squares if square is not None]
    return math.sqrt(math.fsum(gaussian)) if len(gaussian) == len(squares) else None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that one private model (or one set of figures) does to shoppers' data.

    Attributes:
        epsilon: What is claimed, and the most that may be spent.
        delta: Below 1 / n_shoppers.
        n_shoppers: Declared number of shoppers.
        mechanisms: In the order in which they are drawn.
        relation: When two files count as neighbours; the only one that every mechanism here is true of.

    Raises:
        SettingsError: a number is out of range; δ is not below 1 / n_shoppers; a mechanism is of another neighbouring
            relation, or divides by more shoppers than there are.
    """

    epsilon: float
    delta: float
    n_shoppers: int
    mechanisms: tuple[Mechanism, ...]
    relation: Relation = Relation.ADD_OR_REMOVE_ONE

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0):
            raise SettingsError(f"epsilon must be a finite number above 0, got {self.epsilon!r}.")
        if self.n_shoppers < 1:
            raise SettingsError(f"The declared number of shoppers must be at least 1, got {self.n_shoppers}.")
        if not self.mechanisms:
            raise SettingsError("A plan needs at least one mechanism: what touches no shopper's data needs no plan.")
        check_delta(self.delta, self.n_shoppers)
        self._check_mechanisms()

    def _check_mechanisms(self) -> None:
        for mechanism in self.mechanisms:
            if mechanism.relation != self.relation:
                raise SettingsError(
                    f"“{mechanism.name}” protects when neighbours {mechanism.relation}, this plan when they "
                    f"{self.relation}: the two do not compose. Please use one relation for all."
                )
            for part in mechanism.base if isinstance(mechanism, RandomStopping) else (mechanism,):
                if isinstance(part, DpSgd) and part.n_shoppers > self.n_shoppers:
                    raise SettingsError(
                        f"“{part.name}” would divide by {part.n_shoppers:,} shoppers, but only {self.n_shoppers:,} are "
                        "declared. Please plan its steps for as many shoppers as there are, or fewer."
                    )

    @property
    def accountant(self) -> str:
        """Name of the accountant whose ε is claimed."""
        return self.accounting.name

    @property
    def accounting(self) -> Accounting:
        """How the claimed ε was computed."""
        return accounting_of(self.mechanisms)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that a person should read before agreeing to this plan."""
        limit = 1 / (10 * self.n_shoppers)
        if self.delta <= limit:
            return ()
        return (
            f"δ = {self.delta:g} is large for {self.n_shoppers:,} shoppers: it tolerates a chance of "
            f"{self.delta * self.n_shoppers:.1g} that somebody among them is exposed. At most {limit:.2g} is usual.",
        )

    def event(self) -> Any:
        """Return the dp-accounting event of the whole plan."""
        return dp_accounting.ComposedDpEvent([mechanism.event() for mechanism in self.mechanisms])

    def mu(self) -> float | None:
        """Return the exact Gaussian cost; none where a mechanism samples shoppers or selects."""
        return mu_of(self.mechanisms)

    def epsilon_spent(self, delta: float | None = None) -> float:
        """Return the ε that the accountant gives, at this plan's δ or another."""
        return epsilon_of(self.mechanisms, self.delta if delta is None else delta)

    def check(self) -> None:
        """Hold the claim against the accountant; the ledger and the statement call this before they write.

        Raises:
            SettingsError: the mechanisms spend more than the plan claims, by however little.
        """
        spent = self.epsilon_spent()
        if spent > self.epsilon:
            raise SettingsError(
                f"This plan would spend ε {spent:.6g} but claims {self.epsilon:g}. Add noise or claim more."
            )


def check_delta(delta: float, n_shoppers: int) -> None:
    """Refuse a δ that would let whole shoppers leak.

    Raises:
        SettingsError: δ is not between 0 and 1 / n_shoppers.
    """
    if not 0 < delta < 1 / n_shoppers:
        raise SettingsError(
            f"delta must be above 0 and below 1 / {n_shoppers:,} shoppers = {1 / n_shoppers:.2g}, got {delta!r}: "
            "a larger one allows whole shoppers to be published."
        )
