"""What a privacy officer can do, one method a verb: ledger, cap, renewal, statements, audit."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.access.log import log_decision
from core.audit.report import AuditReport, Finding
from core.audit.running import run_audit
from core.audit.settings import AuditSettings
from core.privacy.chain import Cap, Decision, Entry, Group
from core.privacy.deployment import read_deployment, write_deployment
from core.privacy.ledger import RENEWAL_MEANS, Ledger
from core.privacy.registry import Deployment, registry_entry
from core.privacy.spending import cap_in, charges_in, period_of, renewal_in, share_used, spent_by
from core.privacy.verify import verify_content, verify_statement
from core.progress import Report, part, silent
from core.runs.queue import Runs
from core.settings import PrivacySettings, build
from core.store.home import Home
from core.store.notes import read_note
from core.studies.folder import StudyFolder
from core.tables.dataset import Dataset
from core.tables.mapping import Mapping
from core.tables.scratch import scratch_dataset
from core.tables.shelf import find_dataset
from core.texts import text

__all__ = [
    "RENEWAL_MEANS",
    "AuditReport",
    "AuditSettings",
    "Cap",
    "Decision",
    "Deployment",
    "Entry",
    "Finding",
    "Officer",
    "Spent",
]

PRIVACY = "privacy"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Where a population's budget stands.

    Attributes:
        delta: The δ at which every ε here is composed.
        lifetime: ε of everything ever charged, in each half of the shoppers. Nothing lowers it.
        period: ε of what was charged since the last renewal.
        cap: The most that a period may spend; none by default.
        used: Share of the cap's μ² that this period has used, 0..1; 0 without a cap.
        renewed: When the present period began, naive UTC; none in the first.
        head: Hash of the ledger's last row.
        chain_ok: Every row is as it was written.
    """

    delta: float
    lifetime: dict[Group, float]
    period: dict[Group, float]
    cap: Cap | None
    used: dict[Group, float]
    renewed: datetime | None
    head: str
    chain_ok: bool


class Officer:
    """One home, seen by whoever answers for its shoppers' privacy."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._ledger = Ledger(home)

    def history(self) -> list[Entry | Decision]:
        """Every charge and every decision, oldest first."""
        return self._ledger.history()

    def spent(self, delta: float) -> Spent:
        """What was spent, of which cap, at one δ."""
        rows = self._ledger.history()
        renewal = renewal_in(rows)
        return Spent(
            delta=delta,
            lifetime=spent_by(charges_in(rows), delta),
            period=spent_by(period_of(rows), delta),
            cap=cap_in(rows),
            used=share_used(rows),
            renewed=renewal.created if renewal else None,
            head=self._ledger.head(),
            chain_ok=self._ledger.verify_chain(),
        )

    def set_cap(self, epsilon: float | None, delta: float = 1e-5, *, by: str, reason: str) -> Decision:
        """Set the most that each half of the shoppers may spend in a period, or lift it (none).

        Raises:
            SettingsError: nobody or no reason is named, or a number is out of range.
        """
        cap = None if epsilon is None else Cap(epsilon=epsilon, delta=delta)
        return log_decision(self.home, self._ledger.set_cap(cap, by=by, reason=reason))

    def renew(self, *, by: str, reason: str) -> Decision:
        """Open a new period; ``RENEWAL_MEANS`` says in words what that does and does not do.

        Raises:
            SettingsError: nobody or no reason is named.
        """
        return log_decision(self.home, self._ledger.renew(by=by, reason=reason))

    def statements(self, run_id: str) -> list[Path]:
        """The signed statements of a finished study, by name."""
        folder = StudyFolder(Runs(self.home).get(run_id).out)
        folder.about()
        return sorted(folder.statements.glob("*.json"))

    def verify(self, statement: Path) -> dict[str, Any]:
        """Recompute a statement's ε with dp-accounting alone, and check its signature and its place in the ledger."""
        return verify_statement(statement, self.home.public_keys(), self._ledger.knows)

    def verify_content(self, content: bytes, name: str) -> dict[str, Any]:
        """Check an uploaded statement, whosesoever it is.

        Args:
            content: Of the JSON file.
            name: Of the file, for sentences about it.
        """
        return verify_content(content, name, self.home.public_keys(), self._ledger.knows)

    def deployment(self) -> Deployment:
        """What was said about the releases of this shop; "not stated" where nothing was."""
        return read_deployment(self.home)

    def set_deployment(self, about: Deployment) -> None:
        """Keep these texts: every statement that is written from now on carries them."""
        write_deployment(self.home, about)

    def registry_entry(self, statement: Path, about: Deployment | None = None) -> str:
        """The YAML of a tier-3 entry for the OpenDP Deployments Registry.

        Args:
            statement: Its file.
            about: Free texts; those of this workspace where none are given.
        """
        return registry_entry(statement, about or self.deployment())

    # attacks

    def submit_audit(self, dataset_id: str, settings: AuditSettings) -> str:
        """Queue an audit; a worker starts it as soon as one is free.

        The declared number of shoppers and δ are those of the dataset's promise, where the settings name none.
        """
        info = find_dataset(self.home, dataset_id)
        promised = build(PrivacySettings, read_note(self.home, dataset_id, PRIVACY) or {})
        asked = settings.model_copy(
            update={
                "n_shoppers": settings.n_shoppers or promised.n_shoppers,
                "delta": settings.delta or promised.delta,
            }
        )
        title = f"{info.name}: {text('audit.attack')}"
        return Runs(self.home).submit("audit", title, dataset_id, asked.model_dump(mode="json"))

    def audit(self, run_id: str) -> AuditReport:
        """What a finished audit found.

        Raises:
            NotFound: it is not finished, or was deleted.
        """
        return AuditReport.load(Runs(self.home).get(run_id).out)

    def audit_here(self, dataset_id: str, out: Path, settings: AuditSettings, report: Report = silent) -> AuditReport:
        """Audit a dataset of this workspace at once, into ``out``."""
        info = find_dataset(self.home, dataset_id)
        name, public = f"{out.name} {uuid4().hex[:8]}", info.kind == "sample"
        data = Dataset.open(info.folder)
        return run_audit(self.home, data, settings, out, study=name, public=public, report=report)

    def audit_to(
        self,
        behavior: Path,
        products: Path | None,
        out: Path,
        settings: AuditSettings,
        mapping: Mapping,
        report: Report = silent,
    ) -> AuditReport:
        """Audit two files into ``out``; everything drawn is charged to this workspace's shoppers."""
        inside, name = self.home.uploads_folder, f"{out.name} {uuid4().hex[:8]}"
        with scratch_dataset(behavior, products, inside, mapping, part(report, 0, 0.1)) as dataset:
            return run_audit(self.home, dataset, settings, out, study=name, public=False, report=part(report, 0.1, 1))
