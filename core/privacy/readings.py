"""
The same promise said in other ways: at other δ, as μ, as an attack's success, for a household, without amplification.

They follow from the mechanisms alone. A statement prints them, and whoever verifies it computes them again.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.privacy.explain import group_epsilon, largest_power
from core.privacy.mechanisms import DpSgd, Mechanism, RandomStopping
from core.privacy.plan import composed_epsilon, epsilon_of, mu_of

Mechanisms = tuple[Mechanism, ...]
TOLERANCE = 5e-3
"""Relative. Versions of an accountant differ by less; the claim itself is checked without any."""
GROUP = "group_privacy"
PEOPLE = (2, 3, 4)


def readings_of(mechanisms: Mechanisms, delta: float) -> dict[str, Any]:
    """Return every reading; None stands for "no finite bound is known" or "does not apply"."""
    return {**_quick_readings(mechanisms, delta), GROUP: _households(mechanisms, delta)}


def wrong_readings(statement: dict[str, Any], mechanisms: Mechanisms, delta: float) -> list[str]:
    """Return the names of readings that a statement prints and that do not follow from its mechanisms."""
    expected = _quick_readings(mechanisms, delta)
    if not left_out(mechanisms):
        expected[GROUP] = _households(mechanisms, delta)
    return [name for name, value in expected.items() if name in statement and not _agree(statement[name], value)]


def left_out(mechanisms: Mechanisms) -> list[str]:
    """Return the names of readings that a verifier leaves out because they would take it too long."""
    return [] if mu_of(mechanisms) is not None else [GROUP]


def epsilon_without_amplification(mechanisms: Mechanisms, delta: float) -> float | None:
    """Return the ε at δ if every sampled step had taken all shoppers; none where nothing was sampled.

    For whoever does not trust that shoppers were drawn by coins that nobody saw.
    """
    unsampled = tuple(map(_unsampled, mechanisms))
    return None if unsampled == mechanisms else finite(composed_epsilon(unsampled, delta))


def _unsampled(mechanism: Mechanism) -> Mechanism:
    if isinstance(mechanism, DpSgd):
        return replace(mechanism, sampling_prob=1.0)
    if isinstance(mechanism, RandomStopping):
        steps = [replace(each, sampling_prob=1.0) if isinstance(each, DpSgd) else each for each in mechanism.base]
        return replace(mechanism, base=tuple(steps))
    return mechanism


def _quick_readings(mechanisms: Mechanisms, delta: float) -> dict[str, Any]:
    deltas = [delta, delta / 10, delta / 100]
    return {
        "epsilon_spent": finite(epsilon_of(mechanisms, delta)),
        "epsilon_at": [{"delta": each, "epsilon": finite(epsilon_of(mechanisms, each))} for each in deltas],
        "mu": mu_of(mechanisms),
        "tpr_at_fpr_1_percent": largest_power(mechanisms, 0.01),
        "tpr_at_fpr_0_1_percent": largest_power(mechanisms, 0.001),
        "epsilon_without_amplification": epsilon_without_amplification(mechanisms, delta),
    }


def _households(mechanisms: Mechanisms, delta: float) -> list[dict[str, Any]]:
    return [
        {"people": people, "delta": delta, "epsilon": finite(group_epsilon(mechanisms, delta, people))}
        for people in PEOPLE
    ]


def finite(value: float | None) -> float | None:
    """JSON knows no infinity: where no finite bound is known, nothing is stated."""
    return value if value is not None and math.isfinite(value) else None


def _agree(stated: Any, computed: Any) -> bool:
    """Compare JSON values, numbers by ``TOLERANCE``; whatever has another shape disagrees."""
    if isinstance(computed, dict):
        return (
            isinstance(stated, dict)
            and stated.keys() == computed.keys()
            and all(_agree(stated[name], value) for name, value in computed.items())
        )
    if isinstance(computed, Sequence) and not isinstance(computed, str):
        return isinstance(stated, list) and len(stated) == len(computed) and all(map(_agree, stated, computed))
    if isinstance(computed, int | float):
        is_number = isinstance(stated, int | float) and not isinstance(stated, bool)
        return is_number and math.isclose(stated, computed, rel_tol=TOLERANCE, abs_tol=1e-12)
    return bool(stated == computed)
