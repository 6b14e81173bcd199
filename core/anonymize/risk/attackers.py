"""The three attackers of health data, as ARX computes them, over the groups of shoppers who look alike."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import pandas as pd

from core.anonymize.risk.groups import group_numbers

THRESHOLD = 0.2  # ARX's default: whoever hides among fewer than five is at risk


class AttackerRisk(TypedDict):
    """Shares in 0..1: shoppers at risk, the highest risk of one shopper, and the share that an attack gets right."""

    at_risk: float
    highest: float
    success: float


class MarketerRisk(TypedDict):
    """The share of shoppers that a marketer names rightly."""

    success: float


class Attackers(TypedDict):
    """Risk by attacker; ``population`` counts the shoppers of the population, None where the sample stands for it."""

    prosecutor: AttackerRisk
    journalist: AttackerRisk
    marketer: MarketerRisk
    threshold: float
    population: int | None


def attackers(
    table: pd.DataFrame, columns: Sequence[str], population: pd.DataFrame | None = None, *, threshold: float = THRESHOLD
) -> Attackers:
    """Return the risk by prosecutor, journalist and marketer.

    With f_j shoppers of group j in ``table`` (n shoppers, J groups) and F_j of the same group in ``population``:

    ===========  ======================================  =================  ============  ============================
    attacker     knows                                   at risk            highest       success
    ===========  ======================================  =================  ============  ============================
    prosecutor   the target is in the file               Σ f_j [1/f_j > τ]/n  max 1/f_j   J / n
    journalist   the target is in the population         Σ f_j [1/F_j > τ]/n  max 1/F_j   max(J / Σ F_j, Σ (f_j/F_j)/n)
    marketer     the population; wants many, not one                                      Σ (f_j/F_j) / n
    ===========  ======================================  =================  ============  ============================

    Sums and maxima go over groups of ``table``. Source: El Emam 2013, "Guide to the De-Identification of Personal
    Health Information", chapter 16; the same as ARX's RiskModelSampleSummary. Where no population is given the file is
    its own (F_j = f_j): then all three have the prosecutor's success, and the journalist is the prosecutor.

    Args:
        table: One row a shopper who is published.
        columns: Quasi-identifiers; columns of both tables.
        population: One row a shopper whom the file may be about, recoded as ``table`` is. A group that it has fewer of
            than the file (because it was recoded otherwise) counts as in the file, which is the careful side.
        threshold: τ, the risk of one shopper that is still accepted.

    Raises:
        SettingsError: a column is not there.
    """
    if not len(table):
        nothing: AttackerRisk = {"at_risk": 0.0, "highest": 0.0, "success": 0.0}
        return _report(nothing, nothing, 0.0, threshold, None if population is None else len(population))
    everybody = (
        table if population is None else pd.concat([table[list(columns)], population.reindex(columns=list(columns))])
    )
    numbers = group_numbers(everybody, columns)
    published = np.bincount(numbers[: len(table)])
    published = published[published > 0]  # numbers rise as they appear: groups of the file come first
    around = published
    if population is not None:
        around = np.maximum(published, np.bincount(numbers[len(table) :], minlength=len(published))[: len(published)])
    n, named = len(table), float((published / around).sum())
    journalist = max(len(published) / float(around.sum()), named / n)
    return _report(
        _risk(published, published, len(published) / n, threshold),
        _risk(published, around, journalist, threshold),
        named / n,
        threshold,
        None if population is None else len(population),
    )


def _risk(published: np.ndarray, around: np.ndarray, success: float, threshold: float) -> AttackerRisk:
    at_risk = float(published[1 / around > threshold].sum() / published.sum())
    return {"at_risk": round(at_risk, 4), "highest": round(float(1 / around.min()), 4), "success": round(success, 4)}


def _report(
    prosecutor: AttackerRisk, journalist: AttackerRisk, marketer: float, threshold: float, population: int | None
) -> Attackers:
    return {
        "prosecutor": prosecutor,
        "journalist": journalist,
        "marketer": {"success": round(marketer, 4)},
        "threshold": threshold,
        "population": population,
    }
