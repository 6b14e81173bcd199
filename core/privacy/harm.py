"""
Proposals for ε and δ by how much harm a disclosure could do, and what several releases at one ε add up to.

The values are those of DP Creator, a tool for statistics of a survey, which has them from its predecessor PSI: comment
and method ``updateEpsilonDelta`` of the file below, read at commit dd9a4dc1938fc63813893f2e524b30ec64cd9a65. Its server
writes the same ε, but slips in δ (``10 - 5``, ``10e-6``, ``10e-7``); what its users were proposed is what stands here.
"""

import math
from dataclasses import dataclass
from typing import Final

from core.privacy.explain import event_level
from core.privacy.gdp import mu_for
from core.privacy.plan import composed_epsilon, one_gaussian
from core.settings import default_delta

SOURCE_NAME: Final = "DP Creator (OpenDP)"
SOURCE_URL: Final = "https://github.com/opendp/dpcreator"
SOURCE_FILE: Final = "client/src/views/WizardSteps/ValidateDataset.vue"


@dataclass(frozen=True)
class HarmLevel:
    """What a disclosure would do, and what is proposed then; no ε where such data should not be released at all."""

    name: str
    epsilon: float | None
    delta: float | None


LEVELS: Final = (
    HarmLevel("confidential", 1.0, 1e-5),
    HarmLevel("could", 0.25, 1e-6),
    HarmLevel("likely", 0.05, 1e-7),
    HarmLevel("severe", None, None),
)


def proposed(name: str, n_shoppers: int) -> tuple[float, float] | None:
    """Return the ε and δ for a level of harm; δ is smaller than DP Creator's where the shop is too large for it.

    Args:
        name: Of one of ``LEVELS``.
        n_shoppers: Declared number; δ stays at or below 1 / (10 n_shoppers).

    Example:
        >>> proposed("could", 4_000)
        (0.25, 1e-06)
    """
    level = next(level for level in LEVELS if level.name == name)
    if level.epsilon is None or level.delta is None:
        return None
    return level.epsilon, min(level.delta, default_delta(n_shoppers))


def level_of(epsilon: float | None, delta: float | None, n_shoppers: int) -> str | None:
    """Return the name of the level that proposes exactly this ε and δ; None where none does."""
    pairs = {proposed(level.name, n_shoppers): level.name for level in LEVELS if level.epsilon is not None}
    return pairs.get((epsilon, delta)) if epsilon is not None and delta is not None else None


def epsilon_of_releases(epsilon: float, delta: float, n_releases: int) -> float:
    """Return the ε at the same δ of several releases that each spend ε by Gaussian noise."""
    release = one_gaussian(mu_for(epsilon, delta))
    return composed_epsilon((release,) * n_releases, delta)


def for_household(epsilon: float, delta: float, accounts: int) -> float:
    """Return the ε for one account that leaves ε to so many who come and go together, rounded down to two digits.

    Example:
        >>> for_household(1.0, 1e-5, 2)
        0.47
    """
    needed = event_level(epsilon, delta, accounts)
    places = 1 - math.floor(math.log10(needed))
    return round(math.floor(needed * 10.0**places) / 10.0**places, max(places, 0))
