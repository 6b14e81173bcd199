"""Run a study from a dataset to its folder: train every method at every ε, judge, publish the curve."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.privacy.ledger import Ledger
from core.privacy.mechanisms import Mechanism, Selection
from core.privacy.plan import Plan, composed_epsilon
from core.progress import Report, part
from core.recommend.models import ContentModel, Model
from core.settings import StudySettings
from core.store.home import Home
from core.studies.budget import joint_budget, network_plan, training_mechanisms
from core.studies.curve import Judged, write_curves
from core.studies.figures import evaluation_figures
from core.studies.folder import Point, StudyFolder
from core.studies.models import Trainer
from core.studies.preparing import Study, fit_settings, prepare
from core.tables.dataset import Dataset


def run_study(
    home: Home,
    dataset: Dataset,
    settings: StudySettings,
    out: Path,
    *,
    study: str,
    public: bool,
    report: Report,
    facts: Callable[[dict[str, Any]], None] = lambda _: None,
) -> StudyFolder:
    """Train and judge every method at every ε, into ``out``.

    Every draw is charged to the ledger of the population before it happens; a study that is run again is charged again.

    Args:
        home: Workspace whose ledger pays.
        dataset: Imported data.
        settings: Methods, ε and so on.
        out: The study's folder (see ``core.studies.folder``).
        study: Name of the study in the ledger.
        public: The data are public (the sample): nothing is spent, figures are exact.
        report: Told how far the work is; may raise ``RunCancelled``.
        facts: Told what a person watching wants to know: ``epsilon_spent``.

    Raises:
        SettingsError: a choice does not fit this data, with what to do.
        DataError: nothing is left to learn from.
        BudgetRefused: the ledger refuses; nothing was drawn.
    """
    report(0.0, "Reading the data")
    ledger = Ledger(home)
    asked, notes = fit_settings(Study(home, dataset, settings, StudyFolder(out), study, public))
    trainer, judges = prepare(asked, ledger, notes)
    judged: list[Judged] = []
    shown: dict[str, Any] = {}
    numbers = trainer.numbers
    try:
        for point, model, what in _train_all(trainer, part(report, 0.05, 0.95)):
            judged.append((point, judges.judge(model) if judges else None))
            shown |= {point.name: what} if what else {}
            facts({"epsilon_spent": ledger.of_study(study, numbers.delta)})
        report(0.95, "Publishing the curve")
        notes += write_curves(asked.folder, judged, asked.settings, numbers, ledger, study=study, public=public)
    finally:  # figures are charged last, and a cancelled study has paid for what it was about to draw
        facts({"epsilon_spent": ledger.of_study(study, numbers.delta)})
    asked.folder.write_about({"shown": shown, "notes": notes} | _about(asked, trainer, judged))
    report(1.0, "Done")
    return asked.folder


def _about(study: Study, trainer: Trainer, judged: list[Judged]) -> dict[str, Any]:
    """What ``study.json`` says: settings, declared numbers, the models. Not the time it took: that is data."""
    numbers = trainer.numbers
    has_catalogue = study.dataset.schema.catalogue != "none"
    drawn = training_mechanisms(trainer.settings, numbers, has_catalogue)
    figures = evaluation_figures(study.settings, numbers, sum(math.isfinite(p.epsilon) for p, _ in judged))
    is_bought = figures is not None and figures.are_worth_it and not study.public
    return {
        "study": study.name,
        "public": study.public,
        "settings": trainer.settings.model_dump(mode="json"),
        "numbers": vars(numbers),
        "has_time": trainer.shop.has_time,
        "published": study.published,
        "has_content": trainer.shop.has_content,
        "is_evaluated": numbers.evaluation > 0,
        "epsilon_training": composed_epsilon(drawn, numbers.delta) if drawn else 0.0,
        "epsilon_evaluation": figures.plan.epsilon if figures and is_bought else 0.0,  # of what curve.csv shows
        "models": [{"method": p.method, "epsilon": str(p.epsilon), "repeat": p.repeat} for p, _ in judged],
    }


def _train_all(trainer: Trainer, report: Report) -> Iterator[tuple[Point, Model, dict[str, Any]]]:
    """Every model of the study, cheapest first; each is saved, and paid for, before it is yielded."""
    settings, numbers = trainer.settings, trainer.numbers
    if "content" in settings.methods:
        content = ContentModel(trainer.shop)
        point = Point("content", 0.0)
        content.save(trainer.folder.model_folder(point))
        yield point, content, {}
    n_parts = len(settings.epsilons) * settings.repeats + int(settings.ceiling)
    rounds = [(repeat, epsilon) for repeat in range(settings.repeats) for epsilon in settings.epsilons]
    for done, (repeat, epsilon) in enumerate(rounds):
        yield from _train_at(trainer, epsilon, repeat, part(report, done / n_parts, (done + 1) / n_parts))
    if settings.ceiling and numbers.is_enough:
        for point, model in trainer.ceilings(part(report, len(rounds) / n_parts, 1.0)):
            yield point, model, {}


def _train_at(
    trainer: Trainer, epsilon: float, repeat: int, report: Report
) -> Iterator[tuple[Point, Model, dict[str, Any]]]:
    """The methods of one ε: those of the joint release, then the network."""
    settings, numbers = trainer.settings, trainer.numbers
    has_network = "mlp" in settings.methods
    selection = trainer.selected.plan.mechanisms[0] if trainer.selected else None
    assert selection is None or isinstance(selection, Selection)
    budget = joint_budget(settings.methods, epsilon, numbers, selection)
    if budget:
        yield from trainer.joint(budget, repeat, part(report, 0, 0.5 if has_network else 1))
    if has_network:
        before: tuple[Mechanism, ...] = (selection,) if selection else ()
        drawn = (*before, network_plan(settings, epsilon, numbers, selection))
        plan = Plan(epsilon=epsilon, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=drawn)
        yield *trainer.network(plan, repeat, part(report, 0.5, 1)), {}
