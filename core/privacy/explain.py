"""What an ε means to somebody who never heard of it: odds, in people out of a hundred."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtr

from core.errors import SettingsError
from core.privacy.gdp import epsilon_for, mu_for, power
from core.privacy.mechanisms import DpSgd, Mechanism, RandomStopping
from core.privacy.plan import accountant_of, delta_spent, epsilon_of, mu_of, needs_rdp, one_gaussian


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
            f"cases, is right in at most {of_100(self.guess_right)} of 100.",
            f"What somebody held for {self.prior * 100:g} in 100 likely about a shopper, they may hold for at most "
            f"{of_100(self.posterior)} in 100 likely after seeing everything that this promise covers.",
            f"An attack that wrongly accuses 1 of 100 shoppers who were not there finds at most "
            f"{of_100(self.tpr_at_fpr_1_percent)} of 100 who were.",
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


def largest_power(mechanisms: tuple[Mechanism, ...], false_positive_rate: float) -> float:
    """Return the largest true positive rate of any attack on these mechanisms: exact if all Gaussian, else a bound."""
    return power_curve(mechanisms, (false_positive_rate,))[0]


@lru_cache(maxsize=256)
def power_curve(mechanisms: tuple[Mechanism, ...], false_positive_rates: tuple[float, ...]) -> tuple[float, ...]:
    """Return ``largest_power`` at many false positive rates: the trade-off curve that no attack gets above.

    Sampled steps: the lowest of the lines that (ε, δ(ε)) draws for 301 values of ε (Kairouz, Oh and Viswanath, 2015,
    https://arxiv.org/abs/1311.0776, Theorem 2.1). Each of them bounds every attack, so their lowest does.
    """
    extra = delta_spent(mechanisms)
    mu = mu_of(mechanisms)
    if mu is not None:
        return tuple(min(1.0, power(mu, rate) + extra) for rate in false_positive_rates)
    epsilons, deltas = _delta_curve(mechanisms)
    return tuple(_below_lines(epsilons, deltas + extra, rate) for rate in false_positive_rates)


def power_by_claim_alone(epsilon: float, delta: float, false_positive_rate: float) -> float:
    """Return the largest true positive rate that (ε, δ) leaves to an attack, whatever the mechanism is.

    Example:
        >>> round(power_by_claim_alone(1.0, 0.0, 0.01), 4)
        0.0272
    """
    return _below_lines(np.array([epsilon]), np.array([delta]), false_positive_rate)


@lru_cache(maxsize=32)
def _delta_curve(mechanisms: tuple[Mechanism, ...]) -> tuple[Any, Any]:
    """δ at many ε, by the accountant."""
    accountant = accountant_of(mechanisms)
    epsilons = np.linspace(0.0, 30.0, 301)
    return epsilons, np.array([accountant.get_delta(epsilon) for epsilon in epsilons])


def _below_lines(epsilons: Any, deltas: Any, false_positive_rate: float) -> float:
    """The lowest of the bounds on the true positive rate that each (ε, δ) gives, for either direction."""
    below = np.exp(epsilons) * false_positive_rate + deltas
    above = 1 - np.exp(-epsilons) * np.clip(1 - false_positive_rate - deltas, 0, None)
    return float(min(1.0, below.min(), above.min()))


def event_level(epsilon: float, delta: float, events: int) -> float:
    """Return what a tool that counts single events would call the noise that promises a shopper (ε, δ).

    Group privacy of Gaussian noise is exact: a shopper of k events is k μ apart where one event is μ apart (Dong, Roth
    and Su, 2022, Theorem 6; for sampled steps it is close and no bound). So the same noise has a name that looks
    ``events`` times safer, or more, and protects nobody more.

    Example:
        >>> round(event_level(14.0133, 1e-5, 5), 2)
        2.1
    """
    return epsilon_for(mu_for(epsilon, delta) / _at_least_one(events), delta)


def shopper_level(epsilon: float, delta: float, events: int) -> float:
    """Return what (ε, δ) for one event leaves to a shopper of so many events, and for one shopper to so many people.

    ============================  =====  =======  ========
    δ 1e-5                        1      5        20
    ============================  =====  =======  ========
    one Gaussian release          2.1    14.0     98.8
    1,000 steps, chance 1 %, σ 1  1.90   11.7     72.3      (``group_epsilon``)
    ============================  =====  =======  ========

    Example:
        >>> round(shopper_level(1.0, 1e-5, 2), 2)
        2.15
    """
    return epsilon_for(mu_for(epsilon, delta) * _at_least_one(events), delta)


def _at_least_one(events: int) -> int:
    if events < 1:
        raise SettingsError(f"The number of events must be at least 1, got {events}.")
    return events


def of_100(share: float) -> int:
    """Write a share in 0..1 as people out of a hundred, rounded against the promise: up.

    Example:
        >>> of_100(0.553), of_100(0.02), of_100(1.0)
        (56, 2, 100)
    """
    return min(100, math.ceil(share * 100 - 1e-9))


def rounded_up(value: float, digits: int = 2) -> float:
    """Round against the promise: up, to so many significant digits.

    Example:
        >>> rounded_up(2.101), rounded_up(98.2), rounded_up(0.0), rounded_up(3.0)
        (2.2, 99.0, 0.0, 3.0)
    """
    if not (math.isfinite(value) and value > 0):
        return value
    places = digits - 1 - math.floor(math.log10(value))
    scaled = value * 10.0**places
    return round(math.ceil(scaled - 1e-9) / 10.0**places, max(places, 0))


@lru_cache(maxsize=256)
def group_epsilon(mechanisms: tuple[Mechanism, ...], delta: float, people: int) -> float | None:
    """Return the ε at δ for a household of this many shoppers, added or removed together.

    Gaussian noise: exact, people * μ. Sampled steps: a mixture of Gaussians by PLD. The best of several trials: by
    RDP, each trial as the household sees it. None where names were selected (no bound better than none is known to
    us) or where it would be beyond any meaning.
    """
    if delta_spent(mechanisms) > 0:
        return None
    mu = mu_of(mechanisms)
    if mu is not None:
        return epsilon_for(people * mu, delta)
    if people * math.hypot(*(mechanism.mu_guess for mechanism in mechanisms)) > _BEYOND_MEANING:
        return None
    if needs_rdp(mechanisms):
        return _group_of_a_selection(mechanisms, delta, people)
    # Imported here: only sampled plans need it.
    import dp_accounting
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant(value_discretization_interval=_GROUP_GRID)
    accountant.compose(dp_accounting.ComposedDpEvent([_group_event(each, people) for each in mechanisms]))
    return float(accountant.get_epsilon(delta))


_BEYOND_MEANING = 20.0  # μ; ε beyond 200
_GROUP_GRID = 1e-2  # mixtures take seconds on the finer grids; this one errs by about 2 %, upwards


def _group_of_a_selection(mechanisms: tuple[Mechanism, ...], delta: float, people: int) -> float | None:
    """By RDP: every trial as the household sees it, and what else is drawn; None where shoppers are sampled."""
    mu = mu_of(each for each in mechanisms if each.mu is not None)
    selections = [each.for_group(people) for each in mechanisms if isinstance(each, RandomStopping)]
    known = [each for each in selections if each is not None]
    if len(known) < sum(each.mu is None for each in mechanisms):
        return None
    return epsilon_of((*known, *((one_gaussian(people * mu),) if mu else ())), delta)


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
