"""
Recommendation quality for each anonymisation at each ε: what anonymising costs, and that it buys no ε.

Rows are anonymisations, the first of them "none"; columns are values of ε and "without noise".

*Why the ledger is charged nothing.* A charge pays for what leaves. Of a grid nothing does: every model is dropped once
it is judged, no statement is written, and the figures, exact ones of real shoppers, go to ``private/``, where whoever
may see the uploaded rows looks at them: the place of exact figures and ceilings. Whoever chooses an anonymisation by
them and then lets a study out has made that choice by looking at the data, which the study's ε does not cover
(``docs/PRIVACY.md``, "Choosing settings"). So that none of this rests on care, a grid draws with ``Drawer``, which has
neither ledger nor folder.

*Why a row with a threshold over shoppers has no ε.* Where a product stays only if enough shoppers touched it, one
shopper who joins brings back rows of others. The noise of every mechanism is measured for one shopper's own rows, so it
would be too small. Such a row has one figure, without noise.

*How rows are compared.* By ``core.studies.exam``: the same judges, the same hidden products of the uploaded rows, the
judges' visible histories as the anonymisation leaves them. Pseudonyms are left out: they rename shoppers, whom no model
knows by name. A cell with an ε is the mean of a few draws; see ``core.studies.grid_figures`` for its interval.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.anonymize.applying import apply_all
from core.anonymize.pseudonyms import study_key
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.errors import SettingsError
from core.privacy.consent import LeftOut, keep_consenting
from core.progress import Report, part
from core.recommend.evaluation import Quality
from core.recommend.hybrid import Lessons
from core.recommend.models import Model
from core.recommend.shop import Shop, build_shop
from core.settings import AnonymizationSettings, GridSettings, StudySettings
from core.store.home import Home
from core.studies.budget import JointBudget, Numbers, joint_budget, network_plan, numbers_of
from core.studies.exam import Exam, set_exam
from core.studies.folder import Point
from core.studies.grid_figures import NONE, Cell, figures_of
from core.studies.grid_file import NEEDS_PRODUCTS, write_grid
from core.studies.models import Drawer
from core.studies.preparing import COIN, check_numbers
from core.studies.shoppers import split
from core.tables.dataset import Dataset

NO_CHANGE = AnonymizationSettings(pseudonymize=False)

Facts = Callable[[dict[str, Any]], None]


def run_grid(
    home: Home,
    dataset: Dataset,
    settings: GridSettings,
    out: Path,
    *,
    report: Report,
    facts: Facts = lambda _: None,
) -> pd.DataFrame:
    """Judge ``settings.method`` for every anonymisation at every ε; the figures go to ``out/private/grid.csv``.

    Nothing is written before the last cell is done, so that whoever stops the work leaves nothing behind.

    Args:
        home: Whose keys set judges apart and draw coins.
        dataset: Imported data, with a product file.
        settings: Anonymisations, ε and the method.
        out: The run's folder.
        report: Told how far the work is, before every cell; may raise ``RunCancelled``.
        facts: Told ``seconds_left`` after every cell.

    Returns:
        One row a cell: anonymization, epsilon (infinite: without noise), each metric with ``_se``, ``_change`` (to
        "none" at the same ε), ``_low`` and ``_high`` (95 %), n_judges, n_draws, rows, rows_before, and why it has no ε.

    Raises:
        SettingsError: the data have no product file or too few shoppers, or an option does not fit them.
    """
    report(0.0, "Reading the data")
    grid = _prepare(home, dataset, settings)
    started, cells = time.monotonic(), []
    for cell in grid.cells(report):
        cells.append(cell)
        worked, done = time.monotonic() - started, sum(len(each.means) for each in cells)
        facts({"seconds_left": worked / done * (grid.n_models - done)})
    table = figures_of(cells)
    report(0.99, "Writing the figures")  # the last chance to cancel
    write_grid(out, table)
    grid.left_out.keep(out)
    return table


def why_no_epsilon(settings: AnonymizationSettings) -> str:
    """Why no ε can be shown after this anonymisation; empty where one can."""
    if settings.may_precede_a_study:
        return ""
    named = " and ".join(_THRESHOLDS[name] for name in settings.thresholds)
    return (
        f"No ε: {named} counts shoppers, so whether other shoppers' rows stay depends on you. Noise is measured for "
        "one shopper's own rows and would be too small. For exported files only."
    )


_THRESHOLDS = {
    "suppress_items_below": "leaving out rare products",
    "k_anonymity": "k-anonymity",
    "km_anonymity": "k^m-anonymity",
}


@dataclass(frozen=True)
class _Grid:
    """Everything that is the same for all rows."""

    settings: GridSettings
    study: StudySettings  # the method as a study would train it
    numbers: Numbers
    budgets: dict[float, JointBudget | None]
    dataset: Dataset
    published: tuple[str, ...]
    catalogue: pd.DataFrame
    exam: Exam
    key: bytes
    left_out: LeftOut

    @property
    def rows(self) -> dict[str, AnonymizationSettings]:
        return {NONE: NO_CHANGE, **self.settings.anonymizations}

    @property
    def n_models(self) -> int:
        private = len(self.settings.epsilons) * self.settings.repeats
        return sum(1 + private * row.may_precede_a_study for row in self.rows.values())

    def cells(self, report: Report) -> Iterator[Cell]:
        """Judge every cell, row by row."""
        rows = self.rows
        for number, (name, settings) in enumerate(rows.items()):
            mine = part(_naming(report, name), number / len(rows), (number + 1) / len(rows))
            mine(0.0, "anonymising")
            interactions, catalogue = self._anonymise(settings)
            about = {
                "anonymization": name,
                "method": self.settings.method,
                "delta": self.numbers.delta,
                "rows": len(interactions),
                "rows_before": len(self.exam.interactions),
                "why": why_no_epsilon(settings),
            }
            for epsilon, judged in self._judge(settings, interactions, catalogue, mine):
                yield Cell.of(about, epsilon, judged)

    def _anonymise(self, settings: AnonymizationSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows as an anonymisation leaves them, under the shoppers' uploaded ids."""
        own = settings.model_copy(update={"pseudonymize": False})
        if settings.may_precede_a_study:
            interactions, catalogue, _ = apply_row_rules(self.exam.interactions, self.catalogue, own, self.key)
        else:
            applied = apply_all(self.exam.interactions, self.catalogue, own, self.key)
            interactions, catalogue = applied.interactions, applied.catalogue
        assert catalogue is not None  # there was one
        return interactions, catalogue

    def _judge(
        self, settings: AnonymizationSettings, interactions: pd.DataFrame, catalogue: pd.DataFrame, report: Report
    ) -> Iterator[tuple[float, list[Quality]]]:
        """Train and judge one row at every ε that it may have, as often as it is asked for; then without noise."""
        shop = self._shop(catalogue)
        judges = self.exam.judges_of(interactions, shop)
        others, _ = split(self.exam.training_of(interactions), shop, pd.Index([]))
        drawer = Drawer(self.study, self.numbers, shop, others, Lessons(shop, others))
        private = self.settings.epsilons if settings.may_precede_a_study else ()
        n_models = len(private) * self.settings.repeats + 1
        for number, epsilon in enumerate((*private, math.inf)):
            judged = []
            for draw in range(1 if math.isinf(epsilon) else self.settings.repeats):
                done = number * self.settings.repeats + draw
                mine = part(report, done / n_models, (done + 1) / n_models)
                mine(0.0, "training")
                judged.append(judges.judge(self._model(drawer, epsilon, mine)))
            yield epsilon, judged

    def _model(self, drawer: Drawer, epsilon: float, report: Report) -> Model:
        """One model, drawn and kept nowhere."""
        if math.isinf(epsilon):
            return next(drawer.draw_ceilings(report))
        if self.settings.method == "mlp":
            steps = network_plan(self.study, epsilon, self.numbers)
            return drawer.draw_network(steps, Point("mlp", epsilon), report)
        budget = self.budgets[epsilon]
        assert budget is not None  # of every method but the network and content
        models, _, _ = drawer.draw_joint(budget, 0, report)
        return next(model for model in models if model.method == self.settings.method)

    def _shop(self, catalogue: pd.DataFrame) -> Shop:
        """The published catalogue as numbers; what is worked out of it is shared by rows that leave it as it was."""
        if catalogue.equals(self.catalogue):
            return self.exam.shop
        return build_shop(self.dataset.schema, catalogue, self.published)


def _prepare(home: Home, dataset: Dataset, settings: GridSettings) -> _Grid:
    """Fix the public numbers, the judges and the hidden products; refuse what cannot be compared."""
    catalogue = dataset.catalogue()
    if catalogue is None:
        raise SettingsError(NEEDS_PRODUCTS)
    schema = dataset.schema
    interactions, left_out = keep_consenting(dataset.interactions(), home)
    study = StudySettings(
        methods=(settings.method,),
        epsilons=settings.epsilons,
        delta=settings.delta,
        n_shoppers=settings.n_shoppers,
        anonymization=NO_CHANGE,
    )
    numbers = numbers_of(study, int(interactions[Columns.USER].nunique()))
    check_numbers(numbers, [])
    if not numbers.is_enough:
        raise SettingsError(f"Too few to compare anything. {numbers.shortage}")
    chosen = schema.published if settings.published is None else settings.published
    published = tuple(name for name in schema.columns if name in chosen)
    exam = set_exam(interactions, build_shop(schema, catalogue, published), home.key(COIN), numbers.share)
    if not len(exam.judges):
        raise SettingsError("No shopper is set apart to judge, so nothing can be compared. Import more shoppers.")
    budgets = {epsilon: joint_budget((settings.method,), epsilon, numbers) for epsilon in settings.epsilons}
    key = study_key(home)
    return _Grid(settings, study, numbers, budgets, dataset, published, catalogue, exam, key, left_out)


def _naming(report: Report, name: str) -> Report:
    """Put the anonymisation before what is being done."""
    return lambda done, message: report(done, f"{name}: {message}")
