"""Closer looks at a study, without noise and for the curator's room only: who pays for privacy, what lists are like."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.columns import Columns
from core.recommend import beyond
from core.recommend.evaluation import Quality
from core.recommend.histories import Histories
from core.studies.folder import Point, StudyFolder
from core.studies.shoppers import Judges

K = 10
METRIC = f"ndcg_at_{K}"
N_DECILES, N_CATEGORIES, N_BANDS = 10, 8, 4
Judged = tuple[Point, Quality]
Group = tuple[str, str, npt.NDArray[np.bool_]]
"""Grouping, name of the group, and which products are in it, shape (n_items,)."""


def write_closer_looks(
    folder: StudyFolder, judged: Sequence[tuple[Point, Quality | None]], judges: Judges | None, training: Histories
) -> None:
    """Write ``private/groups.csv``, and more columns into ``private/exact.csv``; nothing where nobody judged.

    Neither ever leaves: each figure would need a release of its own.
    """
    found = [(point, quality) for point, quality in judged if quality is not None]
    if judges is None or not found:
        return
    popularity = beyond.popularity_of(training)
    exact = folder.exact()
    more = pd.DataFrame([_beyond(point, quality, found, judges, popularity) for point, quality in found])
    exact.merge(more, on=["method", "epsilon", "repeat"], how="left").to_csv(folder.exact_file, index=False)
    groups = list(_groups(folder, judges, popularity))
    rows = [row for point, quality in found for row in _by_group(point, quality, judges, groups)]
    pd.DataFrame(rows).to_csv(folder.groups_file, index=False)


def _beyond(
    point: Point, quality: Quality, judged: Sequence[Judged], judges: Judges, popularity: beyond.Popularity
) -> dict[str, object]:
    """The further figures of one model."""
    lists = quality.lists[:, :K]
    row: dict[str, object] = {"method": point.method, "epsilon": point.epsilon, "repeat": point.repeat}
    of_each = {
        "novelty": beyond.novelty(lists, popularity),
        "diversity": beyond.diversity(lists, judges.shop),
        "popularity_bias": beyond.popularity_bias(lists, popularity, judges.histories),
        "churn": _churn(point, lists, judged),
    }
    for name, values in of_each.items():
        if values is not None and np.isfinite(values).any():
            known = values[np.isfinite(values)]
            row[f"{name}_at_{K}"] = float(known.mean())
            row[f"{name}_at_{K}_se"] = float(known.std() / math.sqrt(len(known)))
    return row | {f"gini_at_{K}": beyond.gini(lists, judges.shop.n_items)}


def _churn(point: Point, lists: beyond.Lists, judged: Sequence[Judged]) -> beyond.Array | None:
    """How far lists differ from the same method's at the study's largest ε; None for what has no ε."""
    if not 0 < point.epsilon < math.inf:
        return None
    same = [one for one in judged if one[0].method == point.method and one[0].repeat == point.repeat]
    _, reference = max((one for one in same if math.isfinite(one[0].epsilon)), key=lambda one: one[0].epsilon)
    return beyond.churn(lists, reference.lists[:, :K])


def _groups(folder: StudyFolder, judges: Judges, popularity: beyond.Popularity) -> Iterator[Group]:
    """Groups of products: known or not, of the categories that are most asked for, of four bands of price."""
    yield "head", "head", popularity.is_head
    yield "head", "tail", ~popularity.is_head
    catalogue = folder.catalogue()
    asked = np.asarray(judges.hidden.sum(axis=0), float).ravel()
    categories = catalogue[Columns.CATEGORY]
    if categories.notna().any():
        most = pd.Series(asked).groupby(categories.to_numpy()).sum().nlargest(N_CATEGORIES)
        for name in most.index[most > 0]:
            yield "category", str(name), (categories == name).to_numpy()
    prices = pd.to_numeric(catalogue[Columns.PRICE], errors="coerce")
    if prices.nunique() >= N_BANDS:
        edges = np.unique(prices.quantile(np.linspace(0, 1, N_BANDS + 1)).to_numpy())  # equal ones make no band
        for low, high in pairwise(edges):
            is_last = high == edges[-1]
            inside = (prices >= low) & ((prices <= high) if is_last else (prices < high))
            yield "price", f"{low:g}–{high:g}", inside.to_numpy()


def _by_group(point: Point, quality: Quality, judges: Judges, groups: Sequence[Group]) -> Iterator[dict[str, object]]:
    """One row a group: how many judges it has, and their mean figure with its standard error."""
    own = {"method": point.method, "epsilon": point.epsilon, "repeat": point.repeat}
    deciles = _deciles(judges.histories.sizes)
    for decile in range(1, N_DECILES + 1):
        yield own | {"grouping": "activity", "group": str(decile)} | _mean(quality.values[METRIC][deciles == decile])
    for grouping, name, is_member in groups:
        values, has_any = beyond.ndcg_of_group(quality.lists[:, :K], judges.hidden, is_member)
        yield own | {"grouping": grouping, "group": name} | _mean(values[has_any])


def _deciles(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Which tenth of the judges each is in, by what is seen of them: 1 the least active. Ties go by order."""
    place = np.empty(len(sizes), np.int64)
    place[np.argsort(sizes, kind="stable")] = np.arange(len(sizes))
    return place * N_DECILES // max(len(sizes), 1) + 1


def _mean(values: beyond.Array) -> dict[str, object]:
    n = len(values)
    mean = float(values.mean()) if n else None
    error = float(values.std(ddof=1) / math.sqrt(n)) if n > 1 else None  # of one judge nobody knows how far it is off
    return {"n": n, METRIC: mean, f"{METRIC}_se": error}
