"""Candidates for a shopper, and the few public and released signals about each that the hybrid weighs.

All of it comes from the release (private already), the public catalogue, and the shopper's own history.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.recommend.content import ContentScores, FloatArray, blend, row_maxima, squash, standardise_rows
from core.recommend.histories import Histories, with_data
from core.recommend.item_weights import ItemWeights
from core.recommend.release import Popularity
from core.recommend.shop import Shop

BLOCK = 512  # shoppers worked on at once
N_CANDIDATES = 100  # from the release, and as many from content
TYPICAL_ACTIVITY = 3.5  # log of a usual number of products (33): a constant, not taken from data

PRIOR = {  # where the learning of weights starts; set on public benchmarks, zero for the rest
    "release": 0.6,
    "release_rare": 0.6,
    "release_best": 0.3,
    "rank": 0.2,
    "popular": 0.1,
    "tail": 0.3,
    "content": 0.2,
    "content_recent": 0.4,
    "content_best": 0.3,
    "content_mean": 0.1,
    "category_lift": 0.3,
    "category_share": 0.3,
    "price_distance": 0.15,
}


@dataclass(frozen=True)
class Candidates:
    """A block of shoppers' candidates.

    Attributes:
        items: Positions in the catalogue, shape (n_users, C).
        mask: False where the place is empty or repeats another, shape (n_users, C).
        features: Shape (n_users, C, F), 0 where masked; the names are ``feature_names(shop)``.
    """

    items: npt.NDArray[np.int64]
    mask: npt.NDArray[np.bool_]
    features: FloatArray


def feature_names(shop: Shop) -> tuple[str, ...]:
    """Names of the features that this shop's declared columns allow, in order."""
    names = ["release", "release_rare", "release_best", "cosine", "tail", "rank", "popular"]
    names += ["popular_activity", "tail_activity", "popular_distance", "popular_match"]
    names += ["release_recent"] if shop.has_time else []
    if shop.has_content:
        names += ["content", "content_best", "content_mean"]
        names += ["content_recent", "content_recent_linear"] if shop.has_time else []
    names += ["category_lift", "category_share"] if shop.tags is not None else []
    names += ["price_distance", "price_match"] if shop.log_price is not None else []
    names += ["rating"] if shop.rating is not None else []
    return tuple(names)


def prior_weights(shop: Shop) -> npt.NDArray[np.float32]:
    """Public weights to start from, shape (F,)."""
    prior = PRIOR if shop.has_time else PRIOR | {"content": 0.6}
    return np.array([prior.get(name, 0.0) for name in feature_names(shop)], np.float32)


@dataclass(frozen=True)
class Featurizer:
    """Builds candidates and features from one release on one shop."""

    shop: Shop
    popularity: Popularity
    weights: ItemWeights

    def block(self, histories: Histories, content: dict[str, FloatArray]) -> Candidates:
        """Candidates of some hundred shoppers at once.

        Args:
            histories: The shoppers; what they have touched is never a candidate.
            content: ``content_scores`` of the same shoppers; empty where the catalogue has nothing to compare.
        """
        on_head = sparse.csr_array(histories.matrix[:, self.weights.head])
        release = self._release_scores(histories, on_head)
        items, mask, ranks = self._candidates(histories, on_head, release["release"], content)
        columns = self._release_features(release, items, ranks)
        columns |= self._popularity_features(histories, items)
        columns |= _content_features(content, items)
        columns |= self._catalogue_features(histories, items)
        stacked = np.stack([columns[name] for name in feature_names(self.shop)], axis=2)
        return Candidates(items, mask, np.where(mask[:, :, None], stacked, 0).astype(np.float32))

    @property
    def place_in_head(self) -> npt.NDArray[np.int64]:
        """Where each product stands in the head, -1 for the tail, shape (n_items,)."""
        place = np.full(self.shop.n_items, -1)
        place[self.weights.head] = np.arange(len(self.weights.head))
        return place

    def _release_scores(self, histories: Histories, on_head: sparse.csr_array) -> dict[str, FloatArray]:
        """What the release says of each product of the head, standardised per shopper, shape (n_users, K)."""
        base = base_scores(on_head, self.weights)
        rare = np.asarray(base / np.sqrt(self.popularity.positive[self.weights.head]), np.float32)
        scores = {
            "release": standardise_rows(base),
            "release_rare": standardise_rows(rare),
            "release_best": standardise_rows(row_maxima(on_head, self.weights.weights)),
            "cosine": standardise_rows(np.asarray(on_head @ self.weights.cosines)),
        }
        if self.shop.has_time:
            recent = sparse.csr_array(histories.recency()[:, self.weights.head])
            scores["release_recent"] = standardise_rows(base_scores(recent, self.weights))
        return scores

    def _candidates(
        self, histories: Histories, on_head: sparse.csr_array, release: FloatArray, content: dict[str, FloatArray]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.float32]]:
        """Best by the release, then best by content, and the rank by the release of every product of the head."""
        n_users, size = release.shape
        unseen = np.where(on_head.toarray() > 0, -np.inf, release)
        order = np.argsort(-unseen, axis=1, kind="stable")
        ranks = np.empty((n_users, size), np.float32)
        np.put_along_axis(ranks, order, np.arange(size, dtype=np.float32)[None, :], axis=1)
        n_best = N_CANDIDATES if content else 2 * N_CANDIDATES
        best = order[:, : min(n_best, size)]
        items = self.weights.head[best]
        mask = np.isfinite(np.take_along_axis(unseen, best, axis=1))
        if content:
            mixed = np.where(histories.matrix.toarray() > 0, -np.inf, blend(content))
            alike = top_columns(mixed, N_CANDIDATES)
            known = np.zeros(mixed.shape, bool)
            np.put_along_axis(known, items, mask, axis=1)
            is_new = np.isfinite(np.take_along_axis(mixed, alike, axis=1)) & ~np.take_along_axis(known, alike, axis=1)
            items, mask = np.hstack([items, alike]), np.hstack([mask, is_new])
        return items, mask, ranks

    def _release_features(
        self, release: dict[str, FloatArray], items: npt.NDArray[np.int64], ranks: FloatArray
    ) -> dict[str, FloatArray]:
        place = self.place_in_head[items]
        is_tail = place < 0
        at = np.maximum(place, 0)
        columns = {
            name: np.where(is_tail, 0, squash(np.take_along_axis(scores, at, axis=1)))
            for name, scores in release.items()
        }
        rank = np.where(is_tail, len(self.weights.head), np.take_along_axis(ranks, at, axis=1))
        return columns | {"tail": is_tail.astype(np.float32), "rank": -np.log1p(rank)}

    def _popularity_features(self, histories: Histories, items: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
        logs = np.log(self.popularity.positive)
        on_head = logs[self.weights.head]
        popular = ((logs - on_head.mean()) / max(float(on_head.std()), 1e-9)).astype(np.float32)
        activity = (np.log(np.maximum(histories.sizes, 1)) - TYPICAL_ACTIVITY).astype(np.float32)[:, None]
        usual = _history_mean(histories, popular)
        here = popular[items]
        is_tail = (self.place_in_head[items] < 0).astype(np.float32)
        return {
            "popular": here,
            "popular_activity": squash(here * activity),
            "tail_activity": is_tail * activity,
            "popular_distance": -np.abs(here - usual),
            "popular_match": squash(here * usual),
        }

    def _catalogue_features(self, histories: Histories, items: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
        columns: dict[str, FloatArray] = {}
        if self.shop.tags is not None:
            columns |= _category_features(self.shop.tags, self.popularity, histories, items)
        if self.shop.log_price is not None:
            here, usual = self.shop.log_price[items], _history_mean(histories, self.shop.log_price)
            columns |= {"price_distance": -np.abs(here - usual), "price_match": squash(here * usual)}
        if self.shop.rating is not None:
            columns["rating"] = self.shop.rating[items]
        return columns


def base_scores(on_head: sparse.csr_array, weights: ItemWeights) -> FloatArray:
    """The shopper's unit vector on the head times the item-item weights, shape (n_users, K)."""
    lengths = np.sqrt(np.asarray(on_head.power(2).sum(axis=1)).ravel())
    unit = with_data(on_head, on_head.data / np.repeat(np.maximum(lengths, 1e-12), np.diff(on_head.indptr)))
    return np.asarray(unit @ weights.weights, dtype=np.float32)


def top_columns(scores: FloatArray, k: int) -> npt.NDArray[np.int64]:
    """Columns of the ``k`` largest scores of each row, best first, shape (n_rows, min(k, n_columns))."""
    k = min(k, scores.shape[1])
    some = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def _content_features(content: dict[str, FloatArray], items: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
    names = {"cubed": "content", "best": "content_best", "mean": "content_mean", "recent": "content_recent"}
    at = {names[kind]: np.take_along_axis(scores, items, axis=1) for kind, scores in content.items()}
    columns = {name: squash(z) for name, z in at.items()}
    if "content_recent" in at:
        columns["content_recent_linear"] = np.asarray(np.minimum(at["content_recent"], 15) / 3, np.float32)
    return columns


def _history_mean(histories: Histories, values: FloatArray) -> FloatArray:
    """Mean of ``values`` over each shopper's products, shape (n_users, 1)."""
    sums = np.asarray(histories.matrix @ values)
    return np.asarray(sums / np.maximum(histories.sizes, 1), np.float32)[:, None]


def _category_features(
    tags: sparse.csr_array, popularity: Popularity, histories: Histories, items: npt.NDArray[np.int64]
) -> dict[str, FloatArray]:
    """How much more of a product's categories the shopper has than the (noisy) shop, and how much at all."""
    common = np.maximum(popularity.values, 0) @ tags
    common = np.maximum(common / max(float(common.sum()), 1e-9), 1e-6).astype(np.float32)
    own = (histories.matrix @ tags).toarray()
    own = own / np.maximum(own.sum(axis=1, keepdims=True), 1)
    doubt = (0.5 / np.sqrt(np.maximum(histories.sizes, 1))).astype(np.float32)[:, None]
    lift = np.log((own + doubt * common) / (common * (1 + doubt)) + 1e-3)
    n_tags = np.maximum(np.diff(tags.indptr), 1).astype(np.float32)
    mean_lift = np.asarray(tags @ lift.T).T / n_tags
    mean_share = np.asarray(tags @ own.T).T / n_tags
    return {
        "category_lift": np.take_along_axis(mean_lift, items, axis=1),
        "category_share": 3 * np.take_along_axis(mean_share, items, axis=1),
    }


def block_ends(n_users: int) -> list[tuple[int, int]]:
    """Where each block of shoppers starts and stops."""
    return [(start, min(start + BLOCK, n_users)) for start in range(0, n_users, BLOCK)]


def all_blocks(
    featurizer: Featurizer, histories: Histories, content: ContentScores
) -> Iterator[tuple[slice, Candidates]]:
    """Candidates of all shoppers, a block at a time."""
    for start, stop in block_ends(histories.n_users):
        rows = histories.rows(np.arange(start, stop))
        yield slice(start, stop), featurizer.block(rows, content.block(start, stop))
