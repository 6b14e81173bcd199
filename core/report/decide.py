"""Choosing a point of the curve: which ε reaches a target, what a doubling of ε buys, where it stops being worth it.

Everything is read from a curve's points as ``core.report.curve.summarize`` returns them, so an answer is as private as
the curve that it was read from: of exact figures for the curator's room, of released ones for everywhere.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from core.privacy.explain import rounded_up
from core.report.curve import BAND, metric_label
from core.texts import text

FREE = "content"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Which ε reaches a target with one method; an ε between two that were studied is read off the line between them.

    Attributes:
        kind: ``free``: what costs no ε reaches it; ``lowest``: so does the smallest ε studied; ``reached``: some ε
            does; ``never``: none of these.
        epsilon: From here on the line stays at or above the target; 0 where it is free, None where none does.
        possible: The same of the upper end of the band: a smaller ε would surprise. None: not even that reaches it.
        sure: The same of the lower end: from here on it holds against the band. None: that never reaches it.
        studied: The smallest ε that was really trained from which on the target is met.
        value, low, high: The figure at ``studied``, of what is free, or the best there is where none reaches it.
        best_at: The ε of ``value``.
        ceiling: The best figure without noise, None where it is not in this curve.
        dips: Whether the line had reached the target before and fell below it again.
    """

    kind: Literal["free", "lowest", "reached", "never"]
    method: str
    target: float
    epsilon: float | None
    possible: float | None
    sure: float | None
    studied: float | None
    value: float
    low: float
    high: float
    best_at: float
    ceiling: float | None = None
    dips: bool = False


def methods_with_epsilon(points: pd.DataFrame) -> list[str]:
    """Name the methods of a curve that have points at an ε, in the curve's order."""
    return list(dict.fromkeys(points.loc[_has_epsilon(points), "method"]))


def line_of(points: pd.DataFrame, method: str) -> pd.DataFrame:
    """Return one method's points with an ε, smallest ε first: columns epsilon, mean, low, high."""
    own: pd.DataFrame = points[_has_epsilon(points) & (points["method"] == method)]
    return own.sort_values("epsilon").reset_index(drop=True)


def ceiling_of(points: pd.DataFrame) -> float | None:
    """Return the best figure without noise; None where the curve has none."""
    found = points.loc[np.isposinf(points["epsilon"]), "mean"]
    return float(found.max()) if len(found) else None


def reached_from(epsilons: Any, values: Any, target: float) -> float | None:
    """Find the smallest ε from which on a line, straight on a logarithmic ε, stays at ``target`` or above.

    A line that dips is not smoothed: what counts is where it stays, which asks for more ε rather than less.

    ===========================  =========================
    values                       result
    ===========================  =========================
    all at or above the target   the first ε
    the last one below it        None
    ===========================  =========================

    Example:
        >>> round(reached_from([1.0, 4.0], [0.1, 0.2], 0.15), 6)  # half way between log 1 and log 4
        2.0
    """
    at, epsilon = np.asarray(values, float), np.asarray(epsilons, float)
    below = np.flatnonzero(at < target)
    if not below.size:
        return float(epsilon[0])
    last = int(below[-1])
    if last == len(at) - 1:
        return None
    share = (target - at[last]) / (at[last + 1] - at[last])
    return float(epsilon[last] * (epsilon[last + 1] / epsilon[last]) ** share)


def epsilon_for(points: pd.DataFrame, method: str, target: float) -> Answer | None:
    """Read the curve backwards: the smallest ε with which ``method`` reaches ``target``, and the band's two readings.

    Returns:
        None where the method has no point with an ε.
    """
    line, free = line_of(points, method), points[points["method"] == FREE]
    if line.empty:
        return None
    epsilon, possible, sure = (reached_from(line["epsilon"], line[end], target) for end in ("mean", "high", "low"))
    shared: dict[str, Any] = {"method": method, "target": target, "ceiling": ceiling_of(points)}
    if len(free) and free["mean"].iloc[0] >= target:
        is_sure = 0.0 if free["low"].iloc[0] >= target else sure
        readings: dict[str, Any] = {"epsilon": 0.0, "possible": 0.0, "sure": is_sure, "studied": None, "best_at": 0.0}
        return Answer(kind="free", **shared, **readings, **_figures(free.iloc[0]))
    if epsilon is None:
        best = line.iloc[int(line["mean"].argmax())]
        nothing: dict[str, Any] = {"epsilon": None, "possible": possible, "sure": None, "studied": None}
        return Answer(kind="never", **shared, **nothing, best_at=float(best["epsilon"]), **_figures(best))
    row = line[line["epsilon"] >= epsilon * (1 - 1e-9)].iloc[0]
    at = float(row["epsilon"])
    below = line["mean"] < target
    return Answer(
        kind="reached" if below.any() else "lowest",
        **shared,
        epsilon=epsilon,
        possible=possible,
        sure=sure,
        studied=at,
        best_at=at,
        dips=bool((~below & (line["epsilon"] < epsilon * (1 - 1e-9))).any()),
        **_figures(row),
    )


def answer_sentences(answer: Answer, column: str) -> list[str]:
    """Say an answer in sentences that can be copied into a mail."""
    metric, method = metric_label(column), text(f"method.{answer.method}")
    figures = {"value": answer.value, "low": answer.low, "high": answer.high, "at": answer.best_at}
    asked = {"metric": metric, "target": answer.target, "method": method}
    written = rounded_up(answer.epsilon or 0.0)
    said = [text(f"decide.answer.{answer.kind}", **asked, **figures, epsilon=written)]
    if answer.kind == "never":
        if answer.possible is not None:
            said.append(text("decide.answer.just", epsilon=answer.possible))
        if answer.ceiling is not None and answer.ceiling < answer.target:
            said.append(text("decide.answer.beyond", ceiling=answer.ceiling))
        return said
    if answer.dips:
        said.append(text("decide.answer.dips"))
    if answer.low == answer.high:
        return [*said, text("decide.answer.no_interval")]
    return [*said, _interval_sentence(answer)]


@dataclass(frozen=True, kw_only=True)
class Knee:
    """Where more ε stops buying as much as before, or why no such place is told.

    Attributes:
        kind: ``found``; ``straight``: no place stands out of the band; ``flat``: no rise over the whole grid that is
            more than chance; ``few``: fewer than three ε; ``unknown``: the figures have no band to judge by.
        epsilon: The knee.
        low, high: The smallest and the largest ε studied that may as well be it.
        bought: Share of what the whole grid buys that is bought up to the knee.
        before, after: What a doubling of ε buys on average up to the knee and from it.
    """

    kind: Literal["found", "straight", "flat", "few", "unknown"]
    epsilon: float | None = None
    low: float | None = None
    high: float | None = None
    bought: float | None = None
    before: float | None = None
    after: float | None = None


def gains(points: pd.DataFrame, method: str) -> pd.DataFrame:
    """Say for each step of the grid what one doubling of ε buys.

    The two ends of a step are treated as independent, so where they were measured on the same shoppers the interval is
    rather too wide than too narrow.

    Returns:
        One row a step: from, to (ε), gain, low, high (per doubling, two standard errors), left (the gain as a share of
        what the ceiling leaves at ``from``; NaN without a ceiling above), is_sure (the interval leaves out 0).
    """
    line, ceiling = line_of(points, method), ceiling_of(points)
    mean, error = line["mean"].to_numpy(), (line["high"] - line["mean"]).to_numpy()
    doublings = np.diff(np.log2(line["epsilon"].to_numpy()))
    gain, width = np.diff(mean) / doublings, np.hypot(error[1:], error[:-1]) / doublings
    room = np.full(len(mean), np.nan) if ceiling is None else ceiling - mean
    table = {"from": line["epsilon"].to_numpy()[:-1], "to": line["epsilon"].to_numpy()[1:], "gain": gain}
    left = gain / np.where(room > 0, room, np.nan)[:-1]
    sure = (width > 0) & (np.abs(gain) > width)
    return pd.DataFrame({**table, "low": gain - width, "high": gain + width, "left": left, "is_sure": sure})


def knee(points: pd.DataFrame, method: str) -> Knee:
    """Find where the curve bends most: the studied ε that stands highest above the straight line from end to end.

    Kneedle (Satopää, Albrecht, Irwin, Raghavan, "Finding a “Kneedle” in a Haystack", ICDCS Workshops 2011) on log ε,
    without its smoothing, and with the band in the place of its sensitivity: a knee is told only where its height above
    that line is more than chance, allowing for how many places were looked at (Bonferroni). Others that cannot be told
    apart from it by two standard errors make its interval.
    """
    line = line_of(points, method)
    if len(line) < 3:
        return Knee(kind="few")
    mean, error = line["mean"].to_numpy(), (line["high"] - line["mean"]).to_numpy() / BAND
    if not (error > 0).all():
        return Knee(kind="unknown")
    if mean[-1] - mean[0] <= BAND * math.hypot(error[0], error[-1]):
        return Knee(kind="flat")
    epsilon = line["epsilon"].to_numpy()
    along = np.log(epsilon / epsilon[0]) / math.log(epsilon[-1] / epsilon[0])  # 0 at the first ε, 1 at the last
    height = mean - (1 - along) * mean[0] - along * mean[-1]
    unsure = np.sqrt(error**2 + ((1 - along) * error[0]) ** 2 + (along * error[-1]) ** 2)
    inner = slice(1, -1)
    at = 1 + int(np.argmax(height[inner]))
    wide = float(ndtri(1 - 0.025 / (len(line) - 2)))
    if height[at] <= wide * unsure[at]:
        return Knee(kind="straight")
    alike = height[at] - height[inner] <= BAND * np.hypot(error[at], error[inner])
    near = epsilon[inner][alike]
    doublings = np.log2(epsilon / epsilon[0])
    return Knee(
        kind="found",
        epsilon=float(epsilon[at]),
        low=float(near.min()),
        high=float(near.max()),
        bought=float((mean[at] - mean[0]) / (mean[-1] - mean[0])),
        before=float((mean[at] - mean[0]) / doublings[at]),
        after=float((mean[-1] - mean[at]) / (doublings[-1] - doublings[at])),
    )


def knee_sentence(found: Knee, column: str) -> str:
    """Say where the knee is and why, or why none is told."""
    if found.kind != "found":
        return text(f"decide.knee.{found.kind}")
    key = "decide.knee.found" if found.low == found.high else "decide.knee.found.range"
    values = {"epsilon": found.epsilon, "bought": found.bought, "before": found.before, "after": found.after}
    where = {} if found.low == found.high else {"low": found.low, "high": found.high}
    return text(key, metric=metric_label(column), **values, **where)


def _has_epsilon(points: pd.DataFrame) -> Any:
    return np.isfinite(points["epsilon"]) & (points["epsilon"] > 0) & (points["method"] != FREE)


def _figures(row: "pd.Series[Any]") -> dict[str, Any]:
    return {name if name != "mean" else "value": float(row[name]) for name in ("mean", "low", "high")}


def _interval_sentence(answer: Answer) -> str:
    """Say between which ε the target is reached by the band: up to none at all, where its lower end never does."""
    low, sure, is_first = answer.possible or 0.0, answer.sure, answer.kind != "reached"
    if sure is None:
        return text("decide.interval.unsure") if is_first else text("decide.interval.never_sure", low=low)
    if not is_first:
        return text("decide.interval", low=low, high=rounded_up(sure))
    if sure == answer.epsilon:
        return text("decide.interval.sure")
    return text("decide.interval.sure_at", sure=rounded_up(sure))
