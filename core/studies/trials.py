"""
A study of which only the winner leaves, as a plan: what it selects among, and what one trial may spend.

The argument, for neighbours that differ by one shopper. The keyed coin puts that shopper on one side of the study, so
a trial Q (draw a method, train it, score it) touches them in one of two ways:

* *They train.* The method is drawn from public names. Whichever it is, what it draws on training shoppers is Gaussian
  and costs μ in all (the network takes the full batch at every step, so that this is exact for it too); the score is
  computed from the model and from other people's rows: post-processing. So Q costs at most μ.
* *They judge.* The model is the same with and without them; the score is a sum of values in [0, 1], one a shopper,
  with noise 1/μ: it costs μ. A shopper's value hangs on the model and their own history alone.

Either way Q is μ-GDP, hence (λ, λμ²/2)-Rényi DP at every λ, and no shopper is on both sides: the two do not add up
(parallel composition). The best of K trials by their own scores, K from the law and independent of the data, is then
what ``RandomStopping`` accounts for, for each side by itself and so for both with one charge. The bound is about pairs
of neighbours (Papernot and Steinke, 2022, Theorem 2), so it does not matter that the pairs are of two kinds.
"""

import math
from functools import lru_cache

from core.privacy.calibrate import stopping_of
from core.privacy.gdp import epsilon_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection
from core.privacy.plan import Plan, epsilon_of
from core.settings import METHODS, PRIVATE_METHODS, Method, StudySettings
from core.studies.budget import JointBudget, Numbers, network_steps, selection_of, training_mechanisms
from core.studies.figures import RELEASED

SCORE = RELEASED[0]
"""The figure that trials are compared by."""
_WITHIN = 1 - 1e-9  # squares of what is drawn, rounded, must not add up to more than what is charged


def candidates(settings: StudySettings) -> tuple[Method, ...]:
    """The methods that a trial draws from, each as likely; ``content`` learns from nobody and needs no trial."""
    return tuple(method for method in METHODS if method in PRIVATE_METHODS & set(settings.methods))


@lru_cache(maxsize=64)
def selection_of_a_winner(settings: StudySettings, delta: float, names: Selection | None = None) -> RandomStopping:
    """Return what the ledger is charged once, before the number of trials is drawn.

    Args:
        settings: With ``only_winner``.
        delta: At which ε is meant.
        names: The choice of product names, where there was one: it and the selection stay within ε together.
    """
    winner = settings.only_winner
    assert winner is not None
    what = f"Trains one of {', '.join(candidates(settings))} or scores it: no shopper does both"
    before = () if names is None else (names,)
    epsilon = settings.epsilons[0]
    return stopping_of(epsilon, delta, winner.mean_trials, winner.shape, what=what, before=before)


def winner_plan(settings: StudySettings, numbers: Numbers, names: Selection | None = None) -> Plan:
    """The promise that the winner carries: the selection, and the choice of product names where there was one."""
    stopping = selection_of_a_winner(settings, numbers.delta, names)
    drawn = (stopping,) if names is None else (names, stopping)
    return Plan(epsilon=settings.epsilons[0], delta=numbers.delta, n_shoppers=numbers.total, mechanisms=drawn)


def drawn_on_training(settings: StudySettings, numbers: Numbers, has_catalogue: bool) -> list[Mechanism]:
    """Everything that a study draws on its training shoppers, whether all of it leaves or the winner only."""
    if settings.only_winner is None:
        return training_mechanisms(settings, numbers, has_catalogue)
    return list(winner_plan(settings, numbers, None if has_catalogue else selection_of(settings, numbers)).mechanisms)


def charge_of(stopping: RandomStopping, numbers: Numbers) -> Plan:
    """What the ledger is charged for the selection alone; shoppers of both sides pay."""
    claimed = epsilon_of((stopping,), numbers.delta)
    return Plan(epsilon=claimed, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=(stopping,))


def trial_mu(stopping: RandomStopping) -> float:
    """The Gaussian cost of one trial, to whichever side."""
    return math.hypot(*(each.mu or 0.0 for each in stopping.base)) * _WITHIN


def trial_epsilon(stopping: RandomStopping, delta: float) -> float:
    """The ε at δ of one trial by itself."""
    return epsilon_for(trial_mu(stopping), delta)


def trial_budget(method: Method, stopping: RandomStopping, settings: StudySettings, numbers: Numbers) -> JointBudget:
    """What a trial of ``popularity``, ``statistics`` or ``hybrid`` spends: the whole μ on this one method."""
    return JointBudget(
        epsilon=settings.epsilons[0],
        mu=trial_mu(stopping),
        has_gram=method in ("statistics", "hybrid"),
        has_head=method == "hybrid",
        numbers=numbers,
    )


def trial_network(stopping: RandomStopping, settings: StudySettings, numbers: Numbers) -> DpSgd:
    """What a trial of the network spends: the same μ, on full batches, whose cost is exactly Gaussian."""
    everybody = settings.network.model_copy(update={"sampling_prob": 1.0})
    return network_steps(everybody, numbers, math.sqrt(everybody.train_steps) / trial_mu(stopping))


def trial_score(stopping: RandomStopping) -> GaussianRelease:
    """The noise of a trial's score, a sum over the shoppers who judge."""
    return GaussianRelease(
        name="score",
        what="Sum of evaluation shoppers' NDCG@10, each in [0, 1]",
        sensitivity=1.0,
        noise_std=1 / trial_mu(stopping),
    )


def sentences_of(settings: StudySettings, stopping: RandomStopping, numbers: Numbers) -> tuple[str, ...]:
    """What whoever reads of the winner should know of how it came to be."""
    said = [
        f"This is the best of a random number of trials ({stopping.law.name} law, mean {stopping.mean:g}). The number "
        f"was drawn before the first trial. Each trial drew one of {', '.join(candidates(settings))} with equal chance "
        f"and trained it with fresh noise, at ε {trial_epsilon(stopping, numbers.delta):.3g} by itself; a noisy "
        "NDCG@10 on shoppers who took no part in training, at the same ε, said which was best.",
        "Neither the number of trials nor any other trial leaves, and ε covers neither: how long the selection took "
        "says something about their number, so it stays with the curator.",
        "The winner's score has noise of its own and was the best of several, so it tends to be too high.",
    ]
    if "mlp" in candidates(settings):
        said.append("In a trial the network takes all shoppers at every step, not a sample of them.")
    return tuple(said)
