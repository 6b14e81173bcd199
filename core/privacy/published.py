"""
What published systems used: entries of the OpenDP Deployments Registry, as they were read, in ``published.json``.

Values of different units cannot be compared: ε for one event is another promise than ε for a whole person. So every
entry names its unit in the registry's words and has one of four groups.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from core.settings import Settings

FILE: Final = Path(__file__).with_name("published.json")
Group = Literal["person", "period", "record", "unstated"]
GROUPS: Final[tuple[Group, ...]] = ("person", "period", "record", "unstated")
"""A whole person or account; a person for a day or a month; one event or record; not stated, or an aggregate."""


class Published(Settings):
    """One entry of the registry: who released what under which ε, and where that was read.

    Attributes:
        unit: Who or what is protected, in the registry's words; none where it says nothing.
        trust: Whether noise is added by a curator (central) or by each device (local).
        epsilon: None where the entry states none.
        delta: None where it states none: pure differential privacy, or not said.
        rho: Of zero-concentrated differential privacy, where the entry states it.
        source: Path of the entry in the registry's repository.
        commit: Of the version that was read.
        note: Name of a sentence (``published.note.*``) on what the number leaves out.
    """

    name: str = Field(min_length=1)
    curators: tuple[str, ...] = Field(min_length=1)
    year: int = Field(ge=2006, le=2100)  # the first paper on differential privacy is of 2006
    unit: str | None = None
    group: Group
    trust: Literal["central", "local", "unstated"]
    epsilon: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    delta: float | None = Field(default=None, gt=0, lt=1)
    rho: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    source: str = Field(pattern=r"^deployments/[\w-]+\.yaml$")
    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    note: str | None = None

    @model_validator(mode="after")
    def _units_and_groups_agree(self) -> Self:
        if self.unit is None and self.group != "unstated":
            raise ValueError(f"{self.source}: without a unit it cannot be in the group “{self.group}”")
        return self


class Registry(Settings):
    """The entries, and what they are taken from."""

    registry: str
    url: str
    repository: str
    licence: str
    licence_note: str
    read: date
    how: str
    entries: tuple[Published, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = [source for source, n in Counter(entry.source for entry in self.entries).items() if n > 1]
        if twice:
            raise ValueError(f"entries are there twice: {', '.join(twice)}")
        return self


@lru_cache(maxsize=1)
def published() -> Registry:
    """Return the registry's entries, checked.

    Raises:
        ValidationError: the file that comes with Tact is not as it should be: a bug of ours.
    """
    return Registry.model_validate(json.loads(FILE.read_text("utf-8")))


def with_epsilon(entries: Iterable[Published], group: Group) -> list[Published]:
    """Return a group's entries that state an ε, smallest first."""
    found = [entry for entry in entries if entry.group == group and entry.epsilon is not None]
    return sorted(found, key=lambda entry: (entry.epsilon or 0.0, entry.name))


def without_epsilon(entries: Iterable[Published]) -> tuple[list[Published], list[Published]]:
    """Return the entries that state no ε: those that state ρ, and those that state neither."""
    silent = [entry for entry in entries if entry.epsilon is None]
    return [entry for entry in silent if entry.rho is not None], [entry for entry in silent if entry.rho is None]


def n_at_most(entries: Sequence[Published], epsilon: float) -> int:
    """Count the entries whose ε is at most this one."""
    return sum(entry.epsilon is not None and entry.epsilon <= epsilon for entry in entries)
