"""
The ledger of a population: every draw that may have happened, written before it happens.

It stores mechanisms, not ε, so that everything can be composed at one fixed δ. Rows are chained by hashes: a row that
is changed or taken out of the middle breaks the chain, and a database put back to an older state does not know the
heads that later statements carry. Nothing lowers the spend: a retry is a new charge, reading an output again is none.

Adaptive plans. Where noise that was seen decides how the rest of a budget is used, the whole budget μ is charged first,
as one Gaussian release. That is enough whatever is drawn afterwards, as long as the squares of the costs sum to at
most μ²: in Gaussian differential privacy a filter costs no more than a plan fixed in advance (Smith and Thakurta, 2022,
"Fully adaptive composition for Gaussian differential privacy", https://arxiv.org/abs/2210.17520). A cap is the same
filter over the life of a population.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import BudgetRefused, SettingsError
from core.privacy.gdp import mu_for
from core.privacy.mechanisms import Mechanism
from core.privacy.plan import Plan, composed_epsilon, delta_spent
from core.privacy.records import canonical_json, plan_as_json, plan_from_json
from core.store.home import Home
from core.store.schema import MAIN_POPULATION, ledger, populations, utc_now

Group = Literal["training", "evaluation", "everyone"]
"""Whom a plan touches: one of the two halves that a shopper's coin decides between for good, or shoppers of both."""
GENESIS = "0" * 64
_ROUNDING = 1 + 1e-12  # square roots and squares of the same μ; ``mu_for`` stays 1e-10 below the exact value
_TRIES = 50


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
    """The most that a population may ever spend, in each group: (ε, δ + selection_delta)."""

    epsilon: float
    delta: float
    selection_delta: float = 0.0

    @property
    def mu(self) -> float:
        """The filter's budget for Gaussian costs."""
        return mu_for(self.epsilon, self.delta)


class Ledger:
    """Charges of one population. Safe for many processes at once; a charge that returned survives a power cut."""

    def __init__(self, home: Home, population: str = MAIN_POPULATION) -> None:
        self.home = home
        self.population = population

    def charge(self, plan: Plan, *, study: str, purpose: str, public: bool = False, group: Group = "training") -> Entry:
        """Append a plan before its noise is drawn.

        Args:
            plan: What may be drawn from now on; a redraw needs another charge.
            study: Whose costs these are, for the bill.
            purpose: One sentence for whoever reads the ledger.
            public: The data are public (the sample): recorded, but they cost nothing.
            group: Which half of the shoppers the plan touches.

        Raises:
            BudgetRefused: it would pass the cap; nothing is written.
            SettingsError: the plan spends more than it claims; nothing is written.
        """
        plan.check()
        for _ in range(_TRIES):
            try:
                return self._append(plan, study=study, purpose=purpose, public=public, group=group)
            except IntegrityError:  # another process followed the same row first: follow its row instead
                continue
        raise RuntimeError("the ledger could not be written: other processes were always faster")

    def check(self, charges: Iterable[tuple[Group, Plan]]) -> None:
        """Refuse a study as a whole before its first draw, where its charges together would pass the cap.

        Raises:
            BudgetRefused: as ``charge`` would, sooner or later.
        """
        planned = list(charges)
        with self.home.engine.connect() as connection:
            for half in _halves("everyone"):
                wanted = [m for group, plan in planned if half in _halves(group) for m in plan.mechanisms]
                self._refuse_beyond_cap(connection, wanted, half)

    def entries(self) -> list[Entry]:
        """Return all charges, oldest first."""
        with self.home.engine.connect() as connection:
            return [_entry(row) for row in self._rows(connection)]

    def head(self) -> str:
        """Return the hash of the last row; 64 zeros where there is none."""
        with self.home.engine.connect() as connection:
            return self._head(connection)

    def knows(self, head: str) -> bool:
        """Tell whether this head, as a statement carries it, is in the chain; if not, the database was set back."""
        with self.home.engine.connect() as connection:
            found = connection.execute(
                select(ledger.c.id).where(ledger.c.population == self.population, ledger.c.hash == head)
            ).first()
        return found is not None or head == GENESIS

    def verify_chain(self) -> bool:
        """Tell whether every row is as it was written and follows the one before."""
        previous = GENESIS
        with self.home.engine.connect() as connection:
            rows = self._rows(connection)
        for row in rows:
            if row.previous != previous or row.hash != _hash(row._mapping):
                return False
            previous = row.hash
        return True

    def composed(self, delta: float, *, also: Iterable[tuple[Group, Plan]] = ()) -> float:
        """Return the ε at δ of everything charged, and of what may come.

        Training and evaluation shoppers are different people, set apart by a coin each, so the larger of the two counts
        (parallel composition). Public data cost nothing.
        """
        return max(self.by_group(delta, also=also).values())

    def by_group(self, delta: float, *, also: Iterable[tuple[Group, Plan]] = ()) -> dict[Group, float]:
        """Return the composed ε at δ of each half of the shoppers; what touched everyone counts in both."""
        charges = [(entry.group, entry.plan) for entry in self.entries() if not entry.public]
        return _compose([*charges, *also], delta)

    def of_study(self, study: str, delta: float) -> float:
        """Return the ε at δ of one study by itself; 0 where it has spent nothing."""
        charges = [(e.group, e.plan) for e in self.entries() if e.study == study and not e.public]
        return max(_compose(charges, delta).values())

    def cap(self) -> Cap | None:
        """Return the cap; none by default."""
        with self.home.engine.connect() as connection:
            return self._cap(connection)

    def set_cap(self, cap: Cap | None) -> None:
        """Set or lift the cap. Only an officer may; who calls this has made sure.

        Raises:
            SettingsError: a number of the cap is out of range.
        """
        if cap is not None and not (cap.mu > 0 and 0 <= cap.selection_delta < 1):
            raise SettingsError(f"A cap needs ε above 0 and δ between 0 and 1, got {cap.epsilon:g} and {cap.delta:g}.")
        values = {f"cap_{name}": getattr(cap, name, None) for name in ("epsilon", "delta", "selection_delta")}
        with self.home.write(durable=True) as connection:
            self._open_population(connection)
            connection.execute(update(populations).where(populations.c.name == self.population).values(values))

    def _append(self, plan: Plan, *, study: str, purpose: str, public: bool, group: Group) -> Entry:
        with self.home.write(durable=True) as connection:
            self._open_population(connection)
            if not public:
                for half in _halves(group):
                    self._refuse_beyond_cap(connection, plan.mechanisms, half)
            values: dict[str, Any] = {
                "population": self.population,
                "created": utc_now(),
                "group": group,
                "study": study,
                "purpose": purpose,
                "public": public,
                "event": canonical_json(plan_as_json(plan)),
                "previous": self._head(connection),
            }
            values["hash"] = _hash(values)
            row = connection.execute(insert(ledger).values(values).returning(*ledger.c)).one()
        return _entry(row)

    def _refuse_beyond_cap(self, connection: Connection, wanted: Sequence[Mechanism], half: Group) -> None:
        """A filter in μ²; sampled steps count without amplification, which is true of them and needs no fixed plan."""
        cap = self._cap(connection)
        if cap is None or not wanted:
            return
        before = [
            mechanism
            for entry in map(_entry, self._rows(connection))
            if half in _halves(entry.group) and not entry.public
            for mechanism in entry.plan.mechanisms
        ]
        spent = math.hypot(*(mechanism.mu_bound for mechanism in before))
        after = math.hypot(spent, *(mechanism.mu_bound for mechanism in wanted))
        chance = delta_spent([*before, *wanted])
        if chance > cap.selection_delta:
            raise BudgetRefused(
                f"The ledger refuses: the cap on “{self.population}” leaves δ {cap.selection_delta:g} for choosing "
                "product names. Please give a product file, so that no names have to be chosen."
            )
        if after > cap.mu * _ROUNDING:
            raise BudgetRefused(
                f"The ledger refuses: the {half} shoppers of “{self.population}” may spend ε {cap.epsilon:g} in all "
                f"and have used {min(spent / cap.mu, 1) ** 2:.0%} of that budget; this plan needs "
                f"{(after**2 - spent**2) / cap.mu**2:.0%} more. Please ask your privacy officer, or use a smaller ε."
            )

    def _open_population(self, connection: Connection) -> None:
        known = connection.execute(select(populations.c.name).where(populations.c.name == self.population)).first()
        if known is None:
            connection.execute(insert(populations).values(name=self.population, created=utc_now()))

    def _cap(self, connection: Connection) -> Cap | None:
        columns = (populations.c.cap_epsilon, populations.c.cap_delta, populations.c.cap_selection_delta)
        row = connection.execute(select(*columns).where(populations.c.name == self.population)).first()
        if row is None or row[0] is None:
            return None
        return Cap(epsilon=row[0], delta=row[1], selection_delta=row[2])

    def _rows(self, connection: Connection) -> list[Row[Any]]:
        mine = select(ledger).where(ledger.c.population == self.population).order_by(ledger.c.id)
        return list(connection.execute(mine))

    def _head(self, connection: Connection) -> str:
        last = select(ledger.c.hash).where(ledger.c.population == self.population).order_by(ledger.c.id.desc()).limit(1)
        return connection.execute(last).scalar() or GENESIS


def _halves(group: Group) -> tuple[Group, ...]:
    return ("training", "evaluation") if group == "everyone" else (group,)


def _compose(charges: Iterable[tuple[Group, Plan]], delta: float) -> dict[Group, float]:
    mechanisms: dict[Group, list[Any]] = {half: [] for half in _halves("everyone")}
    for group, plan in charges:
        for half in _halves(group):
            mechanisms[half].extend(plan.mechanisms)
    return {group: composed_epsilon(found, delta) for group, found in mechanisms.items()}


def _hash(values: Any) -> str:
    hashed = {name: values[name] for name in ("population", "group", "study", "purpose", "public", "event", "previous")}
    content = canonical_json({**hashed, "created": values["created"].isoformat()})
    return hashlib.sha256(content.encode()).hexdigest()


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    return Entry(plan=plan_from_json(json.loads(values.pop("event"))), **values)
