"""The queue of background work: rows of the table ``runs``, and nothing else.

A run's life::

    queued ──> starting ──> running ──> done | failed
      │            │           ├──> cancelling ──> cancelled
      └> cancelled └> failed   └──> interrupted          (its process is gone)

Every change is one UPDATE that names the status it comes from, so that two processes can never both make it.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select, update

from core.errors import NotFound, RunCancelled, SettingsError
from core.store.home import Home
from core.store.schema import run_events, runs, utc_now

Kind = Literal["import", "study", "audit", "grid", "anonymize", "validate"]
Status = Literal["queued", "starting", "running", "cancelling", "cancelled", "failed", "done", "interrupted"]

ENDED: frozenset[str] = frozenset({"cancelled", "failed", "done", "interrupted"})
WITH_PROCESS: frozenset[str] = frozenset({"starting", "running", "cancelling"})
ACTIVE: frozenset[str] = WITH_PROCESS | {"queued"}

TITLE_LENGTH = 200  # as wide as the column

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A still picture of one run; it cannot change while a page draws it. Times are naive UTC."""

    id: str
    kind: Kind
    title: str
    dataset: str | None
    settings: dict[str, Any]
    status: Status
    attempt: int  # 1, and one more at each retry
    progress: float  # 0..1
    message: str
    facts: dict[str, Any] = field(default_factory=dict)  # device, epsilon_spent, seconds_left, dataset, ...
    error: str | None = None  # one sentence for the person
    out: Path
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    heartbeat: datetime | None = None
    seen: bool = False  # a person has been told how it ended

    @property
    def is_active(self) -> bool:
        """Whether it still waits or works."""
        return self.status in ACTIVE

    @property
    def can_retry(self) -> bool:
        """Whether it ended without its result."""
        return self.status in ENDED and self.status != "done"


class Runs:
    """The run table of one home. Safe to use from any process and thread."""

    def __init__(self, home: Home) -> None:
        self._home = home

    # what a person does

    def submit(
        self, kind: Kind, title: str, dataset: str | None, settings: dict[str, Any], out: Path | None = None
    ) -> str:
        """Queue a run and return its id; a worker starts it as soon as one is free.

        Args:
            kind: What to do; see ``core.runs.jobs``.
            title: How a person recognises it.
            dataset: Id of the dataset it works on; None for an import, which makes one.
            settings: As JSON; the job checks them again.
            out: A folder of its own, not there yet. Default: the run's id in the runs folder.
        """
        run_id = uuid4().hex
        return self._insert(run_id, kind, title, dataset, settings, out or self._home.runs_folder / run_id, attempt=1)

    def get(self, run_id: str) -> Run:
        """Return a run as it is now.

        Raises:
            NotFound: there is none of this id.
        """
        with self._home.engine.connect() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).first()
        if row is None:
            raise NotFound("This run is not there any more; choose another one from the list of runs.")
        return _run(row)

    def list(self, limit: int = 100, *, kind: Kind | None = None) -> Sequence[Run]:
        """Return the newest runs, newest first."""
        wanted = select(runs).order_by(runs.c.created.desc(), runs.c.id).limit(limit)
        return self._select(wanted if kind is None else wanted.where(runs.c.kind == kind))

    def cancel(self, run_id: str) -> None:
        """Stop a run: at once while it waits, else at its worker's next report. Ended runs stay as they are."""
        if not self.move(run_id, {"queued"}, "cancelled"):
            self.move(run_id, {"starting", "running"}, "cancelling")

    def retry(self, run_id: str) -> str:
        """Queue a new attempt of a run that did not finish, in a fresh folder beside the old one.

        What the ledger was charged for the old attempt stays charged; a new draw is charged anew.

        Raises:
            SettingsError: the run still works, or is done.
        """
        run = self.get(run_id)
        if not run.can_retry:
            raise SettingsError(
                f"“{run.title}” is {run.status}; only a run that ended without a result can be retried."
            )
        fresh = uuid4().hex
        out = run.out.with_name(fresh)
        return self._insert(fresh, run.kind, run.title, run.dataset, run.settings, out, attempt=run.attempt + 1)

    def unseen_ends(self) -> Sequence[Run]:
        """Return the runs that have ended and that nobody was told of, oldest first."""
        return self._select(
            select(runs).where(runs.c.status.in_(ENDED), ~runs.c.seen).order_by(runs.c.ended, runs.c.id)
        )

    def mark_seen(self, *run_ids: str) -> None:
        """Remember that a person was told how these runs ended."""
        with self._home.write() as connection:
            connection.execute(update(runs).where(runs.c.id.in_(run_ids)).values(seen=True))

    # what the launcher and the worker do

    def claim(self, limit: int) -> Run | None:
        """Take the oldest waiting run for starting, if fewer than ``limit`` runs have a process.

        One UPDATE: among any number of launchers, each run is claimed once.
        """
        waiting, working = runs.alias("waiting"), runs.alias("working")
        oldest = (
            select(waiting.c.id).where(waiting.c.status == "queued").order_by(waiting.c.created, waiting.c.id).limit(1)
        )
        busy = select(func.count()).select_from(working).where(working.c.status.in_(WITH_PROCESS))
        claimed = (
            update(runs)
            .where(runs.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery(), runs.c.status == "queued")
            .where(busy.scalar_subquery() < limit)
            .values(status="starting", started=utc_now(), heartbeat=utc_now())
            .returning(runs)
        )
        with self._home.write() as connection:
            row = connection.execute(claimed).first()
            if row is None:
                return None
            _note(connection, row.id, "starting", "")
        return _run(row)

    def with_process(self) -> Sequence[Run]:
        """Return the runs that should have a living worker."""
        return self._select(select(runs).where(runs.c.status.in_(WITH_PROCESS)))

    def publish(self, run_id: str, progress: float, message: str, facts: dict[str, Any]) -> None:
        """Write how far a run is; this is its heartbeat too. ``facts`` replaces what was there.

        Raises:
            RunCancelled: somebody cancelled it, or it was given up; nothing was written.
        """
        values = {"progress": progress, "message": message, "facts": facts, "heartbeat": utc_now()}
        with self._home.write() as connection:
            wanted = update(runs).where(runs.c.id == run_id, runs.c.status == "running")
            if connection.execute(wanted.values(values)).rowcount == 0:
                raise RunCancelled

    def move(self, run_id: str, sources: Collection[str], target: Status, *, error: str | None = None) -> bool:
        """Change a run's status if it has one of ``sources``; tell whether it did."""
        values: dict[str, Any] = {"status": target, "error": error, "heartbeat": utc_now()}
        if target in ENDED:
            values["ended"] = utc_now()
        if target == "done":
            values["progress"] = 1.0
        with self._home.write() as connection:
            wanted = update(runs).where(runs.c.id == run_id, runs.c.status.in_(sources))
            moved = connection.execute(wanted.values(values)).rowcount == 1
            if moved:
                _note(connection, run_id, target, error or "")
        if moved:
            log.info("Run %s is %s", run_id, target)
        return moved

    def _select(self, statement: Any) -> Sequence[Run]:
        with self._home.engine.connect() as connection:
            return [_run(row) for row in connection.execute(statement)]

    def _insert(
        self,
        run_id: str,
        kind: Kind,
        title: str,
        dataset: str | None,
        settings: dict[str, Any],
        out: Path,
        *,
        attempt: int,
    ) -> str:
        values = {
            "id": run_id,
            "kind": kind,
            "title": title[:TITLE_LENGTH],
            "dataset": dataset,
            "settings": settings,
            "status": "queued",
            "attempt": attempt,
            "progress": 0.0,
            "message": "",
            "facts": {},
            "out": str(out),
            "created": utc_now(),
            "seen": False,
        }
        with self._home.write() as connection:
            connection.execute(insert(runs).values(values))
            _note(connection, run_id, "queued", "")
        return run_id


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    return Run(**values | {"out": Path(values["out"]), "facts": values["facts"] or {}})


def _note(connection: Connection, run_id: str, event: str, detail: str) -> None:
    """Append to the history of a run."""
    connection.execute(insert(run_events).values(run=run_id, created=utc_now(), event=event, detail=detail))
