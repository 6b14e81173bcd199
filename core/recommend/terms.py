"""What each signal adds to a hybrid's score, exactly; and which of it other shoppers had a part in."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from core.recommend.content import ContentScores, FloatArray
from core.recommend.features import Featurizer, feature_names
from core.recommend.histories import Histories
from core.recommend.models import HybridModel, backing_scores

NOISY: Mapping[str, tuple[str, ...]] = {
    "together": ("release", "release_rare", "release_best", "cosine", "rank"),
    "together_recent": ("release_recent",),
    "popularity": ("popular", "popular_activity", "popular_distance", "popular_match", "tail", "tail_activity"),
    "category_lift": ("category_lift",),
}
"""Signals that hold what other shoppers did, seen through the noise of the release; and the features of each."""

OWN: Mapping[str, tuple[str, ...]] = {
    "content": ("content", "content_best", "content_mean"),
    "content_recent": ("content_recent", "content_recent_linear"),
    "category_share": ("category_share",),
    "price": ("price_distance", "price_match"),
    "rating": ("rating",),
}
"""Signals made of the published catalogue and the shopper's own history alone."""

BACKING = "backing"


def hybrid_terms(model: HybridModel, history: Histories, items: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
    """What each signal adds to the score of each listed product; over all signals they sum to the score.

    A product that was no candidate has one term only, ``backing``: it stands below all candidates by popularity.

    Args:
        model: That made the list.
        history: One shopper.
        items: Listed products, positions in the catalogue.

    Returns:
        Signals of ``NOISY`` and ``OWN`` that this shop has, then ``backing``; each of shape (n_items,).
    """
    content = ContentScores(model.shop, history).block(0, 1)
    found = Featurizer(model.shop, model.popularity, model.weights).block(history, content)
    place = {int(item): at for at, item in enumerate(found.items[0]) if found.mask[0, at]}
    at = np.array([place.get(int(item), -1) for item in items], np.int64)
    is_candidate = at >= 0
    features = found.features[0][np.maximum(at, 0)] * model.head * is_candidate[:, None]
    columns = dict(zip(feature_names(model.shop), features.T, strict=True))
    terms = {
        signal: np.asarray(sum(columns[name] for name in names if name in columns), np.float32)
        for signal, names in {**NOISY, **OWN}.items()
        if any(name in columns for name in names)
    }
    backing = np.where(is_candidate, 0, backing_scores(model.popularity)[items]).astype(np.float32)
    return terms | {BACKING: backing}


def is_noisy(signal: str) -> bool:
    """Whether other shoppers had a part in a signal."""
    return signal in NOISY or signal == BACKING
