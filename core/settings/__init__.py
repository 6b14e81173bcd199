"""Settings that check themselves: frozen, named in their own errors, and the source of every widget's limits."""

from core.settings.anonymization import (
    AnonymizationSettings,
    BasketSettings,
    GroupSettings,
)
from core.settings.base import (
    DEFAULT_EPSILONS,
    DEFAULT_METHODS,
    EVALUATION_SHARE,
    MAX_EPSILON,
    MEAN_TRIALS,
    METHODS,
    MIN_EPSILON,
    MIN_SHOPPERS,
    PRIVATE_METHODS,
    SLIDER_EPSILON,
    Epsilon,
    Method,
    Settings,
    build,
    default_delta,
)
from core.settings.studies import (
    GridSettings,
    NetworkSettings,
    PrivacySettings,
    StudySettings,
    ValidationSettings,
    WinnerSettings,
)

__all__ = [
    "DEFAULT_EPSILONS",
    "DEFAULT_METHODS",
    "EVALUATION_SHARE",
    "MAX_EPSILON",
    "MEAN_TRIALS",
    "METHODS",
    "MIN_EPSILON",
    "MIN_SHOPPERS",
    "PRIVATE_METHODS",
    "SLIDER_EPSILON",
    "AnonymizationSettings",
    "BasketSettings",
    "Epsilon",
    "GridSettings",
    "GroupSettings",
    "Method",
    "NetworkSettings",
    "PrivacySettings",
    "Settings",
    "StudySettings",
    "ValidationSettings",
    "WinnerSettings",
    "build",
    "default_delta",
]
