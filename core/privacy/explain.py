"""What an ε means to somebody who never heard of it: odds, in people out of a hundred."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtr

from core.errors import SettingsError
from core.privacy.gdp import epsilon_for, mu_for, power
from core.privacy.mechanisms import DpSgd, Mechanism
from core.privacy.plan import accountant_of, delta_spent, mu_of


@dataclass(frozen=True, kw_only=True)
class Odds:
    """What an (ε, δ) promise leaves to an attacker who sees everything released and knows everybody else's data.

    Read as the exact trade-off of Gaussian noise that just keeps the promise.

    Attributes:
        prior: What the attacker held likely before, 0..1.
        posterior: The most that the attacker may hold likely after, but for a chance of ``failure``.
        failure: The chance, over the noise, that the release says more than that.
        guess_right: Share of right guesses whether a shopper's data were used, where both are equally likely.
        advantage: Largest true positive rate less false positive rate of any attack.
        tpr_at_fpr_1_percent: Shoppers rightly named, when one in a hundred others is wrongly named.
    """

    epsilon: float
    delta: float
    prior: float
    posterior: float
    failure: float
    guess_right: float
    advantage: float
    tpr_at_fpr_1_percent: float

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in plain words; numbers are rounded against the promise."""
        return (
            f"Somebody who must guess whether one shopper's data were used, and otherwise would be right in 50 of 100 "
            f"cases, is right in at most {_out_of_100(self.guess_right)} of 100.",
            f"What somebody held for {self.prior * 100:g} in 100 likely about a shopper, they may hold for at most "
            f"{_out_of_100(self.posterior)} in 100 likely after seeing everything that is released.",
            f"An attack that wrongly accuses 1 of 100 shoppers who were not there finds at most "
            f"{_out_of_100(self.tpr_at_fpr_1_percent)} of 100 who were.",
        )


def odds(epsilon: float, delta: float, prior: float = 0.01) -> Odds:
    """Translate (ε, δ) into odds.

    Example:
        >>> round(odds(1.0, 1e-5).guess_right, 3)
        0.553

    Args:
        epsilon: The promise.
        delta: The promise.
        prior: What the attacker holds likely beforehand, between 0 and 1.
    """
    if not 0 < prior < 1:
        raise SettingsError(f"prior must be between 0 and 1, got {prior!r}.")
    mu = mu_for(epsilon, delta)
    lifted = prior * math.exp(min(epsilon, 700.0))
    return Odds(
        epsilon=epsilon,
        delta=delta,
        prior=prior,
        posterior=lifted / (lifted + 1 - prior),
        failure=float(ndtr(mu / 2 - epsilon / mu)),
        guess_right=float(ndtr(mu / 2)),
        advantage=float(2 * ndtr(mu / 2) - 1),
        tpr_at_fpr_1_percent=power(mu, 0.01),
    )


@lru_cache(maxsize=256)
def largest_power(mechanisms: tuple[Mechanism, ...], false_positive_rate: float) -> float:
    """Return the largest true positive rate of any attack on these mechanisms: exact if all Gaussian, else a bound."""
    extra = delta_spent(mechanisms)
    mu = mu_of(mechanisms)
    if mu is not None:
        return min(1.0, power(mu, false_positive_rate) + extra)
    accountant = accountant_of(mechanisms)
    epsilons = np.linspace(0.0, 30.0, 301)
    deltas = np.array([accountant.get_delta(epsilon) for epsilon in epsilons]) + extra
    below = np.exp(epsilons) * false_positive_rate + deltas
    above = 1 - np.exp(-epsilons) * np.clip(1 - false_positive_rate - deltas, 0, None)
    return float(min(1.0, below.min(), above.min()))


@lru_cache(maxsize=256)
def group_epsilon(mechanisms: tuple[Mechanism, ...], delta: float, people: int) -> float | None:
    """Return the ε at δ for a household of this many shoppers, added or removed together.

    Gaussian noise: exact, people * μ. Sampled steps: a mixture of Gaussians by PLD. None where names were selected
    (no bound better than none is known to us) or where it would be beyond any meaning.
    """
    if delta_spent(mechanisms) > 0:
        return None
    mu = mu_of(mechanisms)
    if mu is not None:
        return epsilon_for(people * mu, delta)
    if people * math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) > _BEYOND_MEANING:
        return None
    # Imported here: only sampled plans need it.
    import dp_accounting
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant(value_discretization_interval=_GROUP_GRID)
    accountant.compose(dp_accounting.ComposedDpEvent([_group_event(each, people) for each in mechanisms]))
    return float(accountant.get_epsilon(delta))


_BEYOND_MEANING = 20.0  # μ; ε beyond 200
_GROUP_GRID = 1e-2  # mixtures take seconds on the finer grids; this one errs by about 2 %, upwards


def _group_event(mechanism: Mechanism, people: int) -> Any:
    import dp_accounting
    from dp_accounting import dp_event
    from scipy.stats import binom

    if isinstance(mechanism, DpSgd) and mechanism.sampling_prob < 1:
        together = np.arange(people + 1)
        chances = binom.pmf(together, people, mechanism.sampling_prob)
        step = dp_event.MixtureOfGaussiansDpEvent(mechanism.noise_multiplier, together.tolist(), chances.tolist())
        return dp_accounting.SelfComposedDpEvent(step, mechanism.train_steps)
    return dp_accounting.GaussianDpEvent(1 / (people * mechanism.mu_bound))


def _out_of_100(share: float) -> str:
    return str(min(100, math.ceil(share * 100 - 1e-9)))
