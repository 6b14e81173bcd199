"""Train the hybrid: hide the last fifth of each shopper's products, and learn which signals would have found it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.recommend.content import ContentScores, FloatArray
from core.recommend.features import Featurizer, all_blocks
from core.recommend.histories import Histories, hide_last
from core.recommend.item_weights import ItemWeights
from core.recommend.release import Popularity
from core.recommend.shop import Shop

MIN_PRODUCTS = 5  # shoppers with fewer teach the head nothing (their gradient is zero)


@dataclass(frozen=True)
class HeadLesson:
    """What the head learns from, one row a shopper; each row is that shopper's own data and the private release.

    Attributes:
        features: Shape (n_users, C, F).
        mask: Which places hold a candidate, shape (n_users, C).
        targets: Uniform over the hidden products among the candidates, rows sum to 1 or 0, shape (n_users, C).
    """

    features: FloatArray
    mask: npt.NDArray[np.bool_]
    targets: FloatArray


class Lessons:
    """Builds the lesson for each release of a study; hiding and content scores are worked out once."""

    def __init__(self, shop: Shop, histories: Histories) -> None:
        self._shop = shop
        self._visible, self._hidden = hide_last(histories, MIN_PRODUCTS)
        self._content = ContentScores(shop, self._visible, is_study=True)

    @property
    def visible(self) -> Histories:
        """The shoppers without the products that the head has to guess."""
        return self._visible

    def from_release(
        self, popularity: Popularity, weights: ItemWeights, tick: Callable[[float], None] = lambda _: None
    ) -> HeadLesson:
        """Candidates and features of every training shopper under one release.

        Args:
            popularity: Released popularity.
            weights: Item-item weights made of the release.
            tick: Told the share of shoppers done.
        """
        featurizer = Featurizer(self._shop, popularity, weights)
        features, masks, targets = [], [], []
        for rows, found in all_blocks(featurizer, self._visible, self._content):
            hidden = self._hidden[rows].toarray()
            hits = np.take_along_axis(hidden, found.items, axis=1) * found.mask
            features.append(found.features)
            masks.append(found.mask)
            targets.append(hits / np.maximum(hits.sum(axis=1, keepdims=True), 1))
            tick(rows.stop / self._visible.n_users)
        return HeadLesson(np.concatenate(features), np.concatenate(masks), np.concatenate(targets).astype(np.float32))
