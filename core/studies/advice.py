"""Which method to use at an ε, judged by public and released knowledge alone."""

import math
from dataclasses import dataclass

import pandas as pd

from core.errors import NotFound
from core.settings import MIN_SHOPPERS
from core.studies.folder import Point, StudyFolder

METRIC = "ndcg_at_10"
SURE = 2.0  # standard deviations of a difference that make it more than chance
SPREAD = 0.2  # of one shopper's difference in NDCG between two methods: 0.15 to 0.22 on the sample shop; a constant
WORTHWHILE = 0.005  # a smaller difference in NDCG is not worth overruling what many public data sets showed
ENOUGH = 1_000  # shoppers x ε; below it content alone may be as good
CROWD = 8  # the head must have this many products per product that stands out of the noise, or the draw is by chance


@dataclass(frozen=True)
class Advice:
    """The advised method at an ε of the study, and why, in a sentence."""

    method: str
    epsilon: float
    sentence: str


def advise(folder: StudyFolder, epsilon: float) -> Advice:
    """Advise a method that was trained at ``epsilon``.

    Uses the declared columns of the catalogue, the declared number of shoppers, what the release itself showed, and
    the released figures of the curve where their noise lets them speak. Exact figures are never looked at.

    Raises:
        NotFound: the study has nothing at this ε.
    """
    about = folder.about()
    points = folder.points()
    trained = {p.method for p in points if p.epsilon == epsilon and p.repeat == 0}
    there = ", ".join(sorted({f"{p.epsilon:g}" for p in points if 0 < p.epsilon < math.inf}, key=float))
    if there and not trained:
        raise NotFound(f"This study has no model at ε {epsilon:g}. It has ε {there}: choose one of these.")
    offered = trained | ({"content"} if Point("content", 0.0) in points else set())
    if winner := about.get("winner"):
        return Advice(winner, epsilon, f"“{winner}” won the selection: the only model that this study let out.")
    method, why = _by_rule(about, epsilon, offered)
    better = _by_figures(folder.curve(), epsilon, method, offered, about["numbers"]["evaluation"])
    if better:
        return Advice(
            better,
            epsilon,
            f"The released figures show “{better}” ahead of “{method}” by more than their ± and chance.",
        )
    return Advice(method, epsilon, why)


def nearest_epsilon(folder: StudyFolder, epsilon: float) -> float:
    """The ε of the study that is nearest by ratio; ``epsilon`` itself where no ε was studied."""
    there = {p.epsilon for p in folder.points() if 0 < p.epsilon < math.inf}
    return min(there, key=lambda one: abs(math.log(one / epsilon)), default=epsilon)


def _by_rule(about: dict[str, object], epsilon: float, offered: set[str]) -> tuple[str, str]:
    """What held on public data sets: see docs/PRIVACY.md for the figures."""
    numbers = about["numbers"]
    assert isinstance(numbers, dict)
    if numbers["total"] < MIN_SHOPPERS and "popularity" in offered:
        return "popularity", (
            f"Fewer than {MIN_SHOPPERS} shoppers are too few to learn anything from privately: this is the popularity "
            "list, and much of it is noise."
        )
    if about["has_content"] and "hybrid" in offered:
        if numbers["training"] * epsilon < ENOUGH:
            return "hybrid", (
                "“hybrid” weighs what shoppers teach each other and what the catalogue says. With so few shoppers at "
                "this ε, “content” may be as good, and it costs no ε."
            )
        return "hybrid", "“hybrid” weighs what shoppers teach each other and what the catalogue says."
    if "statistics" in offered and not _is_crowded(about, epsilon):
        why = "this study has no “hybrid”" if about["has_content"] else "the catalogue has nothing to compare by"
        return "statistics", f"The co-occurrence is used by itself: {why}."
    for method in ("popularity", "statistics", "hybrid", "content", "mlp"):
        if method in offered:
            return method, f"“{method}” is what this study has at this ε that noise does not drown."
    raise NotFound(f"This study has no model to recommend with at ε {epsilon:g}.")


def _is_crowded(about: dict[str, object], epsilon: float) -> bool:
    """Whether the release itself shows that its head was drawn by chance (only below ε 1 does that matter)."""
    shown = about["shown"]
    assert isinstance(shown, dict)
    at = next((found for name, found in shown.items() if name.endswith(f"-{epsilon:g}")), None)
    return bool(epsilon < 1 and at and at["clear"] < at["head"] / CROWD)


def _by_figures(curve: pd.DataFrame, epsilon: float, method: str, offered: set[str], n_evaluation: int) -> str | None:
    """A method whose released figure is better by more than noise, and than the luck of who was asked, can explain."""
    if METRIC not in curve or curve[METRIC].isna().all():
        return None
    rows = curve[curve["method"].isin(offered) & curve["epsilon"].isin([epsilon, 0.0])]
    grouped = rows.groupby("method")  # over repeats
    means = {str(name): float(value) for name, value in grouped[METRIC].mean().items()}
    noises = {str(name): float(value) for name, value in grouped[f"{METRIC}_noise"].mean().items()}
    if method not in means:
        return None
    best = max(means, key=means.__getitem__)
    noise = math.hypot(noises[best], noises[method], SPREAD / math.sqrt(max(n_evaluation, 1)))
    return best if best != method and means[best] - means[method] > max(SURE * noise, WORTHWHILE) else None
