"""What a study will cost, before it starts: ε, time, and how far its released figures will be off."""

from dataclasses import dataclass, field
from functools import lru_cache

from core.columns import Columns
from core.privacy.ledger import Group, Ledger
from core.privacy.plan import Plan, composed_epsilon
from core.settings import StudySettings
from core.studies.budget import Numbers, numbers_of, training_mechanisms
from core.studies.figures import MOST_NOISE, Figures, evaluation_figures, n_models
from core.tables.shelf import DatasetInfo

# Seconds on two cores, measured on the data sets that README names; an estimate for the page, nothing depends on it.
START_S = 8.0  # reading, TensorFlow's start
RELEASE_S = 1.5  # one release with its fit
MILLION_SCORES_S = 0.12  # content similarity of a million pairs of shopper and product, once
CANDIDATES_S = 0.45  # candidates and head, a thousand shoppers an ε
NETWORK_S = 4.0
CEILING_S = 6.0


@dataclass(frozen=True)
class Bill:
    """The cost of a study, composed over all its points.

    Attributes:
        epsilon_training: ε of everything drawn on training shoppers, at the study's δ.
        epsilon_evaluation: ε of the released figures, on other shoppers.
        epsilon: The larger of the two: what one shopper can lose to this study.
        delta: At which these ε are meant.
        seconds: About how long it takes.
        noise: Standard deviation of the noise on each released figure.
        sentences: What a person should know before agreeing.
        spent: ε that the population has spent before, at the same δ.
        after: ε that it will have spent afterwards.
    """

    epsilon_training: float
    epsilon_evaluation: float
    delta: float
    seconds: float
    noise: dict[str, float]
    spent: float
    after: float
    sentences: tuple[str, ...] = field(default=())

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
    training, figures = _charges(settings, numbers, info.schema.catalogue != "none", has_content)
    noise = {} if public or figures is None else dict.fromkeys(figures.names, figures.noise)
    also = charges_of(settings, numbers, info.schema.catalogue != "none", has_content)
    spent = ledger.composed(numbers.delta)
    return Bill(
        epsilon_training=0.0 if public or training is None else training.epsilon,
        epsilon_evaluation=figures.plan.epsilon if figures and figures.are_worth_it and not public else 0.0,
        delta=numbers.delta,
        seconds=estimate_seconds(settings, info.n_users, info.n_items),
        noise=noise,
        spent=spent,
        after=spent if public else ledger.composed(numbers.delta, also=also),
        sentences=write_sentences(settings, numbers, noise, public),
    )


def charges_of(
    settings: StudySettings, numbers: Numbers, has_catalogue: bool, has_content: bool
) -> list[tuple[Group, Plan]]:
    """Everything that a study will charge, and to whom; figures only where their noise lets them be bought."""
    training, figures = _charges(settings, numbers, has_catalogue, has_content)
    charges: list[tuple[Group, Plan]] = [(numbers.training_group, training)] if training else []
    if figures and figures.are_worth_it:
        charges.append((numbers.evaluation_group, figures.plan))
    return charges


@lru_cache(maxsize=64)
def _charges(
    settings: StudySettings, numbers: Numbers, has_catalogue: bool, has_content: bool
) -> tuple[Plan | None, Figures | None]:
    """What is charged to the training shoppers and to the evaluation shoppers."""
    drawn = tuple(training_mechanisms(settings, numbers, has_catalogue))
    if not drawn:
        return None, evaluation_figures(settings, numbers, n_models(settings, has_content))
    spent = composed_epsilon(drawn, numbers.delta)
    training = Plan(epsilon=spent, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=drawn)
    return training, evaluation_figures(settings, numbers, n_models(settings, has_content))


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
            f"Every one of the {n_epsilons} points of the curve looks at the same shoppers, so their costs add up; "
            "one model alone costs only its own ε."
        )
    if settings.repeats > 1:
        said.append("Each repeat is drawn anew and costs as much as the first.")
    if not numbers.is_declared:
        said.append(f"N = {numbers.total:,} is taken from the data and treated as public; you may declare it instead.")
    if any(value > MOST_NOISE for value in noise.values()):
        said.append("The noise on released figures would hide any difference, so none will be bought or released.")
    return tuple(said)


def estimate_seconds(settings: StudySettings, n_users: int, n_items: int) -> float:
    """About how long a study of this size takes on two cores."""
    rounds = len(settings.epsilons) * settings.repeats + int(settings.ceiling)
    seconds = START_S + MILLION_SCORES_S * n_users * n_items / 1e6
    if {"statistics", "hybrid"} & set(settings.methods):
        seconds += RELEASE_S * rounds
    if "hybrid" in settings.methods:
        seconds += CANDIDATES_S * rounds * n_users / 1e3
    if "mlp" in settings.methods:
        seconds += NETWORK_S * rounds * settings.network.train_steps / 60
    return seconds + (CEILING_S if settings.ceiling else 0)
