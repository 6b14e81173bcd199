"""What all mechanisms share: the neighbouring relation, the reading of a Gaussian cost, the range of their numbers."""

import math
from enum import StrEnum
from typing import ClassVar

from core.errors import SettingsError


class Relation(StrEnum):
    """When two files count as neighbours. Every sensitivity in Tact is for the first; a plan refuses any other."""

    ADD_OR_REMOVE_ONE = "add or remove one shopper"
    REPLACE_ONE = "replace one shopper"


class GaussianCost:
    """What holds for a mechanism whose noise is Gaussian and whose μ says everything."""

    relation: ClassVar[Relation] = Relation.ADD_OR_REMOVE_ONE

    @property
    def mu(self) -> float:
        """The exact Gaussian cost of all draws together."""
        raise NotImplementedError  # each mechanism says its own; a default would be a claim that nobody has made

    @property
    def mu_bound(self) -> float:
        """What a filter charges."""
        return self.mu

    @property
    def mu_guess(self) -> float:
        """About what it costs; chooses the accountant's grid, nothing else."""
        return self.mu

    @property
    def delta_spent(self) -> float:
        """The δ that no accountant knows of: none."""
        return 0.0


def check_range(owner: str, **conditions: bool) -> None:
    """Refuse numbers that no mechanism can have.

    Raises:
        SettingsError: names the owner and the number.
    """
    for name, holds in conditions.items():
        if not holds:
            raise SettingsError(f"{owner}: {name.replace('_', ' ', 1)} is out of range. Please choose another value.")


def is_positive(value: float) -> bool:
    """Whether a number is finite and above 0."""
    return math.isfinite(value) and value > 0
