"""A plan: what will be done to shoppers' data, and what may be claimed for it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import dp_accounting
from dp_accounting.pld import PLDAccountant

from core.errors import SettingsError
from core.privacy.gdp import epsilon_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, Selection

__all__ = [
    "ACCOUNTANT",
    "Accounting",
    "DpSgd",
    "GaussianRelease",
    "Mechanism",
    "Plan",
    "Selection",
    "composed_epsilon",
    "epsilon_of",
    "mu_of",
    "one_gaussian",
]

ACCOUNTANT = "PLD"
FINE, COARSE = 1e-4, 1e-3
"""Grids of the privacy loss. FINE is dp-accounting's default; COARSE takes a tenth of the time.

The fine grid holds every point of the coarse one and the estimate interpolates a convex curve between points, so who
recomputes a coarse claim on the default grid finds the same ε or a little less, never more.
"""
_TOO_MUCH = 50.0  # μ; ε beyond 1,000. Not worth the accountant's memory
_FINE_BELOW = 0.3  # μ; about ε 1. There the coarse grid would cost a visible share of a small ε


@dataclass(frozen=True)
class Accounting:
    """How the ε of a plan was computed.

    Attributes:
        name: Short name of the accountant, ``"PLD"`` or ``"RDP"``.
        sentence: What it does, for the statement.
        discretization: Grid of the privacy loss, where there is one.
    """

    name: str
    sentence: str
    discretization: float | None = None


@lru_cache(maxsize=16)
def accountant_of(mechanisms: tuple[Mechanism, ...]) -> Any:
    """Return a privacy loss accountant that has composed these mechanisms (dp-accounting; pessimistic)."""
    accountant = PLDAccountant(dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE, grid_of(mechanisms))
    accountant.compose(dp_accounting.ComposedDpEvent([mechanism.event() for mechanism in mechanisms]))
    return accountant


def grid_of(mechanisms: Iterable[Mechanism]) -> float:
    """Return the privacy loss grid on which these mechanisms are accounted for."""
    return FINE if math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) < _FINE_BELOW else COARSE


def accounting_of(mechanisms: Iterable[Mechanism]) -> Accounting:
    """Return how ``epsilon_of`` computes the ε of these mechanisms."""
    grid = grid_of(mechanisms)
    return Accounting(
        name=ACCOUNTANT,
        sentence="Privacy loss distributions (dp-accounting), rounded up on a grid and composed numerically.",
        discretization=grid,
    )


@lru_cache(maxsize=256)
def epsilon_of(mechanisms: tuple[Mechanism, ...], delta: float) -> float:
    """Return the ε at δ of all mechanisms together, by PLD; inf where selections alone spend the δ."""
    left = delta - delta_spent(mechanisms)
    if left <= 0:
        return math.inf
    if math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) > _TOO_MUCH:
        return math.inf
    return max(0.0, float(accountant_of(mechanisms).get_epsilon(left)))


def composed_epsilon(mechanisms: Iterable[Mechanism], delta: float) -> float:
    """Return the ε at δ of any number of mechanisms: Gaussian ones exactly, as one; sampled ones by PLD.

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

    Raises:
        SettingsError: a number is out of range; δ is not below 1 / n_shoppers.
    """

    epsilon: float
    delta: float
    n_shoppers: int
    mechanisms: tuple[Mechanism, ...]

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0):
            raise SettingsError(f"epsilon must be a finite number above 0, got {self.epsilon!r}.")
        if self.n_shoppers < 1:
            raise SettingsError(f"The declared number of shoppers must be at least 1, got {self.n_shoppers}.")
        if not self.mechanisms:
            raise SettingsError("A plan needs at least one mechanism: what touches no shopper's data needs no plan.")
        check_delta(self.delta, self.n_shoppers)

    @property
    def accountant(self) -> str:
        """Name of the accountant whose ε is claimed."""
        return ACCOUNTANT

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
        """Return the exact Gaussian cost; none where a mechanism samples shoppers."""
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
