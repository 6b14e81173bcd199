"""What leaves the house: asked for, approved or refused, and the report that goes with it."""

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.access.log import Access, accesses, log_access, log_decision
from core.anonymizer import Anonymizer
from core.audit.report import AuditReport
from core.errors import NotFound, SettingsError
from core.privacy.chain import Decision, Kind
from core.privacy.deployment import Deployment, read_deployment
from core.privacy.ledger import Ledger
from core.runs.queue import Runs
from core.store.home import Home
from core.store.notes import read_note
from core.studies.folder import StudyFolder
from core.tables.shelf import DatasetInfo, find_dataset

if TYPE_CHECKING:  # with its figures it would load plotly at the start of every command
    from core.report.document import Document, Inside, Room

__all__ = ["Access", "ReleaseState", "Releases"]

Status = Literal["none", "requested", "approved once", "approved", "refused"]
DEFAULT_EPSILON = 1.0
"""Reported where nobody has chosen an ε for the data."""
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
    would leave (models, statements, noisy curve, catalogue, settings, and the texts that people wrote): a study that
    was run again under the same id, or described in other words, is another release.
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
        """The runs whose release is asked for and not yet decided, oldest first.

        A request for what a study no longer holds (it was run again, or deleted) waits for nobody.
        """
        asked = dict.fromkeys(row.subject.partition(" ")[0] for row in self._about_releases())
        return [run_id for run_id in asked if self._waits(run_id)]

    def _waits(self, run_id: str) -> bool:
        try:
            return self.state(run_id).status in ("requested", "approved once")
        except NotFound:
            return False

    def document(
        self, run_id: str, *, room: "Room", language: str = "en", about: Deployment | None = None
    ) -> "Document":
        """Write the report of a finished study, for a room, in a language.

        In the releasable room it has only what may leave, and is a draft until two people have approved the release.

        Args:
            run_id: The study.
            room: ``sample``, ``curator`` or ``releasable``.
            language: ``en`` or ``zh``.
            about: What only people can say; the texts of this workspace where none are given.

        Raises:
            NotFound: the study is not finished, or was deleted.
            SettingsError: the sample room, but the study is not of the sample.
        """
        from core.report.document import compose, gather

        run = Runs(self.home).get(run_id)
        folder, texts = StudyFolder(run.out), read_deployment(self.home)
        state = self.state(run_id) if about in (None, texts) else ReleaseState("none")  # other words are not approved
        info = find_dataset(self.home, run.dataset) if run.dataset else None
        promised = read_note(self.home, run.dataset, "privacy") if run.dataset else None
        material = gather(
            folder,
            name=info.name if info else folder.path.name,
            room=room,
            deployment=about or texts,
            status=state.status,
            decisions=state.decisions,
            epsilon=(promised or {}).get("epsilon") or DEFAULT_EPSILON,
            inside=None if room == "releasable" else inside_of_run(self.home, folder, info),
        )
        return compose(material, language)

    def document_of(
        self, folder: Path, *, room: "Room", language: str = "en", about: Deployment | None = None
    ) -> "Document":
        """Write the report of a study that was written to a folder of one's own; nobody approved that one.

        Raises:
            NotFound: no finished study is there.
            SettingsError: the sample room, but the study is not of the sample.
        """
        from core.report.document import compose, gather

        known = next((run for run in Runs(self.home).list(kind="study") if run.out == folder.absolute()), None)
        if known is not None:
            return self.document(known.id, room=room, language=language, about=about)
        study = StudyFolder(folder)
        inside = None if room == "releasable" else inside_of_run(self.home, study, None)
        texts = about or read_deployment(self.home)
        return compose(gather(study, name=folder.name, room=room, deployment=texts, inside=inside), language)

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
        return log_decision(self.home, self._ledger.decide(kind, by=by, reason=reason, subject=self._subject(run_id)))

    def _about_releases(self) -> list[Decision]:
        return self._ledger.decisions(*ABOUT_RELEASES)

    def _subject(self, run_id: str) -> str:
        """Name a study and what would leave of it.

        Raises:
            NotFound: it is not finished, or was deleted.
        """
        folder = StudyFolder(Runs(self.home).get(run_id).out)
        folder.about()
        digest = sha256(read_deployment(self.home).model_dump_json().encode())
        for path in _leaving(folder):
            seen = path.stat()
            digest.update(f"{path.relative_to(folder.path)}\0{_hash(path, seen.st_mtime_ns, seen.st_size)}\0".encode())
        return f"{run_id} {digest.hexdigest()[:32]}"


def _leaving(folder: StudyFolder) -> list[Path]:
    """Every file of a study that may leave, in order."""
    own = (folder.path / "study.json", folder.curve_file)
    below = (path for name in ("statements", "models", "shop") for path in (folder.path / name).rglob("*"))
    return sorted(path for path in (*own, *below) if path.is_file())


@lru_cache(maxsize=4_096)
def _hash(path: Path, changed: int, size: int) -> str:  # noqa: ARG001 - when it changed: read again then
    return sha256(path.read_bytes()).hexdigest()


def inside_of_run(home: Home, folder: StudyFolder, info: DatasetInfo | None) -> "Inside":
    """Read what the curator's room may know of a study beyond its folder: ledger, measured risk, attacks, counts."""
    from core.report.document import inside_of

    if info is None:
        return inside_of(folder, Ledger(home))
    mine = [run for run in Runs(home).list() if run.dataset == info.id and run.status == "done"]
    counts = {"rows": info.n_events, "shoppers": info.n_users, "products": info.n_items}
    risk: list[str] = []
    audits: list[AuditReport] = []
    for run in mine:
        with suppress(NotFound):  # its files were deleted
            if run.kind == "anonymize" and not risk:
                risk = list(Anonymizer(home).result(run.id).sentences.values())
            if run.kind == "audit":
                audits.append(AuditReport.load(run.out))
    return inside_of(folder, Ledger(home), risk=risk, audits=audits, counts=counts)


def _state(rows: list[Decision]) -> ReleaseState:
    """Where one release stands, by everything that was decided about it, oldest first.

    A refusal ends a request for good, whatever was written behind it: two persons may decide at the same moment.
    """
    if not rows:
        return ReleaseState("none")
    asked = max((n for n, row in enumerate(rows) if row.kind == "request"), default=None)
    if asked is None or any(row.kind == "refusal" for row in rows[asked:]):
        return ReleaseState("refused", tuple(rows))
    n = len(_approvers(rows))
    status: Status = "requested" if not n else "approved once" if n < N_APPROVALS else "approved"
    return ReleaseState(status, tuple(rows))


def _approvers(rows: Sequence[Decision]) -> set[str]:
    """Who has approved since the release was last asked for; never whoever asked."""
    asked = max(n for n, row in enumerate(rows) if row.kind == "request")
    named = {_named(row.by) for row in rows[asked:] if row.kind == "approval"}
    return named - {_named(rows[asked].by)}


def _named(by: str) -> str:
    """A name as it is compared: spaces, capitals, wide and invisible letters make nobody somebody else.

    Until there are logins a name is what somebody typed: this is against slips, not against a determined person.
    """
    seen = unicodedata.normalize("NFKC", by)
    return " ".join("".join(letter for letter in seen if unicodedata.category(letter) != "Cf").split()).casefold()
