"""What leaves the house: asked for, approved or refused, and the report that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from core.access.log import Access, accesses, log_access
from core.errors import SettingsError
from core.privacy.chain import Decision, Kind
from core.privacy.ledger import Ledger
from core.runs.queue import Runs
from core.store.home import Home
from core.studies.folder import StudyFolder

__all__ = ["Access", "ReleaseState", "Releases"]

Status = Literal["none", "requested", "approved once", "approved", "refused"]
N_APPROVALS = 2
"""Persons who have to approve, besides the one who asks."""
ABOUT_RELEASES: tuple[Kind, ...] = ("request", "approval", "refusal")


@dataclass(frozen=True)
class ReleaseState:
    """Where the release of a study stands, and who decided what about it, oldest first."""

    status: Status
    decisions: tuple[Decision, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether what is taken along has to say that nobody has approved it."""
        return self.status != "approved"


class Releases:
    """One home, seen by those who may let something out.

    A request and what is decided about it are rows of the ledger's chain. They name the study and a digest of what
    would leave (statements, noisy curve, settings): a study that was run again under the same id is another release.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self._ledger = Ledger(home)

    def request(self, run_id: str, *, by: str, reason: str) -> Decision:
        """Ask for the release of a finished study outside the house.

        Raises:
            SettingsError: it is asked for already, or approved; or nobody or no reason is named.
        """
        status = self.state(run_id).status
        if status in ("requested", "approved once"):
            raise SettingsError("This release is asked for already. It waits for two persons to approve it.")
        if status == "approved":
            raise SettingsError("This release is approved already. It can be taken along as it is.")
        return self._decide("request", run_id, by, reason)

    def approve(self, run_id: str, *, by: str, reason: str) -> Decision:
        """Approve a release; it may leave once two persons have, neither of whom asked for it.

        Raises:
            SettingsError: nobody asked, or this person asked or has approved already; nothing is written.
        """
        asked = self._open_request(run_id)
        if _named(by) == _named(asked.by):
            raise SettingsError("Whoever asks for a release cannot approve it. Two other persons have to.")
        if _named(by) in _approvers(self.state(run_id).decisions):
            raise SettingsError("This person has approved this release already. A second person has to.")
        return self._decide("approval", run_id, by, reason)

    def refuse(self, run_id: str, *, by: str, reason: str) -> Decision:
        """Refuse a release; one person is enough, and it can be asked for anew.

        Raises:
            SettingsError: nobody asked for it.
        """
        self._open_request(run_id)
        return self._decide("refusal", run_id, by, reason)

    def state(self, run_id: str) -> ReleaseState:
        """Where the release of what this study holds now stands."""
        subject = self._subject(run_id)
        return _state([row for row in self._about_releases() if row.subject == subject])

    def pending(self) -> list[str]:
        """The runs whose release is asked for and not yet decided, oldest first."""
        by_subject: dict[str, list[Decision]] = {}
        for row in self._about_releases():
            by_subject.setdefault(row.subject, []).append(row)
        return [
            subject.partition(" ")[0]
            for subject, rows in by_subject.items()
            if _state(rows).status in ("requested", "approved once")
        ]

    # the access log

    def log(self, action: str, subject: str = "", who: str = "") -> None:
        """Note that somebody looked at or took along something; ``subject`` is never a shopper's id."""
        log_access(self.home, who, action, subject)

    def accesses(self, limit: int = 1_000) -> list[Access]:
        """The access log, newest first."""
        return accesses(self.home, limit)

    # inside

    def _open_request(self, run_id: str) -> Decision:
        state = self.state(run_id)
        if state.status not in ("requested", "approved once"):
            raise SettingsError("Nobody has asked for this release. Ask for it first, on the Audit page.")
        return next(row for row in reversed(state.decisions) if row.kind == "request")

    def _decide(self, kind: Kind, run_id: str, by: str, reason: str) -> Decision:
        return self._ledger.decide(kind, by=by, reason=reason, subject=self._subject(run_id))

    def _about_releases(self) -> list[Decision]:
        rows = self._ledger.history()
        return [row for row in rows if isinstance(row, Decision) and row.kind in ABOUT_RELEASES]

    def _subject(self, run_id: str) -> str:
        """Name a study and what would leave of it.

        Raises:
            NotFound: it is not finished, or was deleted.
        """
        folder = StudyFolder(Runs(self.home).get(run_id).out)
        folder.about()
        digest = sha256()
        for path in (*sorted(folder.statements.glob("*.json")), folder.curve_file, folder.path / "study.json"):
            if path.exists():
                digest.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
        return f"{run_id} {digest.hexdigest()[:32]}"


def _state(rows: list[Decision]) -> ReleaseState:
    """Where one release stands, by everything that was decided about it, oldest first."""
    if not rows:
        return ReleaseState("none")
    if rows[-1].kind == "refusal":
        return ReleaseState("refused", tuple(rows))
    n = len(_approvers(rows))
    status: Status = "requested" if not n else "approved once" if n < N_APPROVALS else "approved"
    return ReleaseState(status, tuple(rows))


def _approvers(rows: Sequence[Decision]) -> set[str]:
    """Who has approved since the release was last asked for."""
    asked = max(n for n, row in enumerate(rows) if row.kind == "request")
    return {_named(row.by) for row in rows[asked:] if row.kind == "approval"}


def _named(by: str) -> str:
    """A name as it is compared: spaces and capitals make nobody somebody else."""
    return " ".join(by.split()).casefold()
