"""
The ledger of a population: every draw that may have happened, written before it happens.

It stores mechanisms, not ε, so that everything can be composed at one fixed δ. Rows are chained by hashes: a row that
is changed or taken out of the middle breaks the chain, and a database put back to an older state does not know the
heads that later statements carry. Nothing lowers the spend: a retry is a new charge, reading an output again is none.

Adaptive plans. Where noise that was seen decides how the rest of a budget is used, the whole budget μ is charged first,
as one Gaussian release. That is enough whatever is drawn afterwards, as long as the squares of the costs sum to at
most μ²: in Gaussian differential privacy a filter costs no more than a plan fixed in advance (Smith and Thakurta, 2022,
"Fully adaptive composition for Gaussian differential privacy", https://arxiv.org/abs/2210.17520; for Rényi DP the same
was shown by Feldman and Zrnic, 2021, "Individual privacy accounting via a Rényi filter",
https://arxiv.org/abs/2008.11193, and for approximate and concentrated DP by Whitehouse, Ramdas, Rogers and Wu, 2023,
"Fully adaptive composition in differential privacy", https://arxiv.org/abs/2203.05481). A cap is the same filter over
one period of a population: each plan, and its ε, may be chosen after seeing what earlier ones released.

Decisions. A cap and a renewal are rows of the same chain, with who decided and why. A renewal opens a new period, in
which the cap counts from zero. It forgets nothing: whoever was there before is protected by the two budgets together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from core.privacy.chain import (
    DECISION,
    GENESIS,
    Cap,
    Decision,
    Entry,
    Group,
    Kind,
    charge_event,
    decision_event,
    read_row,
    row_hash,
)
from core.privacy.mechanisms import Mechanism
from core.privacy.plan import Plan
from core.privacy.spending import HALVES, cap_in, charges_in, compose, halves, refuse_beyond_cap, spent_by
from core.store.home import Home
from core.store.schema import MAIN_POPULATION, ledger, populations, utc_now

__all__ = ["GENESIS", "RENEWAL_MEANS", "Cap", "Decision", "Entry", "Group", "Ledger"]

RENEWAL_MEANS = (
    "A renewal opens a new period: the cap counts from zero again. It lowers nothing that was spent. Whoever was "
    "already a shopper is protected by the budgets of all periods together, which compose to more than one of "
    "them; only for shoppers who came since does the cap alone bound what was spent. The spend of a lifetime stays "
    "beside it."
)
_TRIES = 50


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
        values = {"group": group, "study": study, "purpose": purpose, "public": public, "event": charge_event(plan)}
        wanted: dict[Group, Sequence[Mechanism]] = {} if public else dict.fromkeys(halves(group), plan.mechanisms)
        written = self._append(values, wanted)
        assert isinstance(written, Entry)
        return written

    def check(self, charges: Iterable[tuple[Group, Plan]]) -> None:
        """Refuse a study as a whole before its first draw, where its charges together would pass the cap.

        Raises:
            BudgetRefused: as ``charge`` would, sooner or later.
        """
        planned = list(charges)
        wanted = {
            half: [m for group, plan in planned if half in halves(group) for m in plan.mechanisms] for half in HALVES
        }
        refuse_beyond_cap(self.history(), wanted, self.population)

    def history(self) -> list[Entry | Decision]:
        """Return all charges and decisions, oldest first."""
        with self.home.engine.connect() as connection:
            return self._history(connection)

    def decisions(self, *kinds: Kind) -> list[Decision]:
        """Return the decisions of these kinds, oldest first, without rebuilding any charge."""
        mine = (ledger.c.population == self.population) & (ledger.c.group == DECISION) & ledger.c.purpose.in_(kinds)
        with self.home.engine.connect() as connection:
            rows = [read_row(row) for row in connection.execute(select(ledger).where(mine).order_by(ledger.c.id))]
        return [row for row in rows if isinstance(row, Decision)]

    def entries(self) -> list[Entry]:
        """Return all charges, oldest first."""
        return charges_in(self.history())

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
            if row.previous != previous or row.hash != row_hash(row._mapping):
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
        return compose([*charges, *also], delta)

    def of_study(self, study: str, delta: float) -> float:
        """Return the ε at δ of one study by itself; 0 where it has spent nothing."""
        return max(spent_by([entry for entry in self.entries() if entry.study == study], delta).values())

    def cap(self) -> Cap | None:
        """Return the cap; none by default."""
        return cap_in(self.history())

    def set_cap(self, cap: Cap | None, *, by: str, reason: str) -> Decision:
        """Set or lift the cap, for good visible in the chain. Only an officer may; who calls this has made sure.

        Args:
            cap: None lifts it.
            by: Who decides.
            reason: Why, for whoever reads the ledger.

        Raises:
            SettingsError: a number of the cap is out of range, or nobody or no reason is named; nothing is written.
        """
        return self._write(decision_event("cap", by, reason, cap), "cap")

    def renew(self, *, by: str, reason: str) -> Decision:
        """Open a new period, in which the cap counts from zero.

        What it means: nothing is lowered. For a shopper who was there before, the periods compose: after two periods
        under a cap of μ each, what was released is √2 μ-Gaussian-DP for them, after n periods √n μ. Only shoppers whose
        first event came after the renewal are protected by one period's budget. ``composed`` always counts all.

        Args:
            by: Who decides.
            reason: Why, for instance the declared period that has ended.

        Raises:
            SettingsError: nobody or no reason is named; nothing is written.
        """
        return self.decide("renewal", by=by, reason=reason)

    def decide(self, kind: Kind, *, by: str, reason: str, subject: str = "") -> Decision:
        """Write down a decision that is about no number: a renewal, a release, a shopper's consent.

        Args:
            kind: What is decided.
            by: Who decides.
            reason: Why, for whoever reads the ledger.
            subject: What it is about: a run's id, a shopper's keyed hash; never a shopper's id.

        Raises:
            SettingsError: nobody or no reason is named; nothing is written.
        """
        return self._write(decision_event(kind, by, reason, subject=subject), kind)

    def _write(self, event: str, kind: Kind) -> Decision:
        values = {"group": DECISION, "study": "", "purpose": kind, "public": False, "event": event}
        written = self._append(values, {})
        assert isinstance(written, Decision)
        return written

    def _append(self, values: dict[str, Any], wanted: Mapping[Group, Sequence[Mechanism]]) -> Entry | Decision:
        """Write one row behind the last one, where the cap allows what it wants of each half."""
        for _ in range(_TRIES):
            try:
                with self.home.write(durable=True) as connection:
                    self._open_population(connection)
                    previous = self._head(connection)
                    if wanted:  # of one reading: a row that came since would be followed without having been counted
                        history = self._history(connection)
                        refuse_beyond_cap(history, wanted, self.population)
                        previous = history[-1].hash if history else GENESIS
                    row = {
                        **values,
                        "population": self.population,
                        "created": utc_now(),
                        "previous": previous,
                    }
                    row["hash"] = row_hash(row)
                    written = connection.execute(insert(ledger).values(row).returning(*ledger.c)).one()
                return read_row(written)
            except IntegrityError:  # another process followed the same row first: follow its row instead
                continue
        raise RuntimeError("the ledger could not be written: other processes were always faster")

    def _open_population(self, connection: Connection) -> None:
        known = connection.execute(select(populations.c.name).where(populations.c.name == self.population)).first()
        if known is None:
            connection.execute(insert(populations).values(name=self.population, created=utc_now()))

    def _history(self, connection: Connection) -> list[Entry | Decision]:
        return [read_row(row) for row in self._rows(connection)]

    def _rows(self, connection: Connection) -> list[Row[Any]]:
        mine = select(ledger).where(ledger.c.population == self.population).order_by(ledger.c.id)
        return list(connection.execute(mine))

    def _head(self, connection: Connection) -> str:
        last = select(ledger.c.hash).where(ledger.c.population == self.population).order_by(ledger.c.id.desc()).limit(1)
        return connection.execute(last).scalar() or GENESIS
