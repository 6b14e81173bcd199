"""Recommendations out of a finished study: one shopper at several points, or everybody at one."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.columns import Columns, Recommendations
from core.recommend.histories import Histories, build_histories
from core.recommend.models import HybridModel, Model, PopularityModel, StatisticsModel, top_k
from core.recommend.reasons import speaking_products, speaking_shares
from core.recommend.shop import Shop
from core.recommend.terms import hybrid_terms
from core.studies.folder import Point, StudyFolder

BLOCK = 1_024  # shoppers recommended for at once
N_REASONS = 2
N_SPEAKERS = 5
N_AGAIN = 10


@dataclass(frozen=True)
class ShopperList:
    """What one shopper is shown by one model.

    Attributes:
        known: False where nothing is known of the shopper; the list is then the (private) popularity list.
        score_name: What the scores are, in a word.
        new: rank, item_id, title, category, price, score, because (titles of own products that speak for it).
        again: Products bought before, by the shopper's own counts; the same columns without ``because``.
    """

    method: str
    epsilon: float
    known: bool
    score_name: str
    new: pd.DataFrame
    again: pd.DataFrame


@dataclass(frozen=True)
class Why:
    """Why one product stands on a list.

    ``speakers``: titles of own products that speak for it, each with its share of all that does (0..1), strongest
    first. ``signals``: what each signal adds to ``score`` (``core.recommend.terms``), which is their sum; empty for
    methods whose score is no sum of signals.
    """

    item_id: str
    score: float
    speakers: tuple[tuple[str, float], ...]
    signals: dict[str, float]


class StudyLists:
    """A finished study, loaded as far as it was asked for."""

    def __init__(self, folder: StudyFolder) -> None:
        self.folder = folder
        self._models: dict[Point, Model] = {}

    @cached_property
    def shop(self) -> Shop:
        """The published catalogue as numbers."""
        return self.folder.shop()

    @cached_property
    def catalogue(self) -> pd.DataFrame:
        """The published catalogue as a table, in the shop's order."""
        return self.folder.catalogue()

    @cached_property
    def _titles(self) -> list[str]:
        """What each product is called: its title, else its id."""
        titles = self.catalogue[Columns.TITLE]
        return titles.astype(object).where(titles.notna(), self.catalogue[Columns.ITEM]).astype(str).tolist()

    def model(self, point: Point) -> Model:
        """A model, kept once loaded; but for one without noise, whose mapped arrays of 100 MB go with it."""
        if math.isinf(point.epsilon):
            return self.folder.model(point, self.shop)
        if point not in self._models:
            self._models[point] = self.folder.model(point, self.shop)
        return self._models[point]

    def allowed(self, categories: Sequence[str], out_of_stock: Sequence[str]) -> npt.NDArray[np.bool_]:
        """The products of these categories (of all, where none is named) that are in stock, shape (n_items,)."""
        is_in_stock = ~self.catalogue[Columns.ITEM].isin(list(out_of_stock)).to_numpy()
        if not categories:
            return np.asarray(is_in_stock)
        return np.asarray(is_in_stock & self.catalogue[Columns.CATEGORY].isin(list(categories)).to_numpy())

    def for_shopper(
        self, own: pd.DataFrame, point: Point, k: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> ShopperList:
        """Lists of one shopper by one model; see ``compared``."""
        return self.compared(own, [point], k, allowed)[0]

    def compared(
        self,
        own: pd.DataFrame,
        points: Sequence[Point],
        k: int,
        allowed: npt.NDArray[np.bool_] | None = None,
        *,
        reasons: bool = True,
    ) -> list[ShopperList]:
        """Lists of one shopper by several models.

        Args:
            own: That shopper's interactions (one user id), or none.
            points: Which models.
            k: Length of the list of new products.
            allowed: Products that may be shown, shape (n_items,).
            reasons: Name the own products that speak for each; the network takes a third of a second for it.
        """
        history = self._history(own)
        again = self._again(history, allowed)
        return [self._list(history, point, k, allowed, again, reasons) for point in points]

    def why(self, own: pd.DataFrame, point: Point, item_ids: Sequence[str]) -> list[Why]:
        """Why each of these products stands on one shopper's list.

        Args:
            own: That shopper's interactions, or none: then nothing of theirs speaks for anything.
            point: Which model made the list.
            item_ids: Products of the list; shares are comparable within these.
        """
        history = self._history(own)
        known = bool(history.matrix.nnz)
        model = self.model(point) if known else self._for_strangers(point)
        items = np.asarray(pd.Index(self.shop.item_ids).get_indexer(pd.Index(item_ids)), np.int64)
        scores = model.scores(history)[0, items]
        spoken = speaking_shares(model, self.shop, history, items, N_SPEAKERS)
        terms = hybrid_terms(model, history, items) if isinstance(model, HybridModel) else {}
        return [
            Why(
                item_id=str(item_id),
                score=float(scores[place]),
                speakers=tuple((self._titles[at], float(share)) for at, share in zip(*spoken[place], strict=True)),
                signals={signal: float(values[place]) for signal, values in terms.items()},
            )
            for place, item_id in enumerate(item_ids)
        ]

    def _history(self, own: pd.DataFrame) -> Histories:
        users = pd.Index(own[Columns.USER].unique()[:1] if len(own) else [""])
        return build_histories(own, self.shop.item_ids, self.shop.has_time, users)

    def _list(
        self,
        history: Histories,
        point: Point,
        k: int,
        allowed: npt.NDArray[np.bool_] | None,
        again: pd.DataFrame,
        reasons: bool,
    ) -> ShopperList:
        known = bool(history.matrix.nnz)
        model = self.model(point) if known else self._for_strangers(point)
        items, scores = top_k(model.scores(history), history.matrix, k, allowed)
        is_there = np.isfinite(scores[0])
        new = self._table(items[0][is_there], scores[0][is_there])
        asked = known and reasons
        spoken = speaking_products(model, self.shop, history, items[0][is_there], N_REASONS) if asked else []
        new["because"] = [[self._titles[item] for item in found] for found in spoken] or [[] for _ in range(len(new))]
        return ShopperList(point.method, point.epsilon, known, model.score_name, new, again)

    def for_all(self, point: Point, users: Sequence[str] | None, k: int) -> Iterator[pd.DataFrame]:
        """Lists of many shoppers as rows of ``Recommendations.ALL``, a block of shoppers at a time.

        Shoppers that nothing is known of get the (private) popularity list.
        """
        interactions = self.folder.interactions()
        wanted = pd.Index(sorted(interactions[Columns.USER].unique()) if users is None else list(users))
        rows = interactions[interactions[Columns.USER].isin(wanted)]
        histories = build_histories(rows, self.shop.item_ids, self.shop.has_time, wanted)
        for start in range(0, len(wanted), BLOCK):
            block = histories.rows(np.arange(start, min(start + BLOCK, len(wanted))))
            yield self._long(block, point, k)

    def _long(self, block: Histories, point: Point, k: int) -> pd.DataFrame:
        scores = np.array(self.model(point).scores(block), np.float32)
        is_stranger = block.sizes == 0
        if is_stranger.any():
            scores[is_stranger] = self._for_strangers(point).scores(block.rows(is_stranger))
        items, best = top_k(scores, block.matrix, k)
        user, place = np.nonzero(np.isfinite(best))
        return pd.DataFrame(
            {
                Recommendations.USER: block.user_ids[user],
                Recommendations.ITEM: block.item_ids[items[user, place]],
                Recommendations.RANK: place + 1,
                Recommendations.SCORE: np.round(best[user, place], 6),
            }
        )

    def _for_strangers(self, point: Point) -> Model:
        """The popularity that this point has released itself; for ``content`` and the network, that of the study."""
        model = self.model(point)
        if isinstance(model, StatisticsModel | HybridModel):
            return PopularityModel(model.popularity)
        others = [p for p in self.folder.points() if p.method in ("popularity", "statistics", "hybrid")]
        others = [p for p in others if math.isfinite(p.epsilon)] or others
        if isinstance(model, PopularityModel) or not others:
            return model
        nearest = min(others, key=lambda p: (abs(p.epsilon - point.epsilon), p))
        return self._for_strangers(nearest)

    def _again(self, history: Histories, allowed: npt.NDArray[np.bool_] | None) -> pd.DataFrame:
        counts, ages = history.counts.data, history.ages.data
        order = np.lexsort((ages, -counts))
        order = order[counts[order] > 0]
        items = history.matrix.indices[order].astype(np.int64)
        keep = np.ones(len(items), bool) if allowed is None else allowed[items]
        return self._table(items[keep][:N_AGAIN], counts[order][keep][:N_AGAIN])

    def _table(self, items: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> pd.DataFrame:
        table = self.catalogue.iloc[items][[Columns.ITEM, Columns.TITLE, Columns.CATEGORY, Columns.PRICE]]
        table = table.reset_index(drop=True)
        table.insert(0, "rank", np.arange(1, len(items) + 1))
        table["score"] = np.asarray(scores, float)
        return table


def write_atomically(out: Path, blocks: Iterable[pd.DataFrame]) -> None:
    """Write blocks of rows as one CSV file that is there whole or not at all; readable by its owner only."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        for number, block in enumerate(blocks):
            block.to_csv(draft, index=False, mode="a" if number else "w", header=not number)
        draft.chmod(0o600)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
