"""
Cross-validation over shoppers: is a study's figure the luck of one split?

A study sets one part of the shoppers apart and judges by them. Here the same coin parts all shoppers into k folds
(Stone 1974, "Cross-validatory choice and assessment of statistical predictions", JRSS B 36); each fold is judged by
models that were trained on the others, so every shopper is judged exactly once. With k = 5 the first fold is the
study's own judges. Every fold has fresh noise, so what folds differ by is the split and the noise together.

Nothing is charged, for nothing leaves: models are drawn with ``Drawer``, which has neither ledger nor folder, and are
dropped once they have judged. The figures are exact ones of real shoppers and go to ``private/``.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.anonymize.pseudonyms import study_key
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.errors import NotFound, SettingsError
from core.privacy.consent import LeftOut, keep_consenting
from core.progress import Report, part
from core.recommend.hybrid import Lessons
from core.recommend.models import ContentModel, Model
from core.recommend.shop import Shop, build_shop
from core.settings import StudySettings, ValidationSettings
from core.store.home import Home
from core.studies.budget import Numbers, joint_budget, network_plan, numbers_of
from core.studies.folder import Point, StudyFolder
from core.studies.grid_file import write_inside
from core.studies.models import Drawer
from core.studies.preparing import COIN, Study, check_numbers, fit_settings
from core.studies.shoppers import fold_of, split
from core.tables.dataset import Dataset

METRIC = "ndcg_at_10"
NEEDS_PRODUCTS = (
    "Cross-validation recommends products of the product file, and these data have none. Import them again with one; "
    "a list of ProductID is enough."
)
Facts = Callable[[dict[str, Any]], None]
Array = npt.NDArray[np.float64]
Judged = dict[Point, list[Array]]
"""For each model of a study the figures of the shoppers of each fold, in the folds' order."""


def run_validation(
    home: Home,
    dataset: Dataset,
    settings: ValidationSettings,
    out: Path,
    *,
    report: Report,
    facts: Facts = lambda _: None,
) -> pd.DataFrame:
    """Judge every method at every ε on each fold; the figures go to ``out/private/validation.csv``.

    Nothing is written before the last fold is done, so that whoever stops the work leaves nothing behind.

    Args:
        home: Whose key parts the shoppers.
        dataset: Imported data, with a product file.
        settings: Folds, methods, ε.
        out: The run's folder.
        report: Told how far the work is, before every model; may raise ``RunCancelled``.
        facts: Told ``seconds_left`` after every fold.

    Returns:
        One row a method and ε (0: it learns from nobody): method, epsilon, folds, n (shoppers judged), and of NDCG@10
        mean and se (over all shoppers), low and high (the least and the greatest fold).

    Raises:
        SettingsError: the data have no product file or too few shoppers, or a choice does not fit them.
    """
    report(0.0, "Reading the data")
    prepared = _prepare(home, dataset, settings)
    judged: Judged = {}
    started = time.monotonic()
    for fold in range(settings.folds):
        mine = part(_naming(report, fold + 1, settings.folds), fold / settings.folds, (fold + 1) / settings.folds)
        for point, values in _judge_fold(prepared, fold, mine):
            judged.setdefault(point, []).append(values)
        worked = time.monotonic() - started
        facts({"seconds_left": worked / (fold + 1) * (settings.folds - fold - 1)})
    table = _figures_of(judged, prepared.numbers, settings.folds)
    report(0.99, "Writing the figures")  # the last chance to cancel
    write_inside(_file(out), table)
    prepared.left_out.keep(out)
    return table


def read_validation(out: Path) -> pd.DataFrame:
    """Read the figures back.

    Raises:
        NotFound: no finished validation is here.
    """
    try:
        return pd.read_csv(_file(out))
    except FileNotFoundError:
        raise NotFound(
            "This cross-validation has no figures: it did not finish, or its data were deleted. Start it again."
        ) from None


@dataclass(frozen=True)
class _Prepared:
    """Everything that is the same for all folds; ``folds`` says for each row in which one its shopper is."""

    study: StudySettings
    numbers: Numbers
    shop: Shop
    interactions: pd.DataFrame
    folds: npt.NDArray[np.int64]
    left_out: LeftOut


def _prepare(home: Home, dataset: Dataset, settings: ValidationSettings) -> _Prepared:
    """Read the rows as a study would, and part the shoppers; refuse what cannot be compared."""
    uploaded = dataset.catalogue()
    if uploaded is None:
        raise SettingsError(NEEDS_PRODUCTS)
    asked, _ = fit_settings(Study(home, dataset, settings.study, StudyFolder(Path()), "", public=True))
    interactions, left_out = keep_consenting(dataset.interactions(), home)
    numbers = numbers_of(asked.settings, int(interactions[Columns.USER].nunique()))
    check_numbers(numbers, [])
    if not numbers.is_enough:
        raise SettingsError(f"Too few to compare anything. {numbers.shortage}")
    rules = asked.settings.anonymization
    interactions, catalogue, _ = apply_row_rules(interactions, uploaded, rules, study_key(home))
    shop = build_shop(dataset.schema, catalogue, asked.published)
    codes, users = pd.factorize(interactions[Columns.USER])
    folds = fold_of([str(user) for user in users], home.key(COIN), settings.folds)
    return _Prepared(asked.settings, numbers, shop, interactions, folds[codes], left_out)


def _judge_fold(prepared: _Prepared, fold: int, report: Report) -> Iterator[tuple[Point, Array]]:
    """Train on everybody else, and ask the shoppers of one fold: each one's figure for each model."""
    report(0.0, "shoppers and products")
    theirs = pd.Index(prepared.interactions.loc[prepared.folds == fold, Columns.USER].unique(), dtype=object)
    training, judges = split(prepared.interactions, prepared.shop, theirs)
    if judges is None:
        return
    lessons = Lessons(prepared.shop, training)
    drawer = Drawer(prepared.study, prepared.numbers, prepared.shop, training, lessons)
    for point, model in _models(drawer, report):
        yield point, judges.judge(model).values[METRIC]


def _models(drawer: Drawer, report: Report) -> Iterator[tuple[Point, Model]]:
    """Every model of the study, drawn and kept nowhere."""
    settings, numbers = drawer.settings, drawer.numbers
    if "content" in settings.methods:
        yield Point("content", 0.0), ContentModel(drawer.shop)
    n_epsilons = len(settings.epsilons)
    for number, epsilon in enumerate(settings.epsilons):
        mine = part(report, number / n_epsilons, (number + 1) / n_epsilons)
        budget = joint_budget(settings.methods, epsilon, numbers)
        if budget:
            models, _, _ = drawer.draw_joint(budget, 0, part(mine, 0.0, 0.5))
            yield from ((Point(m.method, epsilon), m) for m in models if m.method in settings.methods)
        if "mlp" in settings.methods:
            point = Point("mlp", epsilon)
            steps = network_plan(settings, epsilon, numbers)
            yield point, drawer.draw_network(steps, point, part(mine, 0.5, 1.0))


def _figures_of(judged: Judged, numbers: Numbers, folds: int) -> pd.DataFrame:
    """One row a model; sums are divided by the declared numbers, as in a study's curve."""
    rows = []
    for point, found in judged.items():
        everybody = np.concatenate(found)
        by_fold = [float(values.sum() / numbers.evaluation) for values in found]
        rows.append(
            {
                "method": point.method,
                "epsilon": point.epsilon,
                "folds": folds,
                "n": len(everybody),
                "mean": float(everybody.sum() / numbers.total),
                "se": float(everybody.std() / math.sqrt(numbers.total)),
                "low": min(by_fold),
                "high": max(by_fold),
            }
        )
    return pd.DataFrame(rows)


def _naming(report: Report, fold: int, folds: int) -> Report:
    """Put the fold before what is being done."""
    return lambda done, message: report(done, f"Fold {fold} of {folds}: {message}")


def _file(out: Path) -> Path:
    """Where the figures of a finished validation are: inside ``private/``, which nothing leaves."""
    return out / "private" / "validation.csv"
