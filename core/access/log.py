"""The access log: who looked at or took along shoppers' data, and when; rows are added and never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from core.privacy.chain import Decision
from core.store.home import Home
from core.store.schema import access_log, utc_now

ACTIONS = (
    *("data.seen", "data.rejected", "data.deleted", "files.exported"),
    *("shopper.seen", "gallery.seen", "lists.downloaded", "histories.downloaded"),
    *("curve.downloaded", "statement.downloaded", "registry.downloaded", "report.downloaded", "log.downloaded"),
    *("decision.taken", "consent.looked_up", "consent.evidence", "consent.erased"),
)
"""What is logged, each with a sentence ``access.ACTION``."""


SUBJECT = 32
"""Characters of a subject in the row of a decision: a run or a dataset whole, the beginning of a keyed hash."""


@dataclass(frozen=True)
class Access:
    """One row: who did what to what."""

    id: int
    created: datetime
    who: str
    action: str
    subject: str


def log_access(home: Home, who: str, action: str, subject: str = "") -> None:
    """Write one row.

    Args:
        home: Workspace.
        who: E-mail of who is logged in; empty where there is no login.
        action: One of ``ACTIONS``.
        subject: A dataset, a run or a file, by id or name; never a shopper's id.
    """
    with home.write() as connection:
        connection.execute(insert(access_log).values(created=utc_now(), who=who, action=action, subject=subject[:200]))


def log_decision(home: Home, decision: Decision) -> Decision:
    """Write the row of a decision, as what kind about what, and return it; the reason stands in the ledger alone."""
    subject = decision.subject.partition(" ")[0]  # of a release: its run, without the digest
    log_access(home, decision.by, "decision.taken", f"{decision.kind} {subject[:SUBJECT]}".strip())
    return decision


def accesses(home: Home, limit: int) -> list[Access]:
    """Return the newest rows, newest first."""
    with home.engine.connect() as connection:
        rows = connection.execute(select(access_log).order_by(access_log.c.id.desc()).limit(limit))
        return [Access(**row._mapping) for row in rows]
