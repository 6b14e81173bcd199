"""The two curves of a study: exact for the curator's room, noisy for everywhere else."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.privacy.ledger import Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.metrics import NoisyMean, release_means
from core.recommend.evaluation import CUTOFFS, Quality, metric_names
from core.settings import StudySettings
from core.studies.budget import Numbers
from core.studies.figures import MOST_NOISE, RELEASED, evaluation_figures
from core.studies.folder import Point, StudyFolder

FIGURES = "Quality figures of the curve"
"""What the ledger calls them."""
IDENTITY = ["method", "epsilon", "delta", "repeat"]

Judged = tuple[Point, Quality | None]


def write_curves(
    folder: StudyFolder,
    judged: Sequence[Judged],
    settings: StudySettings,
    numbers: Numbers,
    ledger: Ledger,
    *,
    study: str,
    public: bool,
    score: NoisyMean | None = None,
) -> list[str]:
    """Write ``curve.csv`` (may leave) and ``private/exact.csv`` (never does).

    Args:
        score: What a winner was chosen by: its only figure that may leave, and already paid for.

    Returns:
        Notes for the reader: what was left out of the curve, and why.
    """
    exact = pd.DataFrame([_exact_row(point, quality, numbers) for point, quality in judged])
    exact.to_csv(folder.exact_file, index=False)
    if public:
        figures = [name for name in exact.columns if not name.endswith("_se") and name not in IDENTITY]
        exact.assign(**{f"{name}_noise": 0.0 for name in figures}).to_csv(folder.curve_file, index=False)
        return []
    leaving = [(point, quality) for point, quality in judged if not math.isinf(point.epsilon)]
    if score is None:
        noisy, notes = _buy_figures(leaving, settings, numbers, ledger, study)
    else:
        noisy, notes = [{RELEASED[0]: score} if point.epsilon else {} for point, _ in leaving], []
    rows = [_noisy_row(point, numbers, figures) for (point, _), figures in zip(leaving, noisy, strict=True)]
    pd.DataFrame(rows).to_csv(folder.curve_file, index=False)
    return notes


def _buy_figures(
    leaving: Sequence[Judged], settings: StudySettings, numbers: Numbers, ledger: Ledger, study: str
) -> tuple[list[dict[str, NoisyMean]], list[str]]:
    """Charge the evaluation shoppers once for all figures, then draw them; nothing where the ± would hide all."""
    nothing: list[dict[str, NoisyMean]] = [{} for _ in leaving]
    bought = evaluation_figures(settings, numbers, len(leaving))
    if bought is None:
        return nothing, []
    if not bought.are_worth_it:
        return nothing, [
            f"No figure of the curve was published: its ± would be {bought.noise:.2f}, more than the {MOST_NOISE:g} "
            "that would still show a difference. Study fewer points, or a shop with more shoppers."
        ]
    ledger.charge(bought.plan, study=study, purpose=FIGURES, group=numbers.evaluation_group)
    release = bought.plan.mechanisms[0]
    assert isinstance(release, GaussianRelease)
    columns = {
        (number, name): quality.values[name] if quality else np.zeros(0)
        for number, (_, quality) in enumerate(leaving)
        for name in bought.names
    }
    drawn = release_means(
        {f"{n}:{name}": c for (n, name), c in columns.items()}, divisor=numbers.evaluation, release=release
    )
    rows = [{name: drawn[f"{number}:{name}"] for name in bought.names} for number in range(len(leaving))]
    missing = [name for name in RELEASED if name not in bought.names]
    told = f"With so few shoppers only {bought.names[0]} was published: {' and '.join(missing)} would drown it."
    return rows, [told] if missing else []


def _exact_row(point: Point, quality: Quality | None, numbers: Numbers) -> dict[str, object]:
    row: dict[str, object] = _identity(point, numbers)
    if quality is None:
        return row | dict.fromkeys(metric_names())
    for name, mean in quality.means(numbers.evaluation).items():
        row[name] = mean
        row[f"{name}_se"] = float(quality.values[name].std() / math.sqrt(max(numbers.evaluation, 1)))
    return row | {f"coverage_at_{k}": quality.coverage[k] for k in CUTOFFS}


def _noisy_row(point: Point, numbers: Numbers, figures: dict[str, NoisyMean]) -> dict[str, object]:
    row: dict[str, object] = _identity(point, numbers)
    for name in RELEASED:
        row[name] = figures[name].value if name in figures else None
        row[f"{name}_noise"] = figures[name].noise if name in figures else None
    return row


def _identity(point: Point, numbers: Numbers) -> dict[str, object]:
    is_private = 0 < point.epsilon < math.inf
    delta = numbers.delta if is_private else 0.0
    return {"method": point.method, "epsilon": point.epsilon, "delta": delta, "repeat": point.repeat}
