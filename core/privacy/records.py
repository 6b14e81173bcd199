"""Mechanisms and plans as JSON and back: what the ledger hashes, a statement carries and a verifier reads."""

import json
import math
import sys
from dataclasses import fields
from typing import Any

from core.errors import DataError
from core.privacy.costs import Relation
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection
from core.privacy.plan import Plan

KINDS: dict[str, type[GaussianRelease] | type[DpSgd] | type[Selection] | type[RandomStopping]] = {
    kind.kind: kind for kind in (GaussianRelease, DpSgd, Selection, RandomStopping)
}
ENDLESS = "inf"  # JSON has no infinity


def canonical_json(value: Any) -> str:
    """Return the one spelling of a JSON value that is hashed and signed: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan with all its mechanisms."""
    return {
        "epsilon": plan.epsilon,
        "delta": plan.delta,
        "n_shoppers": plan.n_shoppers,
        "relation": plan.relation.value,
        "mechanisms": [mechanism.as_json() for mechanism in plan.mechanisms],
    }


def plan_from_json(record: dict[str, Any]) -> Plan:
    """Rebuild a plan.

    Raises:
        DataError: a field is missing or of the wrong type.
        SettingsError: a number is out of range.
    """
    return Plan(
        epsilon=number(record, "epsilon"),
        delta=number(record, "delta"),
        n_shoppers=whole_number(record, "n_shoppers"),
        mechanisms=tuple(mechanism_from_json(each) for each in listed(record, "mechanisms")),
        relation=_relation(record),
    )


def _relation(record: dict[str, Any]) -> Relation:
    """The neighbouring relation; records of earlier versions do not name it, for there was one only."""
    stated = record.get("relation", Relation.ADD_OR_REMOVE_ONE.value)
    if stated not in list(Relation):
        raise DataError(f"The neighbouring relation of this file is unknown. Known are: {', '.join(Relation)}.")
    return Relation(stated)


def mechanism_from_json(record: Any) -> Mechanism:
    """Rebuild a mechanism from the numbers that define it; what follows from them is ignored.

    Raises:
        DataError: it is of no known kind, or a field is missing or of the wrong type.
        SettingsError: a number is out of range.
    """
    kind = KINDS.get(str(record.get("kind"))) if isinstance(record, dict) else None
    if kind is None:
        raise DataError(f"A mechanism in this file is of no known kind; known are {', '.join(KINDS)}.")
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name == "base":
            values["base"] = tuple(mechanism_from_json(each) for each in listed(record, "base"))
        elif field.name == "shape" and record.get("shape") == ENDLESS:
            values["shape"] = math.inf
        elif field.type in (str, "str"):
            values[field.name] = str(record.get(field.name, ""))
        elif field.type in (int, "int"):
            values[field.name] = whole_number(record, field.name)
        else:
            values[field.name] = number(record, field.name)
    return kind(**values)


def is_consistent(record: dict[str, Any], mechanism: Mechanism) -> bool:
    """Tell whether the numbers that only follow from others agree with them, where they are stated."""
    return all(
        _agree(record[name], value)
        for name, value in mechanism.as_json().items()
        if name in record and name not in ("name", "what")
    )


def number(record: dict[str, Any], name: str) -> float:
    """Return a finite number of a JSON object.

    Raises:
        DataError: the field is missing or not a finite number.
    """
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise DataError(f"The field “{name}” of this file must be a number. Please use the file as it was written.")
    return float(value)


def whole_number(record: dict[str, Any], name: str) -> int:
    """Return a whole number of a JSON object.

    Raises:
        DataError: the field is missing or not a whole number.
    """
    value = number(record, name)
    if value != int(value):
        raise DataError(
            f"The field “{name}” of this file must be a whole number. Please use the file as it was written."
        )
    return int(value)


def listed(record: dict[str, Any], name: str) -> list[Any]:
    """Return a list of a JSON object that is not empty.

    Raises:
        DataError: the field is missing or no list, or nothing is in it.
    """
    value = record.get(name)
    if not isinstance(value, list) or not value:
        raise DataError(f"The field “{name}” of this file must be a list. Please use the file as it was written.")
    return value


def _agree(stated: Any, computed: Any) -> bool:
    if isinstance(computed, float) and isinstance(stated, int | float):
        return math.isclose(stated, computed, rel_tol=1e-9)
    return bool(stated == computed)
