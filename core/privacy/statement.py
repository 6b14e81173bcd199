"""
The statement: one file that says what is promised about one private model, with everything that makes it true or false.

It is written once its noise has been charged to the ledger, signed by the installation, and read by ``verify``.
What it says is in ``description``, sentence by sentence in ``wording``.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.errors import SettingsError
from core.privacy.chain import Entry
from core.privacy.description import Facts, describe
from core.privacy.plan import Plan, delta_spent, mu_of
from core.privacy.records import canonical_json

__all__ = ["Facts", "check_covered", "write_statement"]

_ROUNDING = 1 + 1e-9


def write_statement(
    path: Path,
    plan: Plan,
    *,
    method: str,
    facts: Facts,
    charge: Entry,
    also: Sequence[Entry] = (),
    key: Ed25519PrivateKey,
    population_epsilon: float | None = None,
) -> dict[str, Any]:
    """Write and return the signed statement of what was really drawn.

    Args:
        path: Of the JSON file; its folder exists.
        plan: The mechanisms that were drawn, in order.
        method: Name of the recommender.
        facts: About the data.
        charge: The ledger's entry that paid.
        also: Earlier entries that paid for a part, such as the choice of product names; together they cover the plan.
        key: Of this installation (``Home.signing_key``).
        population_epsilon: What all charges of the population compose to at this δ, this one included.

    Raises:
        SettingsError: the plan spends more than it claims, or more than was charged.
    """
    plan.check()
    check_covered(plan, [*also, charge])
    statement = describe(plan, method, facts, [*also, charge], population_epsilon)
    statement["signature"] = {
        "algorithm": "Ed25519 over the canonical JSON of all other fields (sorted keys, no spaces, UTF-8)",
        "public_key": key.public_key().public_bytes_raw().hex(),
        "value": key.sign(canonical_json(statement).encode()).hex(),
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(statement, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    os.replace(draft, path)
    return statement


def check_covered(plan: Plan, charges: Sequence[Entry]) -> None:
    """Hold what was drawn against what the ledger was charged.

    Either every mechanism is one that was charged, or all are Gaussian and their squared costs sum to no more.

    Raises:
        SettingsError: something was drawn that nobody paid for.
    """
    unpaid = list(plan.mechanisms)
    paid = [mechanism for charge in charges for mechanism in charge.plan.mechanisms]
    for mechanism in paid:
        if mechanism in unpaid:
            unpaid.remove(mechanism)
    drawn, charged = plan.mu(), mu_of(paid)
    within = drawn is not None and charged is not None and drawn <= charged * _ROUNDING
    if unpaid and not (within and delta_spent(plan.mechanisms) <= delta_spent(paid)):
        raise SettingsError(
            f"The ledger was not charged for “{unpaid[0].name}”. Please charge the plan before its noise is drawn."
        )
