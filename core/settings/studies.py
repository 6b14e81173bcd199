"""What is promised on a dataset, and what a study of it does."""

from typing import Literal, Self

from pydantic import Field, model_validator

from core.settings.anonymization import AnonymizationSettings
from core.settings.base import (
    DEFAULT_EPSILONS,
    DEFAULT_METHODS,
    EVALUATION_SHARE,
    MEAN_TRIALS,
    PRIVATE_METHODS,
    Epsilon,
    Method,
    Settings,
)


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
                f"{', '.join(self.anonymization.thresholds)}: a threshold over shoppers makes other shoppers' rows "
                "depend on you, so no ε can be shown. Use it for exported files and leave it out of the study"
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


class GridSettings(Settings):
    """Quality on one dataset for each anonymisation and each ε: sample data and the curator's room only.

    ``anonymizations`` goes from a name (of a preset, or a person's own) to its options; a row without any change is
    always there. One that ``may_precede_a_study`` is judged at every ε; one with a threshold over shoppers is judged
    once, without noise and without an ε.
    """

    anonymizations: dict[str, AnonymizationSettings] = Field(min_length=1, max_length=8)
    method: Method = "hybrid"
    epsilons: tuple[Epsilon, ...] = DEFAULT_EPSILONS
    repeats: int = Field(default=2, ge=1, le=20)  # draws a cell: from 2 on, intervals cover the noise too
    delta: float | None = Field(default=None, gt=0, lt=1)
    n_shoppers: int | None = Field(default=None, ge=1)
    published: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        if "none" in self.anonymizations:
            raise ValueError("anonymizations: “none” is the row without any and always there. Choose another name")
        if not self.epsilons or len(set(self.epsilons)) < len(self.epsilons):
            raise ValueError(f"epsilons must be given once each, got {list(self.epsilons)}")
        if self.method not in PRIVATE_METHODS:
            raise ValueError(
                f"method must learn from shoppers ({', '.join(sorted(PRIVATE_METHODS))}): others have no ε"
            )
        return self


class ValidationSettings(Settings):
    """Cross-validation over shoppers: sample data and the curator's room only.

    Every shopper is judged once, by models that were trained without them. The rest is as in ``StudySettings``.
    """

    folds: int = Field(default=5, ge=2, le=10)
    methods: tuple[Method, ...] = ("statistics",)
    epsilons: tuple[Epsilon, ...] = (1.0,)
    delta: float | None = Field(default=None, gt=0, lt=1)
    n_shoppers: int | None = Field(default=None, ge=1)
    published: tuple[str, ...] | None = None
    anonymization: AnonymizationSettings = AnonymizationSettings(pseudonymize=False)
    network: NetworkSettings = NetworkSettings()

    @model_validator(mode="after")
    def _as_a_study(self) -> Self:
        _ = self.study  # what a study may not be, its validation may not be either
        return self

    @property
    def study(self) -> StudySettings:
        """The study that is validated, each of its folds judging once; pseudonyms rename nobody whom a model knows."""
        return StudySettings(
            methods=self.methods,
            epsilons=self.epsilons,
            delta=self.delta,
            n_shoppers=self.n_shoppers,
            evaluation_share=1 / self.folds,
            published=self.published,
            anonymization=self.anonymization.model_copy(update={"pseudonymize": False}),
            network=self.network.model_copy(update={"early_stopping": False, "folds": 1}),
        )
