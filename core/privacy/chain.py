"""
Rows of the ledger: what was charged, and what an officer decided; each follows the one before by its hash.

A row is either an ``Entry`` (a plan whose noise may have been drawn) or a ``Decision`` (a cap, a renewal). Both lie in
one table and one chain, so a decision can no more be changed or taken out unseen than a charge can.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row

from core.errors import DataError, SettingsError, UserError
from core.privacy.gdp import mu_for
from core.privacy.plan import Plan
from core.privacy.records import canonical_json, number, plan_as_json, plan_from_json

Kind = Literal["cap", "renewal", "request", "approval", "refusal", "withdrawal", "return", "permission", "revocation"]
"""What is decided: about the budget, about a release, about a shopper's consent, about looking at real shoppers."""
Group = Literal["training", "evaluation", "everyone"]
"""Whom a plan touches: one of the two halves that a shopper's coin decides between for good, or shoppers of both."""
DECISION = "decision"
"""What stands in the column ``group`` where a row is no charge."""
GENESIS = "0" * 64
MAX_NAME, MAX_REASON = 200, 2_000  # characters
_HASHED = ("population", "group", "study", "purpose", "public", "event", "previous")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One charge: a row of the ledger."""

    id: int
    population: str
    created: datetime
    group: Group
    study: str
    purpose: str
    public: bool
    plan: Plan
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Cap:
    """The most that a population may spend in one period, in each group: (ε, δ + selection_delta)."""

    epsilon: float
    delta: float
    selection_delta: float = 0.0

    @property
    def mu(self) -> float:
        """The filter's budget for Gaussian costs."""
        return mu_for(self.epsilon, self.delta)

    def check(self) -> None:
        """Refuse a cap whose numbers mean nothing.

        Raises:
            SettingsError: a number is out of range.
        """
        if not (self.epsilon > 0 and self.mu > 0 and 0 <= self.selection_delta < 1):
            raise SettingsError(
                f"A cap needs ε above 0 and δ between 0 and 1, got {self.epsilon:g} and {self.delta:g}."
            )


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer decided, who and why: a row of the ledger that charges nothing.

    Attributes:
        kind: ``"cap"``: a cap is set, or lifted where ``cap`` is none; ``"renewal"``: a new period begins;
            ``"request"``, ``"approval"``, ``"refusal"``: about the release that ``subject`` names;
            ``"withdrawal"``, ``"return"``: of the consent of the shopper whose keyed hash ``subject`` is;
            ``"permission"``, ``"revocation"``: a gallery of typical shoppers of the dataset ``subject``.
        subject: What it is about; empty for a cap and a renewal.
    """

    id: int
    population: str
    created: datetime
    kind: Kind
    by: str
    reason: str
    cap: Cap | None
    subject: str = ""
    previous: str
    hash: str


def charge_event(plan: Plan) -> str:
    """Return the bytes of a charge that are hashed."""
    return canonical_json(plan_as_json(plan))


def decision_event(kind: Kind, by: str, reason: str, cap: Cap | None = None, subject: str = "") -> str:
    """Return the bytes of a decision that are hashed.

    Raises:
        SettingsError: it names nobody or no reason, or the cap's numbers mean nothing.
    """
    by, reason = by.strip(), reason.strip()
    if not (0 < len(by) <= MAX_NAME and 0 < len(reason) <= MAX_REASON):
        raise SettingsError(
            f"A decision is kept for good: please give the name of who decides (at most {MAX_NAME} "
            f"characters) and a reason (at most {MAX_REASON:,})."
        )
    if cap is not None:
        cap.check()
    event = {"kind": kind, "by": by, "reason": reason, "cap": None if cap is None else asdict(cap)}
    return canonical_json(event | ({"subject": subject} if subject else {}))


def row_hash(values: Any) -> str:
    """Return the hash of a row: of everything in it but its number, and of the row before."""
    hashed = {name: values[name] for name in _HASHED}
    content = canonical_json({**hashed, "created": values["created"].isoformat()})
    return hashlib.sha256(content.encode()).hexdigest()


def read_row(row: Row[Any]) -> Entry | Decision:
    """Rebuild what a row says.

    Raises:
        DataError: the row was changed outside Tact, so that it means nothing any more.
    """
    values = dict(row._mapping)
    try:
        event = json.loads(values.pop("event"))
        if values["group"] != DECISION:
            return Entry(plan=plan_from_json(event), **values)
        kept = {name: values[name] for name in ("id", "population", "created", "previous", "hash")}
        said = {name: event[name] for name in ("kind", "by", "reason")}
        return Decision(cap=_cap(event["cap"]), subject=event.get("subject", ""), **said, **kept)
    except (UserError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"Row {row.id} of the ledger cannot be read: it was changed outside Tact. Nothing is spent until the "
            "database is put right from a copy."
        ) from error


def _cap(event: dict[str, Any] | None) -> Cap | None:
    return None if event is None else Cap(**{name: number(event, name) for name in event})
