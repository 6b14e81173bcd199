"""How much noise a promise needs. What is returned spends at most the ε that was asked for, without tolerance."""

import math
from collections.abc import Callable, Iterable, Sequence

from core.errors import SettingsError
from core.privacy.gdp import mu_for
from core.privacy.mechanisms import DpSgd, Mechanism, RandomStopping
from core.privacy.plan import epsilon_of, one_gaussian

Shape = Callable[[float], Sequence[Mechanism]]
"""From a total Gaussian cost μ to the mechanisms that spend it; the squares of their costs should sum to at most μ²."""

_TRIES = 60
_STEP = 0.7  # how much noise to take away while there is still too much
_HALVINGS = 24  # leaves less than one part in 10⁶ of the cost unused
_WINNER = "The best of a random number of trials; neither that number nor any other trial leaves"
_CLOSE = 1e-4  # how far below the target a noise multiplier may end, as a share of ε: costs 0.01 % of noise


def gaussian_mu(epsilon: float, delta: float, shapes: Iterable[Shape]) -> float:
    """Return the largest total cost μ at which *every* shape, and one release of μ, spends at most ε by PLD.

    Starts at the exact Gaussian μ and gives up what the accountant's grid takes (about one part in 10⁶). Several
    shapes are needed where one is chosen only after noise has been seen: the answer then holds for each, and the
    ledger may be charged with the one release of μ before the choice (see ``core.privacy.ledger``).

    Args:
        epsilon: Target.
        delta: At which ε is meant.
        shapes: Each is called with μ and must be Gaussian mechanisms only, selections included.

    Raises:
        SettingsError: no μ fits, as where selections alone spend the δ.
    """
    shapes = tuple(shapes)
    if not shapes:
        raise ValueError("gaussian_mu needs at least one shape")
    mu = mu_for(epsilon, delta)
    for shape in (*shapes, lambda mu: [one_gaussian(mu)]):
        mu = _shrink_to_fit(mu, epsilon, delta, shape)
    return mu


def _shrink_to_fit(mu: float, epsilon: float, delta: float, shape: Shape) -> float:
    margin = 1e-8
    for _ in range(_TRIES):
        spent = epsilon_of(tuple(shape(mu)), delta)
        if spent <= epsilon:
            return mu
        if math.isinf(spent):
            break
        # ε grows at least in proportion to μ, so this factor lands just below the target.
        mu *= min(epsilon / spent, 1 - margin)
        margin *= 4
    raise SettingsError(f"No noise gives ε {epsilon:g} at δ {delta:g} with these mechanisms. Please choose a larger δ.")


def dp_sgd_noise(epsilon: float, delta: float, sampling_prob: float, train_steps: int) -> float:
    """Return the smallest noise multiplier of this DP-SGD that spends at most ε by PLD.

    Args:
        epsilon: Target.
        delta: At which ε is meant.
        sampling_prob: Chance of a shopper in a step; 1 is the full batch.
        train_steps: Number of steps.
    """

    def spent(noise_multiplier: float) -> float:
        steps = DpSgd(
            name="calibration",
            n_shoppers=1,
            sampling_prob=sampling_prob,
            train_steps=train_steps,
            clip_norm=1.0,
            noise_multiplier=noise_multiplier,
        )
        return epsilon_of((steps,), delta)

    enough = math.sqrt(train_steps) / mu_for(epsilon, delta) * (1 + 1e-8)  # without amplification by sampling
    while spent(enough) > epsilon:
        enough *= 1 + 1e-6
    return enough if sampling_prob == 1 else _search_noise(spent, epsilon, enough)


def _search_noise(spent: Callable[[float], float], epsilon: float, enough: float) -> float:
    """Narrow in on the target from the side of too much noise; what is returned has itself been accounted for."""
    below = spent(enough)
    too_little, above = enough, below
    while above <= epsilon:
        enough, below = too_little, above
        too_little = enough * _STEP
        above = spent(too_little)
    for _ in range(_TRIES):
        if below >= epsilon * (1 - _CLOSE):
            break
        # ln ε is nearly linear in ln noise: aim at the middle of what is close enough.
        share = math.log(epsilon * (1 - _CLOSE / 2) / below) / math.log(above / below) if below > 0 else 0.5
        trial = enough * (too_little / enough) ** share
        found = spent(trial)
        if found > epsilon:
            too_little, above = trial, found
        else:
            enough, below = trial, found
    return enough


def stopping_of(
    epsilon: float, delta: float, mean: float, shape: float, *, what: str, before: Sequence[Mechanism] = ()
) -> RandomStopping:
    """Return the selection whose trials may each spend the largest Gaussian cost that keeps it within ε by RDP.

    Args:
        epsilon: Target, for the selection and for what comes before it.
        delta: At which ε is meant.
        mean: Mean number of trials.
        shape: Of their law (``core.privacy.stopping``).
        what: One trial, as a sentence for the statement.
        before: Drawn once, ahead of all trials.

    Raises:
        SettingsError: no noise is enough, as for a very small ε.
    """

    def selection(mu: float) -> RandomStopping:
        trial = one_gaussian(mu, "one trial", what)
        return RandomStopping(name="only the winner", what=_WINNER, base=(trial,), mean=mean, shape=shape)

    enough, too_much = 0.0, mu_for(epsilon, delta)  # no selection costs less than its one trial
    for _ in range(_HALVINGS):
        trial = (enough + too_much) / 2
        if epsilon_of((*before, selection(trial)), delta) <= epsilon:
            enough = trial
        else:
            too_much = trial
    if not enough:
        raise SettingsError(
            f"No noise keeps a selection within ε {epsilon:g} at δ {delta:g}. Please choose a larger ε."
        )
    return selection(enough)
