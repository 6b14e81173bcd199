"""What an audit found, and how it is kept: in the run's private folder, for the curator's room."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from core.errors import NotFound

FILE = "audit.json"


@dataclass(frozen=True)
class Finding:
    """One attack on one model, read by one bound.

    Attributes:
        method: What was attacked.
        epsilon_claimed: inf where there was no noise.
        attack: ``white-box``, ``black-box`` or ``recommendations``.
        bound: One of ``core.audit.bounds.BOUNDS``.
        epsilon_lower: ε of at least this much was leaked, at the audit's confidence; 0 where nothing was shown.
        auc: Chance that a canary in the data scores above one that is not; the same for every bound of an attack.
        tpr_at_fpr: Share of the canaries found while 1 % of those not in the data are accused.
    """

    method: str
    epsilon_claimed: float
    attack: str
    bound: str
    epsilon_lower: float
    auc: float
    tpr_at_fpr: float

    @property
    def is_refuted(self) -> bool:
        """Whether more was leaked than is claimed: a bug, or the one in twenty that 95 % confidence leaves."""
        return math.isfinite(self.epsilon_claimed) and self.epsilon_lower > self.epsilon_claimed


@dataclass(frozen=True)
class AuditReport:
    """All findings of an audit.

    Attributes:
        findings: In the order in which they were made.
        canaries: How many there were; about half of them were in the data.
        confidence: Of each bound by itself.
        delta: At which ε is claimed and bounded.
        public: The data are public (the sample): the ledger was charged nothing.
        created: When, UTC, ISO 8601.
        seconds: How long it took.
        notes: What whoever reads the findings must know.
    """

    findings: tuple[Finding, ...]
    canaries: int
    confidence: float
    delta: float
    public: bool
    created: str
    seconds: float
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Plain values; ε without noise is the text ``"none"``, for JSON has no infinity."""
        found = asdict(self)
        for finding in found["findings"]:
            if math.isinf(finding["epsilon_claimed"]):
                finding["epsilon_claimed"] = "none"
        return found

    def save(self, folder: Path) -> Path:
        """Write ``private/audit.json`` in a run's folder; only its owner may open ``private``."""
        private = folder / "private"
        private.mkdir(parents=True, mode=0o700, exist_ok=True)
        private.chmod(0o700)
        draft = private / f".{FILE}"
        draft.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
        return draft.replace(private / FILE)

    def summary(self) -> dict[str, object]:
        """The largest bound beside each claim, as statements carry it; what had no noise is no claim."""
        bounds: dict[tuple[str, float], float] = {}
        for each in self.findings:
            if math.isfinite(each.epsilon_claimed):
                point = each.method, each.epsilon_claimed
                bounds[point] = max(bounds.get(point, 0.0), each.epsilon_lower)
        return {
            "data": "public sample" if self.public else "private",
            "date": self.created,
            "canaries": self.canaries,
            "confidence": self.confidence,
            "delta": self.delta,
            "bounds": [
                {"method": method, "epsilon_claimed": claimed, "epsilon_lower": lower}
                for (method, claimed), lower in bounds.items()
            ],
        }

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote.

        Raises:
            NotFound: no finished audit is there.
        """
        try:
            found = json.loads((folder / "private" / FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound("This audit is not finished, or its files were deleted. Start it again.") from None
        findings = []
        for values in found["findings"]:
            claimed = values["epsilon_claimed"]
            findings.append(Finding(**values | {"epsilon_claimed": math.inf if claimed == "none" else claimed}))
        return cls(**found | {"findings": tuple(findings), "notes": tuple(found["notes"])})
