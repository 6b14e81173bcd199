"""Select a winner by random stopping: charge once, draw how many trials, run them all, let the best one out."""

import json
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from core.privacy.ledger import Entry
from core.privacy.mechanisms import RandomStopping
from core.privacy.metrics import NoisyMean, release_means
from core.progress import Report
from core.recommend.models import Model
from core.settings import Method
from core.studies.folder import Point, StudyFolder
from core.studies.models import Trainer
from core.studies.shoppers import Judges
from core.studies.trials import (
    SCORE,
    candidates,
    charge_of,
    selection_of_a_winner,
    sentences_of,
    trial_budget,
    trial_network,
    trial_score,
    winner_plan,
)

SELECTING = "Selecting a winner: how many trials there are, and how far they are, stays hidden"


@dataclass(frozen=True)
class Trial:
    """One trial as it is kept while others run: where its files are, and the noisy score that it is judged by."""

    point: Point
    folder: Path
    score: NoisyMean
    shown: dict[str, Any]


@dataclass(frozen=True)
class Winner:
    """What leaves of a selection.

    Attributes:
        score: What it was chosen by, with the noise in it.
        shown: What its private statistics showed.
        notes: How it came to be, for whoever reads of it.
        charge: What paid for the whole selection.
    """

    point: Point
    score: NoisyMean
    shown: dict[str, Any]
    notes: tuple[str, ...]
    charge: Entry


def select_winner(trainer: Trainer, judges: Judges, report: Report) -> Winner:
    """Charge the ledger once, then run a random number of trials and put the best one among the study's models.

    Nothing that a trial shows decides whether there is another: the number is drawn before the first. Whoever stops
    the work gets nothing, and stays charged. Trials live in ``private/`` and are gone when this returns or fails.

    Args:
        trainer: Of the study.
        judges: The shoppers set apart.
        report: Told how far the work is, without saying how many trials there are; may raise ``RunCancelled``.

    Raises:
        BudgetRefused: the ledger refuses; nothing was drawn.
    """
    settings, numbers = trainer.settings, trainer.numbers
    plan = winner_plan(settings, numbers, trainer.names)
    stopping = selection_of_a_winner(settings, numbers.delta, trainer.names)
    charge = trainer.ledger.charge(
        charge_of(stopping, numbers),
        study=trainer.study,
        purpose=f"Selection of one winner at ε {plan.epsilon:g}",
        public=trainer.facts.public,
        group="everyone",
    )
    notes = sentences_of(settings, stopping, numbers)
    with _scratch(trainer.folder) as scratch:
        best = _best_of(stopping.law.draw(), trainer, judges, stopping, scratch, report)
        kept = trainer.folder.model_folder(best.point)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(best.folder, kept)
    told = replace(trainer.facts, remarks=(*trainer.facts.remarks, *notes))
    replace(trainer, facts=told).state(best.point, plan, charge)
    forget_times(trainer.folder, charge)  # here too: what comes after may be stopped
    return Winner(best.point, best.score, best.shown, notes, charge)


def _best_of(
    n_trials: int, trainer: Trainer, judges: Judges, stopping: RandomStopping, scratch: Path, report: Report
) -> Trial:
    """Run every trial; of two, the one with the lower score is deleted at once.

    The bar stands still and the message stays the same: who watched it move could count the trials.
    """
    best: Trial | None = None
    for _ in range(n_trials):
        method = secrets.choice(candidates(trainer.settings))
        found = _run_trial(method, trainer, judges, stopping, scratch, lambda _, __: report(0.0, SELECTING))
        loser = best
        if best is None or found.score.value > best.score.value:
            best = found
        else:
            loser = found
        if loser is not None:
            shutil.rmtree(loser.folder)
    assert best is not None  # the laws that settings allow begin at one trial
    return best


def _run_trial(
    method: Method, trainer: Trainer, judges: Judges, stopping: RandomStopping, scratch: Path, report: Report
) -> Trial:
    """Train one method with fresh noise and score it, at the cost of one trial."""
    settings, numbers = trainer.settings, trainer.numbers
    own = replace(trainer, folder=StudyFolder(scratch / secrets.token_hex(8)))
    point = Point(method, settings.epsilons[0])
    model: Model
    if method == "mlp":
        shown: dict[str, Any] = {}
        model = own.draw_network(trial_network(stopping, settings, numbers), point, report)
    else:
        models, _, shown = own.draw_joint(trial_budget(method, stopping, settings, numbers), 0, report)
        model = models[-1]
    folder = own.folder.model_folder(point)
    model.save(folder)
    exact = {SCORE: judges.judge(model).values[SCORE]}
    drawn = release_means(exact, divisor=numbers.evaluation, release=trial_score(stopping))
    return Trial(point, folder, drawn[SCORE], shown)


@contextmanager
def _scratch(folder: StudyFolder) -> Iterator[Path]:
    """A folder inside ``private/`` for the trials, gone afterwards however the work ended."""
    scratch = folder.path / "private" / "trials"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def forget_times(folder: StudyFolder, charge: Entry) -> None:
    """Date everything that may leave to the charge, which came first: later dates would tell how many trials ran."""
    moment = charge.created.replace(tzinfo=UTC).timestamp()
    inside = folder.path / "private"
    leaving = [path for path in folder.path.rglob("*") if inside not in path.parents]
    for path in (*leaving, folder.path):
        if path.suffix == ".keras":
            _forget_times_inside(path, f"{charge.created:%Y-%m-%d@%H:%M:%S}")
    for path in (*leaving, folder.path):
        os.utime(path, (moment, moment))


def _forget_times_inside(path: Path, moment: str) -> None:
    """Pack a Keras file anew as if it had been saved at ``moment``."""
    with zipfile.ZipFile(path) as packed:
        content = {info.filename: packed.read(info) for info in packed.infolist()}
    draft = path.with_name(f".{path.name}")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in content.items():
            if name == "metadata.json":
                data = json.dumps(json.loads(data) | {"date_saved": moment}).encode()
            packed.writestr(zipfile.ZipInfo(name), data)
    draft.replace(path)
