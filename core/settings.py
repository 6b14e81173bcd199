"""Settings that check themselves: frozen, named in their own errors, and the source of every widget's limits."""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import SettingsError

MIN_EPSILON = 0.01
MAX_EPSILON = 20.0
SLIDER_EPSILON = (0.1, 10.0)  # above 10 the factor exp(epsilon) protects nobody in practice
EVALUATION_SHARE = 0.2  # the coin's usual share; the ledger knows its two groups of shoppers by it
MIN_SHOPPERS = 50  # below this no private statistic says anything; the declared number decides
MEAN_TRIALS = 10.0  # of a study of which only the winner leaves
DEFAULT_EPSILONS = (0.5, 1.0, 2.0, 4.0, 8.0)

Method = Literal["popularity", "content", "statistics", "hybrid", "mlp"]
METHODS: tuple[Method, ...] = ("popularity", "content", "statistics", "hybrid", "mlp")
DEFAULT_METHODS: tuple[Method, ...] = ("popularity", "content", "statistics", "hybrid")
PRIVATE_METHODS = frozenset({"popularity", "statistics", "hybrid", "mlp"})

Epsilon = Annotated[float, Field(ge=MIN_EPSILON, le=MAX_EPSILON)]
Model = TypeVar("Model", bound="Settings")

_PHRASES = {
    "Value error, ": "",
    "Input should be": "must be",
    "Extra inputs are not permitted": "is no setting that there is",
    "Field required": "is missing",
}  # of pydantic's messages


class Settings(BaseModel):
    """Base of all settings: keyword only, frozen, comparable by value, JSON in and out."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def build(kind: type[Model], values: dict[str, Any]) -> Model:
    """Build settings from widget or JSON values; what is wrong comes back as one sentence.

    Raises:
        SettingsError: names each wrong setting, what it must be, and the value given.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        parts = [_say(dict(found)) for found in error.errors()]
        raise SettingsError("Please change the settings: " + "; ".join(parts) + ".") from error


def _say(found: dict[str, Any]) -> str:
    """One wrong setting as people read it: its name, what it must be, the value given."""
    message = str(found["msg"])
    for theirs, ours in _PHRASES.items():
        message = message.replace(theirs, ours)
    name = ".".join(str(place) for place in found["loc"] if isinstance(place, str))
    given = found["input"]
    is_simple = found["loc"] and not isinstance(given, BaseModel | dict)
    return f"{name} {message}".strip() + (f" (got {given!r})" if is_simple else "")


def default_delta(n_shoppers: int) -> float:
    """δ where none is chosen: min(1e-5, 1/(10 N)) for the declared number N of shoppers."""
    return min(1e-5, 1 / (10 * n_shoppers))


class AnonymizationSettings(Settings):
    """What happens to each row before anything is learned. None of it lowers ε.

    All but ``suppress_items_below`` change a shopper's own rows by public rules only and may precede
    a private study. Suppression counts other shoppers, so it is for exported files.
    """

    pseudonymize: bool = True
    drop_columns: tuple[str, ...] = ()
    coarsen_time: Literal["exact", "hour", "day", "week", "month"] = "exact"
    price_bands: tuple[float, ...] = ()  # declared upper edges, rising
    max_products_per_shopper: int | None = Field(default=None, ge=1)
    suppress_items_below: int | None = Field(default=None, ge=2)

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if list(self.price_bands) != sorted(set(self.price_bands)):
            raise ValueError(f"price_bands must rise, got {list(self.price_bands)}")
        return self

    @property
    def may_precede_a_study(self) -> bool:
        """True where no row depends on another shopper's rows."""
        return self.suppress_items_below is None


class PrivacySettings(Settings):
    """What is promised on one dataset: the Privacy page, as an object."""

    epsilon: Epsilon | None = 1.0  # None: no protection, sample data only
    delta: float | None = Field(default=None, gt=0, lt=1)
    n_shoppers: int | None = Field(default=None, ge=1)  # declared; None: taken from the data, and said so
    published: tuple[str, ...] | None = None  # catalogue columns; None: all that are there
    anonymization: AnonymizationSettings = AnonymizationSettings()


class NetworkSettings(Settings):
    """The choices of the textbook network (``mlp``) and how it is trained."""

    loss: Literal["bce", "mse"] = "bce"
    optimizer: Literal["adam", "sgd"] = "adam"
    activation: Literal["relu", "tanh", "sigmoid"] = "relu"
    l1: float = Field(default=0.0, ge=0, le=1)
    l2: float = Field(default=0.0, ge=0, le=1)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    embedding_size: int = Field(default=16, ge=2, le=128)
    learning_rate: float = Field(default=0.01, gt=0, le=1)
    clip_norm: float = Field(default=1.0, gt=0, le=100)
    train_steps: int = Field(default=60, ge=1, le=10_000)
    sampling_prob: float = Field(default=0.2, gt=0, le=1)  # 1: the full batch at every step
    early_stopping: bool = False  # refused for a private run: it looks at shoppers' data
    mask_history: float = Field(default=0.0, ge=0, lt=1)  # augmentation: share of a history hidden
    folds: int = Field(default=1, ge=1, le=10)  # cross-validation: sample data or no noise only


class WinnerSettings(Settings):
    """A study of which only the best model leaves: how many models it trains to choose from.

    The number of trials is random (``core.privacy.stopping``), so that ε hardly grows with their mean. At δ 1e-5 and
    ε 1 in all, each trial may spend ε 0.50 where their mean is 10, and 0.45 where it is 30.
    """

    mean_trials: float = Field(default=MEAN_TRIALS, ge=1.1, le=1_000)
    shape: float = Field(default=0.0, ge=0, le=10)  # of the law: 0 logarithmic (costs least), 1 geometric


class StudySettings(Settings):
    """A study: methods x ε x repeats on one dataset."""

    methods: tuple[Method, ...] = DEFAULT_METHODS
    epsilons: tuple[Epsilon, ...] = DEFAULT_EPSILONS
    delta: float | None = Field(default=None, gt=0, lt=1)
    n_shoppers: int | None = Field(default=None, ge=1)
    repeats: int = Field(default=1, ge=1, le=20)
    evaluate: bool = True
    evaluation_share: float = Field(default=EVALUATION_SHARE, gt=0, lt=0.9)
    evaluation_epsilon: Epsilon | None = None  # None: the largest ε of the study
    only_winner: WinnerSettings | None = None  # None: every model leaves, and the bill composes them all
    ceiling: bool = False  # also without noise: sample data and the curator's room only
    published: tuple[str, ...] | None = None
    anonymization: AnonymizationSettings = AnonymizationSettings(pseudonymize=False)
    network: NetworkSettings = NetworkSettings()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if not self.methods or len(set(self.methods)) < len(self.methods):
            raise ValueError(f"methods must be named once each, got {list(self.methods)}")
        if not self.epsilons or len(set(self.epsilons)) < len(self.epsilons):
            raise ValueError(f"epsilons must be given once each, got {list(self.epsilons)}")
        if not self.anonymization.may_precede_a_study:
            raise ValueError(
                "suppressing rare products makes other shoppers' rows depend on you: no ε can be shown. "
                "Use it for exported files and leave it out of the study"
            )
        return self

    @model_validator(mode="after")
    def _one_winner(self) -> Self:
        if self.only_winner is None:
            return self
        if len(self.epsilons) != 1 or self.repeats != 1:
            raise ValueError(
                "where only the winner leaves, choose exactly one epsilon and no repeats: the trials are repeats"
            )
        if not PRIVATE_METHODS & set(self.methods):
            raise ValueError("where only the winner leaves, choose a method that learns from shoppers")
        if not self.evaluate:
            raise ValueError("where only the winner leaves, shoppers must be set apart to tell which trial is best")
        if self.evaluation_epsilon is not None:
            raise ValueError("where only the winner leaves, its score has the privacy of a trial: no ε of its own")
        return self
