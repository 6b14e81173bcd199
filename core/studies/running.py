"""Run a study from a dataset to its folder: train every method at every ε, judge, publish the curve."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.privacy.ledger import Ledger
from core.privacy.mechanisms import Mechanism
from core.privacy.plan import Plan, composed_epsilon
from core.progress import Report, part
from core.recommend.models import ContentModel, Model
from core.settings import StudySettings
from core.store.home import Home
from core.studies.budget import Numbers, joint_budget, network_plan
from core.studies.closer import write_closer_looks
from core.studies.curve import Judged, write_curves
from core.studies.figures import evaluation_figures
from core.studies.folder import Point, StudyFolder
from core.studies.models import Trainer
from core.studies.preparing import Study, fit_settings, prepare
from core.studies.shoppers import Judges
from core.studies.trials import drawn_on_training
from core.studies.winner import Winner, forget_times, select_winner
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
    asked, notes = fit_settings(Study(home, dataset, settings, StudyFolder(out), study, public))
    trainer, judges = prepare(asked, Ledger(home), notes)
    judged: list[Judged] = []
    shown: dict[str, Any] = {}
    try:
        winner = _winner_of(trainer, judges, part(report, 0.05, 0.85))
        for point, model, what in _train_all(trainer, winner, part(report, 0.85 if winner else 0.05, 0.95)):
            judged.append((point, judges.judge(model) if judges else None))
            shown |= {point.name: what} if what else {}
            facts({"epsilon_spent": trainer.ledger.of_study(study, trainer.numbers.delta)})
        report(0.95, "Publishing the curve")
        notes += _publish(asked, judged, winner, trainer, judges)
    finally:  # figures are charged last, and a cancelled study has paid for what it was about to draw
        facts({"epsilon_spent": trainer.ledger.of_study(study, trainer.numbers.delta)})
    asked.folder.write_about({"shown": shown, "notes": notes} | _about(asked, trainer, judged, winner))
    if winner:
        forget_times(asked.folder, winner.charge)
    report(1.0, "Done")
    return asked.folder


def _publish(
    study: Study, judged: list[Judged], winner: Winner | None, trainer: Trainer, judges: Judges | None
) -> list[str]:
    """Write both curves, and closer looks for inside; a winner's only figure that leaves is the score it won by."""
    told = write_curves(
        study.folder,
        judged,
        study.settings,
        trainer.numbers,
        trainer.ledger,
        study=study.name,
        public=study.public,
        score=winner.score if winner else None,
    )
    write_closer_looks(study.folder, judged, judges, trainer.training)
    return [*told, *(winner.notes if winner else ())]


def _about(study: Study, trainer: Trainer, judged: list[Judged], winner: Winner | None) -> dict[str, Any]:
    """What ``study.json`` says: settings, declared numbers, the models. Not the time it took: that is data."""
    numbers = trainer.numbers
    has_catalogue = study.dataset.schema.catalogue != "none"
    drawn = drawn_on_training(trainer.settings, numbers, has_catalogue)
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
        "epsilon_evaluation": _epsilon_of_figures(study, numbers, judged, winner),  # of what curve.csv shows
        "winner": winner.point.method if winner else None,  # the only private model, where the others may not leave
        "models": [{"method": p.method, "epsilon": str(p.epsilon), "repeat": p.repeat} for p, _ in judged],
    }


def _epsilon_of_figures(study: Study, numbers: Numbers, judged: list[Judged], winner: Winner | None) -> float:
    if study.public:
        return 0.0
    if winner:
        return winner.charge.plan.epsilon
    figures = evaluation_figures(study.settings, numbers, sum(math.isfinite(p.epsilon) for p, _ in judged))
    return figures.plan.epsilon if figures and figures.are_worth_it else 0.0


def _winner_of(trainer: Trainer, judges: Judges | None, report: Report) -> Winner | None:
    """The winner, where only that may leave."""
    if trainer.settings.only_winner is None:
        return None
    assert judges is not None  # ``prepare`` has made sure
    return select_winner(trainer, judges, report)


def _train_all(
    trainer: Trainer, winner: Winner | None, report: Report
) -> Iterator[tuple[Point, Model, dict[str, Any]]]:
    """Every model of the study, cheapest first; each is saved, and paid for, before it is yielded."""
    settings, numbers = trainer.settings, trainer.numbers
    if "content" in settings.methods:
        content = ContentModel(trainer.shop)
        point = Point("content", 0.0)
        content.save(trainer.folder.model_folder(point))
        yield point, content, {}
    if winner:
        yield winner.point, trainer.folder.model(winner.point, trainer.shop), winner.shown
    repeats = range(0 if winner else settings.repeats)
    rounds = [(repeat, epsilon) for repeat in repeats for epsilon in settings.epsilons]
    n_parts = len(rounds) + int(settings.ceiling)
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
    selection = trainer.names
    budget = joint_budget(settings.methods, epsilon, numbers, selection)
    if budget:
        yield from trainer.joint(budget, repeat, part(report, 0, 0.5 if has_network else 1))
    if has_network:
        before: tuple[Mechanism, ...] = (selection,) if selection else ()
        drawn = (*before, network_plan(settings, epsilon, numbers, selection))
        plan = Plan(epsilon=epsilon, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=drawn)
        yield *trainer.network(plan, repeat, part(report, 0.5, 1)), {}
