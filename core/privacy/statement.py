"""
The statement: one file that says what is promised about one private model, with everything that makes it true or false.

It is written once its noise has been charged to the ledger, signed by the installation, and read by ``verify``.
"""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.errors import SettingsError
from core.privacy.explain import group_epsilon, largest_power
from core.privacy.ledger import Entry
from core.privacy.noise import FLOATING_POINT_LIMIT
from core.privacy.plan import Plan, delta_spent, grid_of, mu_of
from core.privacy.records import canonical_json

FORMAT = "tact-privacy-statement-1"
RELATION = "add or remove one shopper"
UNIT = "one shopper: all events of one UserID in the whole file"
LIBRARIES = ("dp-accounting", "numpy", "scipy", "cryptography", "diffprivlib", "keras", "tensorflow")
RNG = "operating system entropy, fresh for every run and every one-shot release; no seed is set or kept"
_ROUNDING = 1 + 1e-9

NOT_COVERED = (
    "The product catalogue, column names, settings and the declared number of shoppers are treated as public.",
    "How the file is written is found out from the file and treated as public: encoding, quotes, order of day and "
    "month, whether it has times.",
    "Several people behind one UserID are one shopper; one person with several UserIDs is several.",
    "The list that a shopper is shown depends on that shopper's own history and is not hidden from whoever sees it.",
    "Who may open the uploaded data (the curator) is not bound by this statement.",
    "Anonymisation of the files lowers no ε and is not counted.",
    "A shopper may still be wrongly or rightly judged by what is true of shoppers in general.",
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a statement says about the data, all of it public or declared.

    Attributes:
        shoppers_declared: The curator declared the number; otherwise it was counted and is treated as public.
        catalogue: Where the product list comes from; "none": names were chosen by partition selection.
        published: Catalogue columns that the method may use.
        computed: Columns computed from these shoppers: not used.
        window: The declared time window, in words.
        remarks: Further sentences, for instance how the budget was shared out.
        public: The data are public (the sample): nothing was spent.
    """

    shoppers_declared: bool
    catalogue: Literal["file", "list", "none"]
    published: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    window: str | None = None
    remarks: tuple[str, ...] = ()
    public: bool = False


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
    statement = _describe(plan, method, facts, charge, population_epsilon)
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


def library_versions(names: Sequence[str] = LIBRARIES) -> dict[str, str]:
    """Return the installed versions, without importing anything."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _describe(plan: Plan, method: str, facts: Facts, charge: Entry, population_epsilon: float | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "epsilon": plan.epsilon,
        "delta": plan.delta,
        "epsilon_spent": plan.epsilon_spent(),
        "method": method,
        "unit": UNIT,
        "neighbouring_relation": RELATION,
        "neighbouring_relation_in_rows": "all rows of one UserID are there, or none of them is",
        "shoppers": _shoppers(plan, facts),
        "window": facts.window,
        "data": "public sample" if facts.public else "private",
        "mechanisms": [mechanism.as_json() for mechanism in plan.mechanisms],
        "accountant": _accountant(plan),
        **_readings(plan),
        "warnings": list(plan.warnings),
        "catalogue_columns": {
            "catalogue": facts.catalogue,
            "published": list(facts.published),
            "computed": list(facts.computed),
        },
        "non_private_inputs": "the catalogue's published columns, whether events have times at all, the settings, "
        "the declared number of shoppers",
        "post_processing": "denoising, training on releases, ranking and serving use the mechanisms' outputs only",
        "preprocessing": "only transforms of a shopper's own rows by public rules come before the mechanisms",
        "tuning": "defaults were chosen on public data; whoever looks at exact figures in the curator's room before "
        "choosing settings, or which model to release, uses these shoppers' data in a way that no charge covers",
        "trust_model": "central: the curator's machine sees the uploaded data and adds the noise",
        "not_covered": list(NOT_COVERED),
        "remarks": list(facts.remarks),
        "rng": RNG,
        "floating_point": FLOATING_POINT_LIMIT,
        "population": charge.population,
        "population_epsilon": population_epsilon,
        "ledger_entry": charge.id,
        "ledger_head": charge.hash,
        "created": charge.created.isoformat(timespec="seconds") + "Z",
        "libraries": library_versions(),
    }


def _shoppers(plan: Plan, facts: Facts) -> dict[str, Any]:
    how = "declared by the curator" if facts.shoppers_declared else "taken from the data and treated as public"
    return {"number": plan.n_shoppers, "declared": facts.shoppers_declared, "sentence": f"N {how}"}


def _accountant(plan: Plan) -> dict[str, Any]:
    delta_apart = delta_spent(plan.mechanisms)
    sentence = "all mechanisms are composed by the privacy loss distribution accountant, pessimistic estimate"
    if delta_apart:
        sentence += f"; δ {delta_apart:.3g} of partition selection is taken off δ before, as the accountant knows none"
    return {
        "name": plan.accountant,
        "library": "dp-accounting",
        "version": metadata.version("dp-accounting"),
        "discretization": grid_of(plan.mechanisms),
        "delta_outside_the_accountant": delta_apart,
        "composition": sentence,
    }


def _readings(plan: Plan) -> dict[str, Any]:
    """Say the same promise in other ways: at other δ, as μ, as an attack's success, for a household."""
    deltas = [plan.delta, plan.delta / 10, plan.delta / 100]
    return {
        "epsilon_at": [{"delta": delta, "epsilon": _finite(plan.epsilon_spent(delta))} for delta in deltas],
        "mu": plan.mu(),
        "tpr_at_fpr_1_percent": largest_power(plan.mechanisms, 0.01),
        "group_privacy": [
            {"people": people, "delta": plan.delta, "epsilon": group_epsilon(plan.mechanisms, plan.delta, people)}
            for people in (2, 3, 4)
        ],
    }


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None
