"""Where a shopper is: the datasets that hold rows of theirs, the runs made of these, and what was given out of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select

from core.columns import Columns
from core.errors import NotFound, UserError
from core.privacy.chain import Decision
from core.privacy.consent import LeftOut, decisions, hash_of, standing
from core.privacy.evidence import fate
from core.privacy.ledger import Ledger
from core.runs.queue import Run, Runs
from core.store.home import Home
from core.store.notes import read_note
from core.store.parquet import connect, create_view
from core.store.schema import access_log
from core.studies.folder import StudyFolder
from core.studies.preparing import COIN
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from core.tables.shelf import DatasetInfo, list_datasets

ERASED = "erased"
"""Topic of the note that says of whom a dataset holds no row any more, by keyed hash; its counts are as imported."""
MANY = 100_000  # runs looked through
RUN_ID = 32  # characters of a run's id
MEMORY_LIMIT = "256MB"
NOT_READERS = frozenset({"import", "present"})  # these open no dataset's rows to compute with
ABOUT_RELEASES = frozenset({"request", "approval", "refusal"})
Role = Literal["left out", "trained", "judged", "used", "open"]
"""What a run did with a shopper's rows; ``used``: both or neither half, as in an export; ``open``: it has not ended."""


@dataclass(frozen=True)
class DatasetUse:
    """A version of a dataset that holds rows of the shopper."""

    info: DatasetInfo
    rows: int


@dataclass(frozen=True)
class RunUse:
    """A run whose data hold the shopper.

    Attributes:
        epsilons: Of its private models, rising; empty where there are none.
        has_ceiling: It has models without noise, which may hang on any one shopper.
        has_private: Its private files (histories, exact figures, lists) are still there.
    """

    run: Run
    role: Role
    epsilons: tuple[float, ...]
    has_ceiling: bool
    has_private: bool

    @property
    def is_used(self) -> bool:
        """Whether its result was made with the shopper's rows."""
        return self.role not in ("left out", "open")


@dataclass(frozen=True)
class Handed:
    """Something of a run or dataset that was decided about, looked at or taken along."""

    when: datetime
    who: str
    action: str  # request, approval, refusal; or the access log's word
    subject: str


@dataclass(frozen=True)
class Uses:
    """Where a shopper is, as far as the files that are there can tell.

    Attributes:
        withdrawal: The standing one; none where there is consent.
        n_unknown: Finished runs whose data were deleted since: whether the shopper was in them cannot be told.
    """

    withdrawal: Decision | None
    datasets: tuple[DatasetUse, ...]
    studies: tuple[RunUse, ...]
    audits: tuple[RunUse, ...]
    grids: tuple[RunUse, ...]
    validations: tuple[RunUse, ...]
    exports: tuple[RunUse, ...]
    reports: tuple[Handed, ...]
    n_unknown: int

    @property
    def runs(self) -> tuple[RunUse, ...]:
        """All runs, kind by kind."""
        return (*self.studies, *self.audits, *self.grids, *self.validations, *self.exports)


def find_uses(home: Home, user_id: str) -> Uses:
    """Look through every dataset and run that is there.

    Args:
        home: Workspace.
        user_id: As it stands in the uploaded file.
    """
    user, subject = user_id.strip(), hash_of(user_id, home)
    infos = list_datasets(home)
    held = [DatasetUse(info, rows) for info in infos if (rows := _rows_of(info.folder, user))]
    ids, there = {use.info.id for use in held}, {info.id for info in infos}
    ids |= {info.id for info in infos if subject in (read_note(home, info.id, ERASED) or ())}
    runs = [run for run in Runs(home).list(MANY) if run.kind not in NOT_READERS]
    used = [_use(home, run, user, subject) for run in runs if run.dataset in ids and _counts(run)]
    return Uses(
        withdrawal=standing(decisions(home)).get(subject),
        datasets=tuple(held),
        studies=_of_kind(used, "study"),
        audits=_of_kind(used, "audit"),
        grids=_of_kind(used, "grid"),
        validations=_of_kind(used, "validate"),
        exports=_of_kind(used, "anonymize"),
        reports=_handed(home, {use.run.id for use in used if use.is_used}),
        n_unknown=sum(run.status == "done" and run.dataset not in there for run in runs),
    )


def _use(home: Home, run: Run, user: str, subject: str) -> RunUse:
    points, share = _models_of(run)
    role: Role = "used"
    if run.is_active:
        role = "open"
    elif fate(subject, LeftOut.read(run.out)) == "left out":
        role = "left out"
    elif run.kind == "study":
        role = "judged" if is_judge([user], home.key(COIN), share)[0] else "trained"
    finite = {epsilon for epsilon in points if 0 < epsilon < float("inf")}
    return RunUse(run, role, tuple(sorted(finite)), float("inf") in points, _has_private(run))


def _handed(home: Home, run_ids: set[str]) -> tuple[Handed, ...]:
    """What was decided about these runs, and who took what of them, oldest first."""
    rows = [row for row in Ledger(home).history() if isinstance(row, Decision) and _run_of(row.subject) in run_ids]
    found = [Handed(row.created, row.by, row.kind, _run_of(row.subject)) for row in rows if row.kind in ABOUT_RELEASES]
    with home.engine.connect() as connection:
        run_id = func.substr(access_log.c.subject, 1, RUN_ID)
        taken = connection.execute(select(access_log).where(run_id.in_(run_ids))).all()
    found += [Handed(row.created, row.who, row.action, _run_of(row.subject)) for row in taken]
    return tuple(sorted(found, key=lambda each: each.when))


def _run_of(subject: str) -> str:
    """The run that a row is about; a release's digest, a report's room or a statement's name may follow it."""
    return subject.partition(" ")[0]


def _rows_of(folder: Path, user: str) -> int:
    """Rows of one shopper in a dataset; 0 where its files are being deleted."""
    try:
        path = Dataset.open(folder).interactions_path
        with connect(MEMORY_LIMIT) as connection:
            create_view(connection, "events", path)
            found = connection.execute(f"select count(*) from events where {Columns.USER} = ?", [user]).fetchone()
    except (NotFound, FileNotFoundError):
        return 0
    return int(found[0]) if found else 0


def _counts(run: Run) -> bool:
    """Whether something is or will be left of a run."""
    return run.status == "done" or run.is_active


def _models_of(run: Run) -> tuple[list[float], float]:
    """ε of a study's models, and the share of shoppers who judge; nothing of what is no finished study."""
    if run.kind != "study":
        return [], 0.0
    try:
        about = StudyFolder(run.out).about()
        return [float(model["epsilon"]) for model in about["models"]], float(about["numbers"].get("share", 0.0))
    except (UserError, KeyError, TypeError, ValueError, json.JSONDecodeError):
        return [], 0.0


def _has_private(run: Run) -> bool:
    inside = run.out / "private"
    return inside.is_dir() and any(path.name != "excluded.json" for path in inside.iterdir())


def _of_kind(used: Iterable[RunUse], kind: str) -> tuple[RunUse, ...]:
    return tuple(use for use in used if use.run.kind == kind)
