"""Consent withdrawn: which models used a shopper, exclusion from the next, evidence of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.access.log import log_access, log_decision
from core.errors import SettingsError
from core.privacy.chain import Decision
from core.privacy.consent import LeftOut, check_words, decide, decisions, hash_of, mark_all, standing
from core.privacy.evidence import check_evidence, fate, make_evidence
from core.privacy.ledger import Ledger
from core.runs.erasing import Erased, erase, forget_figures
from core.runs.queue import Run, Runs
from core.runs.uses import MANY, NOT_READERS, DatasetUse, Handed, Role, RunUse, Uses, find_uses
from core.settings import StudySettings, build
from core.store.home import Home
from core.store.schema import utc_now
from core.studies.bill import Bill, make_bill
from core.tables.shelf import find_dataset
from core.tables.shopper_list import read_shopper_list

__all__ = ["Bill", "Consents", "DatasetUse", "Erased", "Handed", "Marked", "Role", "RunUse", "Uses"]

DIGITS = 16  # of a keyed hash, where it is shown or logged


@dataclass(frozen=True)
class Marked:
    """How a list of shoppers was marked."""

    now: int
    already: int


class Consents:
    """One home, seen by whoever answers a shopper's request."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._queue = Runs(home)
        self._ledger = Ledger(home)

    def withdraw(self, user_id: str, *, by: str, reason: str) -> Decision:
        """Write down that a shopper withdrew; whatever starts from now on leaves their rows out.

        Raises:
            SettingsError: nobody or no reason is named, the id stands in one of them, or it is withdrawn already.
        """
        return log_decision(self.home, decide(self.home, user_id, "withdrawal", by=by, reason=reason))

    def give_back(self, user_id: str, *, by: str, reason: str) -> Decision:
        """Write down that a shopper consents again.

        Raises:
            SettingsError: as ``withdraw``, or the consent is not withdrawn.
        """
        return log_decision(self.home, decide(self.home, user_id, "return", by=by, reason=reason))

    def withdraw_listed(self, content: bytes, *, by: str, reason: str) -> Marked:
        """Mark all shoppers of a CSV file with a column UserID, which is not kept; who is marked already is counted.

        Raises:
            DataError: the file cannot be read, or names nobody.
            SettingsError: nobody or no reason is named, an id stands in one of them, or there are too many.
        """
        with tempfile.TemporaryDirectory(dir=self.home.uploads_folder) as folder:
            file = Path(folder) / "list.csv"
            file.write_bytes(content)
            users = read_shopper_list(file)
        now = mark_all(self.home, users, by=by, reason=reason)
        if now:  # one row for all of them: each has its own in the ledger
            log_access(self.home, by.strip(), "decision.taken", f"withdrawal ×{now}")
        return Marked(now, len(users) - now)

    def is_withdrawn(self, user_id: str) -> bool:
        """Whether this shopper's consent is withdrawn now."""
        return hash_of(user_id, self.home) in standing(decisions(self.home))

    def marked(self) -> list[Decision]:
        """The standing withdrawals, newest first; ``subject`` is the shopper's keyed hash."""
        return list(standing(decisions(self.home)).values())[::-1]

    def uses(self, user_id: str) -> Uses:
        """Where this shopper is: datasets, runs made of them, what was given out of these."""
        return find_uses(self.home, user_id)

    def log(self, action: str, user_id: str, who: str) -> None:
        """Write into the access log that somebody looked a shopper up or took evidence along; by hash.

        Args:
            action: One of ``core.access.log.ACTIONS``.
            user_id: Of the shopper.
            who: E-mail of who is logged in; empty where there is no login.
        """
        log_access(self.home, who, action, self.name_of(user_id)[:DIGITS])

    def cost_of_retraining(self, run_id: str) -> Bill:
        """What the same study would cost once more, now without those who withdrew.

        Raises:
            NotFound: its data are not there any more.
        """
        run = self._queue.get(run_id)
        return make_bill(build(StudySettings, run.settings), find_dataset(self.home, run.dataset or ""), self._ledger)

    def forget_private(self, run_id: str) -> None:
        """Delete what a finished run keeps inside and depends on shoppers: all of an audit, a grid or an export.

        Of a study models without noise and everybody's lists go; histories stay (see ``erase``), and so do exact
        figures, which are averages, until the data are deleted. What left with an ε stays. Whom the run left out stays
        on record.

        Raises:
            SettingsError: it has not ended.
        """
        run = self._queue.get(run_id)
        if run.is_active:
            raise SettingsError("This run has not ended. Cancel it, or wait until it is done.")
        record = LeftOut.read(run.out)
        forget_figures(self.home, run)
        if record is not None:
            record.keep(run.out)

    def erase(self, user_id: str, *, by: str, reason: str) -> Erased:
        """Mark a shopper, unless that is done, and take their rows out of whatever can be rewritten, for good.

        Raises:
            SettingsError: as ``withdraw``, or a run works on such data; no row was erased.
        """
        check_words(user_id, by, reason)
        if not self.is_withdrawn(user_id):
            self.withdraw(user_id, by=by, reason=reason)
        done = erase(self.home, user_id)
        self.log("consent.erased", user_id, by)
        return done

    def name_of(self, user_id: str) -> str:
        """The keyed hash that stands for a shopper here."""
        return hash_of(user_id, self.home)

    # evidence

    def evidence(self, user_id: str) -> dict[str, Any]:
        """What can be shown to a shopper, signed (see ``core.privacy.evidence``); their id is not in it."""
        subject = hash_of(user_id, self.home)
        runs = [run for run in self._queue.list(MANY) if run.status == "done" and run.kind not in NOT_READERS]
        return make_evidence(
            subject,
            decisions(self.home),
            [_run_told(run, subject) for run in reversed(runs)],
            head=self._ledger.head(),
            chain_ok=self._ledger.verify_chain(),
            now=utc_now(),
            key=self.home.signing_key(),
        )

    def check_evidence(self, content: bytes, user_id: str | None = None) -> dict[str, Any]:
        """Tell whether an evidence file is ours, unchanged, and about this shopper.

        Raises:
            DataError: it is no such file.
        """
        subject = None if user_id is None else hash_of(user_id, self.home)
        return check_evidence(content, self.home.public_keys(), self._ledger.knows, subject)


def _run_told(run: Run, subject: str) -> dict[str, Any]:
    record = LeftOut.read(run.out)
    started = run.started or run.created
    return {
        "run": run.id,
        "kind": run.kind,
        "started": f"{started.isoformat(timespec='microseconds')}Z",
        "shopper": fate(subject, record),
        "list_read_at": record.head if record else None,
        "record_sha256": record.digest if record else None,
    }
