"""
What the rows of a ledger add up to: the spend of a lifetime, of the present period, and whether a cap allows more.

The cap is a filter in Gaussian differential privacy: a plan is let through as long as the squared costs μ² of a period
sum to no more than the cap's μ². Every plan may be chosen after seeing what earlier ones released (see ``ledger``).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import BudgetRefused
from core.privacy.chain import Cap, Decision, Entry, Group
from core.privacy.mechanisms import Mechanism
from core.privacy.plan import Plan, composed_epsilon, delta_spent

HALVES: tuple[Group, ...] = ("training", "evaluation")
"""A coin keeps each shopper in one of them for good; what touches everyone counts in both."""
Rows = Sequence[Entry | Decision]
_ROUNDING = 1 + 1e-12  # square roots and squares of the same μ; ``mu_for`` stays 1e-10 below the exact value


def halves(group: Group) -> tuple[Group, ...]:
    """Return the halves that a group of shoppers touches."""
    return HALVES if group == "everyone" else (group,)


def charges_in(rows: Rows) -> list[Entry]:
    """Return the charges among the rows."""
    return [row for row in rows if isinstance(row, Entry)]


def cap_in(rows: Rows) -> Cap | None:
    """Return the cap that the last decision about it left."""
    caps = [row.cap for row in rows if isinstance(row, Decision) and row.kind == "cap"]
    return caps[-1] if caps else None


def renewal_in(rows: Rows) -> Decision | None:
    """Return the decision that opened the present period; none in the first."""
    renewals = [row for row in rows if isinstance(row, Decision) and row.kind == "renewal"]
    return renewals[-1] if renewals else None


def period_of(rows: Rows) -> list[Entry]:
    """Return the charges since the last renewal."""
    renewal = renewal_in(rows)
    return charges_in(rows[rows.index(renewal) + 1 :] if renewal else rows)


def compose(charges: Iterable[tuple[Group, Plan]], delta: float) -> dict[Group, float]:
    """Return the ε at δ that these charges compose to, in each half."""
    mechanisms: dict[Group, list[Any]] = {half: [] for half in HALVES}
    for group, plan in charges:
        for half in halves(group):
            mechanisms[half].extend(plan.mechanisms)
    return {half: composed_epsilon(found, delta) for half, found in mechanisms.items()}


def spent_by(entries: Iterable[Entry], delta: float) -> dict[Group, float]:
    """Return the composed ε at δ of these charges in each half; public data cost nothing."""
    return compose([(entry.group, entry.plan) for entry in entries if not entry.public], delta)


def share_used(rows: Rows) -> dict[Group, float]:
    """Return which share of the cap's μ² each half has used in this period, 0..1; 0 without a cap."""
    cap = cap_in(rows)
    if cap is None:
        return dict.fromkeys(HALVES, 0.0)
    period = period_of(rows)
    return {half: min(1.0, (_mu(mechanisms_of(period, half)) / cap.mu) ** 2) for half in HALVES}


def mechanisms_of(entries: Iterable[Entry], half: Group) -> list[Mechanism]:
    """Return everything that shoppers of one half paid for; public data cost nothing."""
    return [
        mechanism
        for entry in entries
        if half in halves(entry.group) and not entry.public
        for mechanism in entry.plan.mechanisms
    ]


def refuse_beyond_cap(rows: Rows, wanted: Mapping[Group, Sequence[Mechanism]], population: str) -> None:
    """Let a plan through the filter, or not.

    Sampled steps count without amplification by sampling, which is true of them and needs no plan fixed in advance.

    Args:
        rows: The whole ledger.
        wanted: What each half would pay for.
        population: Whose ledger it is, for the refusal's sentence.

    Raises:
        BudgetRefused: the cap of this period would be passed, or cannot count what is wanted.
    """
    cap = cap_in(rows)
    if cap is None:
        return
    period = period_of(rows)
    for half, mechanisms in wanted.items():
        if mechanisms:
            _refuse_half(cap, mechanisms_of(period, half), mechanisms, half, population)


def _refuse_half(
    cap: Cap, before: Sequence[Mechanism], wanted: Sequence[Mechanism], half: Group, population: str
) -> None:
    chance = delta_spent([*before, *wanted])
    if chance > cap.selection_delta:
        raise BudgetRefused(
            f"The ledger refuses: the cap on “{population}” leaves δ {cap.selection_delta:g} for choosing "
            "product names. Please give a product file, so that no names have to be chosen."
        )
    spent = _mu(before)
    after = math.hypot(spent, _mu(wanted))
    if math.isinf(after):
        raise BudgetRefused(_uncountable(population, is_old=math.isinf(spent)))
    if after > cap.mu * _ROUNDING:
        raise BudgetRefused(
            f"The ledger refuses: the {half} shoppers of “{population}” may spend ε {cap.epsilon:g} in this period "
            f"and have used {min(spent / cap.mu, 1) ** 2:.0%} of that budget; this plan needs "
            f"{(after**2 - spent**2) / cap.mu**2:.0%} more. Please ask your privacy officer, or use a smaller ε."
        )


def _mu(mechanisms: Iterable[Mechanism]) -> float:
    return math.hypot(*(mechanism.mu_bound for mechanism in mechanisms))


def _uncountable(population: str, *, is_old: bool) -> str:
    """Say that squares of μ can't count the best of a random number of trials: its cost is known in Rényi DP only."""
    if is_old:
        return (
            f"The ledger refuses: shoppers of “{population}” have paid for the best of a random number of trials in "
            "this period, which the cap cannot count. Please ask your privacy officer."
        )
    return (
        f"The ledger refuses: the cap on “{population}” adds up Gaussian costs, and the best of a random number of "
        "trials has none. Please train and release each point for itself, or ask your privacy officer."
    )
