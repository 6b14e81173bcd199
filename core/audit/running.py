"""Run an audit: canaries through the real pipeline at every ε, attacks on what comes out, bounds beside the claims."""

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.audit.bench import Bench, Scores, where
from core.audit.bounds import measure
from core.audit.report import AuditReport, Finding
from core.audit.settings import AuditSettings
from core.errors import SettingsError
from core.privacy.consent import LeftOut
from core.privacy.deployment import write_audit
from core.privacy.ledger import Ledger
from core.privacy.wording import LEFT_OUT
from core.progress import Report, part, silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.preparing import Study, fit_settings, prepare
from core.tables.dataset import Dataset

DETECTOR = (
    "An audit is a bug detector, not a certificate. A bound above the claim says that the promise is broken. A bound "
    "below it says that these attacks, with so few canaries, found no more; the claim rests on the proof, not on them."
)
NOT_RELEASED = (
    "The attacks know the real shoppers and compare with models of them that have no noise: these figures belong in "
    "the curator's room. Every draw was charged to the ledger before it was made."
)


def run_audit(
    home: Home,
    dataset: Dataset,
    settings: AuditSettings,
    out: Path,
    *,
    study: str,
    public: bool,
    report: Report = silent,
    facts: Callable[[dict[str, Any]], None] = lambda _: None,
) -> AuditReport:
    """Attack every method at every ε and write ``private/audit.json`` into ``out``.

    No audited model is kept. Each draw is charged before it happens: the real shoppers pay, canaries or not.

    Args:
        home: Workspace whose ledger pays.
        dataset: Imported data.
        settings: Methods, ε and canaries.
        out: The audit's folder.
        study: Name of the audit in the ledger.
        public: The data are public (the sample): nothing is spent.
        report: Told how far the work is; may raise ``RunCancelled``.
        facts: Told what a person watching wants to know: ``epsilon_spent``.

    Raises:
        SettingsError: too few shoppers, or a choice does not fit this data.
        DataError, BudgetRefused: nothing to learn from, or the ledger refuses; nothing was drawn.
    """
    started, report = time.monotonic(), _rising(report)
    report(0.0, "Reading the data")
    ledger = Ledger(home)
    with _bench(home, dataset, settings, out, ledger, study, public) as bench:
        try:
            findings = _attack_all(bench, settings, part(report, 0.05, 1.0))
        finally:  # a cancelled audit has paid for what it was about to draw
            facts({"epsilon_spent": ledger.of_study(study, bench.delta)})
        found = AuditReport(
            findings=findings,
            canaries=settings.canaries,
            confidence=settings.confidence,
            delta=bench.delta,
            public=public,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - started, 1),
            notes=tuple(_notes(bench, findings, settings, public)),
        )
    _keep(found, home, out)
    report(1.0, "Done")
    return found


def _keep(found: AuditReport, home: Home, out: Path) -> None:
    """Write the findings; statements carry those on public data, the others stay in the curator's room."""
    found.save(out)
    if found.public:
        write_audit(home, found.summary())


@contextmanager
def _bench(
    home: Home, dataset: Dataset, settings: AuditSettings, out: Path, ledger: Ledger, study: str, public: bool
) -> Iterator[Bench]:
    """Prepare the data as a study does, in a hidden folder beside ``out`` that is gone in the end, whatever happens."""
    if not (settings.epsilons or public):  # what is prepared may have to choose product names, which costs
        raise SettingsError(
            "Without noise alone nothing of real shoppers is audited. Please choose an ε, or the sample."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    asked = build(
        StudySettings,
        {
            "methods": settings.methods,
            "epsilons": settings.epsilons or (1.0,),
            "delta": settings.delta,
            "n_shoppers": settings.n_shoppers,
        },
    )
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        fitted, notes = fit_settings(Study(home, dataset, asked, StudyFolder(Path(scratch) / "study"), study, public))
        trainer, judges = prepare(fitted, ledger, notes)
        if not trainer.numbers.is_enough:
            raise SettingsError(f"There is nothing to attack. {trainer.numbers.shortage}")
        yield Bench(trainer, judges if public else None, settings.methods, settings.canaries)
        (LeftOut.read(trainer.folder.path) or LeftOut((), ())).keep(out)  # before the scratch is gone


def _attack_all(bench: Bench, settings: AuditSettings, report: Report) -> tuple[Finding, ...]:
    """Every ε, then the pipeline without noise, which shows whether the attacks are any good."""
    findings: list[Finding] = []
    points = [*settings.epsilons, *([math.inf] if settings.without_noise else [])]
    for place, epsilon in enumerate(points):
        step = part(report, place / len(points), (place + 1) / len(points))
        for scores in bench.attack(epsilon, step):
            step(0.9, f"{where(epsilon)}: from scores to bounds")
            findings += _read(scores, bench.delta, settings.confidence)
    return tuple(findings)


def _read(scores: Scores, delta: float, confidence: float) -> Iterator[Finding]:
    """One finding a bound."""
    power = measure(scores.values, scores.is_in, delta, confidence)
    for bound, epsilon_lower in power.epsilon_lower.items():
        yield Finding(
            method=scores.method,
            epsilon_claimed=scores.epsilon,
            attack=scores.attack,
            bound=bound,
            epsilon_lower=epsilon_lower,
            auc=power.auc,
            tpr_at_fpr=power.tpr_at_fpr,
        )


def _notes(bench: Bench, findings: tuple[Finding, ...], settings: AuditSettings, public: bool) -> Iterator[str]:
    yield DETECTOR
    yield (
        f"{settings.canaries:,} canaries, each in the data or not by a fair coin of its own, beside "
        f"{bench.n_shoppers:,} real shoppers; the declared number of shoppers, which noise and divisors hang on, "
        "stayed what it was. No model that met a canary is kept."
    )
    yield (
        f"Each of the {len(findings)} bounds holds with {settings.confidence:.0%} confidence by itself, so one of them "
        "may be too high by chance. “Gaussian DP” takes the canaries of one run for independent trials: an estimate."
    )
    if "hybrid" in settings.methods:
        yield (
            "The white-box attack on “hybrid” sees its release, 95 % of its budget. The head's training, 5 %, is "
            "attacked through the finished model only, and by the exact tests of the training step."
        )
    yield from bench.remarks()
    yield LEFT_OUT
    if not public:
        yield NOT_RELEASED


def _rising(report: Report) -> Report:
    """Never tell less progress than was told: attacks on one draw take turns with bounds of another."""
    highest = 0.0

    def told(progress: float, message: str) -> None:
        nonlocal highest
        highest = max(highest, progress)
        report(highest, message)

    return told
