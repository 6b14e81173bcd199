"""What a study costs, before it starts and after: ε, time, and how far its released figures will be off."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.columns import Columns
from core.errors import BudgetRefused
from core.privacy.explain import group_epsilon
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import Mechanism, RandomStopping
from core.privacy.plan import Plan, composed_epsilon, delta_spent, epsilon_of, mu_of, one_gaussian
from core.privacy.spending import spent_by
from core.settings import PRIVATE_METHODS, StudySettings
from core.studies.budget import Numbers, numbers_of
from core.studies.charges import Charges, charges_of, sides_of
from core.studies.curve import FIGURES
from core.studies.figures import MOST_NOISE, Figures
from core.studies.trials import SCORE, candidates, trial_epsilon, trial_mu, trial_score
from core.tables.shelf import DatasetInfo

# Seconds on two cores, measured on the data sets that README names; an estimate for the page, nothing depends on it.
START_S = 8.0  # reading, TensorFlow's start
RELEASE_S = 1.5  # one release with its fit
MILLION_SCORES_S = 0.12  # content similarity of a million pairs of shopper and product, once
CANDIDATES_S = 0.45  # candidates and head, a thousand shoppers an ε
NETWORK_S = 4.0
CEILING_S = 6.0


HOUSEHOLDS = (2, 3, 4)  # people who may be in the data together
MOST_SAMPLED = 2  # networks whose mixtures of Gaussians are worked out; five would keep a page waiting for 13 s
LEAST_MEAN = 2  # trials; fewer are no selection


@dataclass(frozen=True)
class Ways:
    """What the same work costs a shopper by what is let out of it, at the same δ.

    Attributes:
        one_model: ε where one model alone leaves that nobody chose by looking: of the largest ε, or of one trial.
        all_leave: ε where everything leaves: every point of the curve, or every trial, were there ``n_models``.
        winner_leaves: ε where only the best of a random number of trials leaves, each drawn among these models.
        n_models: Points of the curve that learn from shoppers, or the mean number of trials.
    """

    one_model: float
    all_leave: float
    winner_leaves: float
    n_models: float


@dataclass(frozen=True)
class Bill:
    """The cost of a study, composed over all its points.

    Attributes:
        epsilon_training: ε of everything drawn on training shoppers, at the study's δ.
        epsilon_evaluation: ε of the released figures, on other shoppers.
        epsilon: The larger of the two: what one shopper can lose to this study.
        delta: At which these ε are meant.
        seconds: About how long it takes; 0 where it is over.
        noise: Standard deviation of the noise on each released figure.
        sentences: What a person should know before agreeing.
        spent: ε that the population has spent before, at the same δ.
        after: ε that it will have spent afterwards.
        ways: The same study in other ways; None where nothing is private or it is over.
        households: ε for so many shoppers together who all take part; None where no bound is known, or where several
            networks make it too slow to work out: each model's statement has its own.
        refusal: Why the ledger would refuse it under its cap; empty where it fits, and once it is over.
    """

    epsilon_training: float
    epsilon_evaluation: float
    delta: float
    seconds: float
    noise: dict[str, float]
    spent: float
    after: float
    sentences: tuple[str, ...] = field(default=())
    ways: Ways | None = None
    households: dict[int, float | None] = field(default_factory=dict)
    refusal: str = ""

    @property
    def epsilon(self) -> float:
        """What one shopper can lose to this study: training and evaluation shoppers are different people."""
        return max(self.epsilon_training, self.epsilon_evaluation)


def make_bill(settings: StudySettings, info: DatasetInfo, ledger: Ledger) -> Bill:
    """Compose everything that a study would draw, with what the population has spent before.

    A page asks for this at every rerun, so what takes time (calibration) is remembered for the same settings.
    """
    public = info.kind == "sample"
    numbers = numbers_of(settings, info.n_users)
    published = info.schema.published if settings.published is None else settings.published
    has_content = bool({Columns.TEXT, Columns.CATEGORY} & set(published) & set(info.schema.columns))
    asked = (settings, numbers, info.schema.catalogue != "none", has_content)
    training, figures = sides_of(*asked)
    trains, judges = (training.mechanisms if training else ()), _judging(settings, training, figures)
    noise = {} if public else _noise(settings, numbers, training, figures)
    spent = ledger.composed(numbers.delta)
    return Bill(
        epsilon_training=0.0 if public or training is None else training.epsilon,
        epsilon_evaluation=0.0 if public else _claimed(judges, figures, numbers.delta),
        delta=numbers.delta,
        seconds=estimate_seconds(settings, info.n_users, info.n_items),
        noise=noise,
        spent=spent,
        after=spent if public else ledger.composed(numbers.delta, also=charges_of(*asked)),
        sentences=write_sentences(settings, numbers, noise, public),
        ways=None if public or training is None else ways_of(settings, training),
        households={} if public else households_of((trains, judges), numbers.delta),
        refusal="" if public else _refusal(ledger, charges_of(*asked)),
    )


def _refusal(ledger: Ledger, charges: Charges) -> str:
    """What the ledger would say to these charges; empty where its cap leaves room for them."""
    try:
        ledger.check(charges)
    except BudgetRefused as error:
        return str(error)
    return ""


def paid_bill(study: str, ledger: Ledger) -> Bill | None:
    """The bill of a study that has run, from what the ledger was really charged; None where it was charged nothing.

    Equals what was announced, unless the study was stopped (less) or run again (more).
    """
    entries = ledger.entries()
    places = [place for place, entry in enumerate(entries) if entry.study == study and not entry.public]
    if not places:
        return None
    own = [entries[place] for place in places]
    delta = own[0].plan.delta
    trains = tuple(each for entry in own if entry.purpose != FIGURES for each in entry.plan.mechanisms)
    judges = tuple(
        each
        for entry in own
        for each in entry.plan.mechanisms
        if entry.purpose == FIGURES or isinstance(each, RandomStopping)
    )
    return Bill(
        epsilon_training=composed_epsilon(trains, delta),
        epsilon_evaluation=composed_epsilon(judges, delta),
        delta=delta,
        seconds=0.0,
        noise={},
        spent=max(spent_by(entries[: places[0]], delta).values()),
        after=max(spent_by(entries[: places[-1] + 1], delta).values()),
        households=households_of((trains, judges), delta),
    )


def _judging(settings: StudySettings, training: Plan | None, figures: Figures | None) -> tuple[Mechanism, ...]:
    """What an evaluation shopper pays for: the figures, or the selection that their scores decide."""
    if settings.only_winner and training:
        return tuple(each for each in training.mechanisms if isinstance(each, RandomStopping))
    return figures.plan.mechanisms if figures and figures.are_worth_it else ()


def _claimed(judges: tuple[Mechanism, ...], figures: Figures | None, delta: float) -> float:
    """What the figures were calibrated to where there are any; the accountant finds 1e-9 less."""
    return figures.plan.epsilon if figures and judges else composed_epsilon(judges, delta)


def _noise(
    settings: StudySettings, numbers: Numbers, training: Plan | None, figures: Figures | None
) -> dict[str, float]:
    if settings.only_winner and training:
        (stopping,) = _judging(settings, training, figures)
        assert isinstance(stopping, RandomStopping)
        return {SCORE: trial_score(stopping).noise_std / numbers.evaluation} if numbers.evaluation else {}
    return dict.fromkeys(figures.names, figures.noise) if figures else {}


def ways_of(settings: StudySettings, training: Plan) -> Ways:
    """What a study would cost if more or less of it left, by what it draws on training shoppers."""
    for stopping in training.mechanisms:
        if isinstance(stopping, RandomStopping):
            together = epsilon_for(trial_mu(stopping) * math.sqrt(stopping.mean), training.delta)
            return Ways(trial_epsilon(stopping, training.delta), together, training.epsilon, stopping.mean)
    largest = max(settings.epsilons)
    n_models = len(PRIVATE_METHODS & set(settings.methods)) * len(settings.epsilons) * settings.repeats
    return Ways(largest, training.epsilon, _if_the_winner_left(largest, training.delta, n_models), n_models)


@lru_cache(maxsize=64)
def _if_the_winner_left(largest: float, delta: float, n_models: int) -> float:
    """By random stopping with as many trials on average as there are models; a trial counts as the dearest of them."""
    trial = one_gaussian(mu_for(largest, delta), "one trial")
    mean = max(n_models, LEAST_MEAN)
    return epsilon_of((RandomStopping(name="winner", what="The best trial", base=(trial,), mean=mean),), delta)


def households_of(sides: Iterable[tuple[Mechanism, ...]], delta: float) -> dict[int, float | None]:
    """ε at δ for households: who may be on either side, so the larger counts; None as in ``Bill``."""
    by_side = [_households(side, delta) for side in sides if side]
    found = {people: [side[people] for side in by_side] for people in HOUSEHOLDS} if by_side else {}
    return {people: None if None in each else max(e for e in each if e is not None) for people, each in found.items()}


@lru_cache(maxsize=64)
def _households(side: tuple[Mechanism, ...], delta: float) -> dict[int, float | None]:
    gaussian = mu_of(each for each in side if each.mu is not None)
    others = tuple(each for each in side if each.mu is None)
    alike = (*others, *((one_gaussian(gaussian),) if gaussian else ()))
    if delta_spent(side) or len(others) > MOST_SAMPLED:
        return dict.fromkeys(HOUSEHOLDS)
    return {people: group_epsilon(alike, delta, people) for people in HOUSEHOLDS}


def write_sentences(
    settings: StudySettings, numbers: Numbers, noise: dict[str, float], public: bool
) -> tuple[str, ...]:
    """What a person should know before agreeing to this bill."""
    said = []
    if not numbers.is_enough:
        said.append(numbers.shortage)
    if public:
        return (*said, "The data are synthetic and public: nothing is spent.")
    n_epsilons = len(settings.epsilons)
    if n_epsilons > 1:
        said.append(
            f"Every one of the {n_epsilons} values of ε looks at the same shoppers, so their costs add up; "
            "one model alone costs only its own ε."
        )
    if settings.repeats > 1:
        said.append("Each repeat is drawn anew and costs as much as the first.")
    if not numbers.is_declared:
        said.append(f"N = {numbers.total:,} is taken from the data and treated as public; you may declare it instead.")
    if any(value > MOST_NOISE for value in noise.values()):
        said.append(
            "The noise on a trial's score would hide any difference, so the winner would be chosen by chance."
            if settings.only_winner
            else "The noise on released figures would hide any difference, so none will be bought or released."
        )
    return tuple(said)


def estimate_seconds(settings: StudySettings, n_users: int, n_items: int) -> float:
    """About how long a study of this size takes on two cores."""
    rounds: float = len(settings.epsilons) * settings.repeats
    if settings.only_winner:
        rounds = settings.only_winner.mean_trials / len(candidates(settings))
    rounds += int(settings.ceiling)
    seconds = START_S + MILLION_SCORES_S * n_users * n_items / 1e6
    if {"statistics", "hybrid"} & set(settings.methods):
        seconds += RELEASE_S * rounds
    if "hybrid" in settings.methods:
        seconds += CANDIDATES_S * rounds * n_users / 1e3
    if "mlp" in settings.methods:
        seconds += NETWORK_S * rounds * settings.network.train_steps / 60
    return seconds + (CEILING_S if settings.ceiling else 0)
