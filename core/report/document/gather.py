"""What a report is about: everything it may know of one study, for one room. Outside, only what may leave is read."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core.audit.report import AuditReport
from core.errors import NotFound, SettingsError
from core.privacy.chain import Decision, Entry
from core.privacy.deployment import Deployment
from core.privacy.ledger import Ledger
from core.privacy.spending import cap_in, charges_in, share_used, spent_by
from core.report.document.model import Room
from core.studies.advice import Advice, advise, nearest_epsilon
from core.studies.folder import StudyFolder

__all__ = ["Inside", "Material", "gather", "inside_of"]


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What only those may see who may see the uploaded data.

    Attributes:
        charges: Of this study, oldest first.
        lifetime: ε of everything ever charged, in each half; empty where it is not known.
        cap: ε and δ of the cap; none by default.
        left: Share of the cap's budget (its square) that each half has left.
        chain_ok: Every row of the ledger is as it was written.
        risk: What was measured of the risk in the rows, one sentence each.
        audits: Attacks on models of the same data.
        counts: rows, shoppers and products of the uploaded file; empty where they are not known.
    """

    charges: tuple[Entry, ...] = ()
    lifetime: dict[str, float] = field(default_factory=dict)
    cap: tuple[float, float] | None = None
    left: dict[str, float] = field(default_factory=dict)
    chain_ok: bool = True
    risk: tuple[str, ...] = ()
    audits: tuple[AuditReport, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Material:
    """Everything that a report is written from.

    Attributes:
        name: Of the data, as a person named them.
        room: Whom it is for; what is None or empty below is not for that room, or was never measured.
        about: What ``study.json`` says.
        statements: By the name of their model, as they are.
        hashes: SHA-256 of the statements' files.
        advice: The advised method and why, by released knowledge alone; none where no model has an ε.
        curve: Noisy figures outside, exact ones inside.
        groups: Quality by group of shoppers.
        data_hash: Of the rows that the study keeps.
        deployment: What only people can say.
        status: none, requested, approved once, approved, refused.
        decisions: About the release of this study, oldest first.
        inside: None in the releasable room.
    """

    name: str
    room: Room
    about: dict[str, Any]
    statements: dict[str, dict[str, Any]]
    hashes: dict[str, str]
    advice: Advice | None
    curve: pd.DataFrame
    groups: pd.DataFrame
    data_hash: str | None
    deployment: Deployment
    status: str
    decisions: tuple[Decision, ...]
    inside: Inside | None

    @property
    def chosen(self) -> dict[str, Any] | None:
        """The statement of the advised model; where that one has none, the first."""
        if self.advice is not None:
            for each in self.statements.values():
                if (each["method"], each["epsilon"]) == (self.advice.method, self.advice.epsilon):
                    return each
        return next(iter(self.statements.values()), None)


def gather(
    folder: StudyFolder,
    *,
    name: str,
    room: Room,
    deployment: Deployment,
    status: str = "none",
    decisions: Sequence[Decision] = (),
    epsilon: float = 1.0,
    inside: Inside | None = None,
) -> Material:
    """Read what a report of this study may know.

    In the releasable room nothing under ``private/`` is opened, and ``inside`` is left aside: with and without them
    the report is the same, byte for byte.

    Args:
        folder: Of a finished study.
        name: Of the data.
        room: Whom the report is for.
        deployment: Free texts of the curator.
        status: Of the release.
        decisions: About the release.
        epsilon: The ε that people look at; the study's nearest is reported.
        inside: What only the curator's room may see.

    Raises:
        NotFound: no finished study is there.
        SettingsError: the room is for the public sample, and this study is not of it.
    """
    about = folder.about()
    if room == "sample" and not about["public"]:
        raise SettingsError("The sample room is for the sample shop only. Choose “curator” or “releasable”.")
    is_outside = room == "releasable"
    contents = {path.stem: path.read_bytes() for path in sorted(folder.statements.glob("*.json"))}
    return Material(
        name=name,
        room=room,
        about=about,
        statements={stem: json.loads(content) for stem, content in contents.items()},
        hashes={stem: hashlib.sha256(content).hexdigest() for stem, content in contents.items()},
        advice=_advice(folder, epsilon),
        curve=folder.curve() if is_outside or not folder.exact_file.exists() else folder.exact(),
        groups=pd.DataFrame() if is_outside else _groups(folder),
        data_hash=None if is_outside else _hash_of_rows(folder),
        deployment=deployment,
        status=status,
        decisions=tuple(decisions),
        inside=None if is_outside else inside or Inside(),
    )


def inside_of(
    folder: StudyFolder,
    ledger: Ledger,
    *,
    risk: Sequence[str] = (),
    audits: Sequence[AuditReport] = (),
    counts: dict[str, int] | None = None,
) -> Inside:
    """Read what only the curator's room may see: this study's charges, and where the budget of its shoppers stands.

    Args:
        folder: Of a finished study.
        ledger: Of its shoppers.
        risk: What was measured of the risk in the rows.
        audits: Of models of the same data.
        counts: rows, shoppers and products of the uploaded file.
    """
    about, rows = folder.about(), ledger.history()
    cap, delta = cap_in(rows), float(about["numbers"]["delta"])
    return Inside(
        charges=tuple(row for row in charges_in(rows) if row.study == about.get("study")),
        lifetime={half: spent for half, spent in spent_by(charges_in(rows), delta).items()},
        cap=(cap.epsilon, cap.delta) if cap else None,
        left={half: 1 - used for half, used in share_used(rows).items()},
        chain_ok=ledger.verify_chain(),
        risk=tuple(risk),
        audits=tuple(audits),
        counts=counts or {},
    )


def _advice(folder: StudyFolder, epsilon: float) -> Advice | None:
    try:
        return advise(folder, nearest_epsilon(folder, epsilon))
    except NotFound:
        return None


def _groups(folder: StudyFolder) -> pd.DataFrame:
    """Quality by group; studies of before lack it."""
    path = folder.exact_file.with_name("groups.csv")
    return pd.read_csv(path, dtype={"group": str}) if path.exists() else pd.DataFrame()


def _hash_of_rows(folder: StudyFolder) -> str | None:
    path = folder.interactions_file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
