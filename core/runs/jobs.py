"""What a worker can do: one function a kind of run. What is heavy is imported when it is wanted."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from core.audit.settings import AuditSettings
from core.privacy.consent import Keeper
from core.progress import Report
from core.runs.devices import own_gpu, telling_device
from core.runs.import_job import run_import
from core.runs.queue import Run
from core.settings import AnonymizationSettings, GridSettings, StudySettings, ValidationSettings, build
from core.store.home import Home
from core.tables.dataset import Dataset
from core.tables.shelf import find_dataset

Facts = Callable[[dict[str, Any]], None]
"""``facts({"device": "CPU, 2 cores"})``: what the page shows beside the bar; new facts join the old ones."""

Job = Callable[[Home, Run, Report, Facts], None]
"""A job leaves its result in ``run.out`` and in the store. It may be stopped at any report, or killed at any point."""


def run_study(home: Home, run: Run, report: Report, facts: Facts) -> None:
    """Train and evaluate every method at every ε on ``run.dataset``, into ``run.out``."""
    settings = build(StudySettings, run.settings)
    info = find_dataset(home, run.dataset or "")
    dataset = Dataset.open(info.folder)
    with own_gpu(home) as gpu:  # before the studies bring in TensorFlow, which reads its devices once
        from core.studies.running import run_study as train_and_judge

        train_and_judge(
            home,
            dataset,
            settings,
            run.out,
            study=run.id,
            public=info.kind == "sample",
            report=telling_device(report, facts, gpu),
            facts=facts,
        )


def run_audit(home: Home, run: Run, report: Report, facts: Facts) -> None:
    """Attack the methods on ``run.dataset`` with canaries, and leave the findings in ``run.out``."""
    settings = build(AuditSettings, run.settings)
    info = find_dataset(home, run.dataset or "")
    with own_gpu(home) as gpu:
        from core.audit.running import run_audit as attack

        attack(
            home,
            Dataset.open(info.folder),
            settings,
            run.out,
            study=run.id,
            public=info.kind == "sample",
            report=telling_device(report, facts, gpu),
            facts=facts,
        )


def run_grid(home: Home, run: Run, report: Report, facts: Facts) -> None:
    """Judge every anonymisation at every ε on ``run.dataset``; the figures stay in ``run.out/private``."""
    settings = build(GridSettings, run.settings)
    dataset = Dataset.open(find_dataset(home, run.dataset or "").folder)
    with own_gpu(home) as gpu:
        from core.studies.grid import run_grid as judge_all

        judge_all(home, dataset, settings, run.out, report=telling_device(report, facts, gpu), facts=facts)


def run_validation(home: Home, run: Run, report: Report, facts: Facts) -> None:
    """Judge every shopper of ``run.dataset`` once, fold by fold; the figures stay in ``run.out/private``."""
    settings = build(ValidationSettings, run.settings)
    dataset = Dataset.open(find_dataset(home, run.dataset or "").folder)
    with own_gpu(home) as gpu:
        from core.studies.validation import run_validation as judge_all

        judge_all(home, dataset, settings, run.out, report=telling_device(report, facts, gpu), facts=facts)


def run_anonymize(home: Home, run: Run, report: Report, facts: Facts) -> None:  # noqa: ARG001 - a job is told both
    """Write anonymised files of ``run.dataset``, their risk and their certificate into ``run.out/private``."""
    from core.anonymize.exporting import anonymize_files
    from core.anonymize.pseudonyms import current_key, export_key

    settings = build(AnonymizationSettings, run.settings)
    dataset = Dataset.open(find_dataset(home, run.dataset or "").folder)
    inside = run.out / "private"
    inside.mkdir(mode=0o700, parents=True)
    inside.chmod(0o700)
    version, _ = current_key(home)
    keep = Keeper(home)
    anonymize_files(dataset, settings, export_key(home), inside, keep=keep, report=report, key_version=version)
    keep.left_out.keep(run.out)


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "import": run_import,
        "study": run_study,
        "audit": run_audit,
        "grid": run_grid,
        "anonymize": run_anonymize,
        "validate": run_validation,
    }
)
