"""The trained recommenders as they are kept and served: plain arrays, no TensorFlow."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.errors import NotFound
from core.recommend.content import (
    ContentScores,
    FloatArray,
    blend,
    content_scores,
    row_maxima,
    squash,
    standardise_rows,
)
from core.recommend.features import Featurizer, all_blocks, base_scores, block_ends, feature_names, top_columns
from core.recommend.histories import Histories
from core.recommend.item_weights import ItemWeights
from core.recommend.release import Popularity
from core.recommend.shop import Shop

TIE_WEIGHT = 1e-4  # of log popularity
HELP = 0.3  # of the strongest tie and of cosines: +1 to +3 % on three public sets, -3 % on a fourth, sparse one at ε 1
MAPPED = frozenset({"weights", "cosines"})  # shape (K, K): 64 MB each for the largest head
STATISTICS_HALF_LIFE = 10.0  # in products; the release has no other signal, so it forgets more slowly
NOT_A_CANDIDATE = -1e3  # added to their log popularity, so that candidates, with logits of some tens, come first


def backing_scores(popularity: Popularity) -> FloatArray:
    """What every product scores that a model has nothing to say about: below all others, the popular first."""
    return np.asarray(np.log(popularity.positive) + NOT_A_CANDIDATE, np.float32)


def tie_breakers(popularity: Popularity) -> FloatArray:
    """Log popularity from 0 upwards, so small that it only breaks ties, shape (n_items,)."""
    logs = np.log(popularity.positive)
    return np.asarray(TIE_WEIGHT * (logs - logs.min()), np.float32)


class Model(Protocol):
    """A recommender: from histories to scores of every product."""

    @property
    def method(self) -> str:
        """One of ``core.settings.METHODS``."""
        ...

    @property
    def score_name(self) -> str:
        """What a score is, in a word for the screen."""
        ...

    def scores(self, histories: Histories) -> FloatArray:
        """Shape (n_users, n_items), higher is better; products already touched are scored too."""
        ...

    def save(self, folder: Path) -> None:
        """Write what ``load_model`` reads back."""
        ...


@dataclass(frozen=True)
class PopularityModel:
    """The same list for everybody: the (noisy) most popular products. The floor of every curve."""

    popularity: Popularity
    method: ClassVar[str] = "popularity"
    score_name: ClassVar[str] = "popularity"

    def scores(self, histories: Histories) -> FloatArray:
        """The noisy popularity, once a shopper."""
        return np.broadcast_to(self.popularity.values.astype(np.float32), (histories.n_users, histories.n_items))

    def save(self, folder: Path) -> None:
        """Write what ``load_model`` reads back."""
        _write(folder, self.method, _popularity_arrays(self.popularity))


@dataclass(frozen=True)
class ContentModel:
    """Recommend what is most like the shopper's own products. Uses nobody else's data: no ε is spent."""

    shop: Shop
    method: ClassVar[str] = "content"
    score_name: ClassVar[str] = "similarity"

    def scores(self, histories: Histories, content: ContentScores | None = None) -> FloatArray:
        """The fixed blend of similarities."""
        if content is None:
            return blend(content_scores(self.shop, histories))
        return np.vstack([blend(content.block(*ends)) for ends in block_ends(histories.n_users)])

    def save(self, folder: Path) -> None:
        """Write ``model.json``: all it knows is the public shop."""
        _write(folder, self.method, {})


@dataclass(frozen=True)
class StatisticsModel:
    """Products that go together by the noisy co-occurrence; the tail by noisy popularity."""

    popularity: Popularity
    weights: ItemWeights
    method: ClassVar[str] = "statistics"
    score_name: ClassVar[str] = "score"

    def scores(self, histories: Histories) -> FloatArray:
        """What the shopper's own products say of the head; the tail below it, in the order of noisy popularity.

        Where the shop has times, what a shopper touched lately weighs more: their own data, so it costs nothing.
        """
        own = histories.recency(STATISTICS_HALF_LIFE) if histories.has_time else histories.matrix
        scores = np.tile(backing_scores(self.popularity), (histories.n_users, 1))
        scores[:, self.weights.head] = self._on_head(
            sparse.csr_array(own[:, self.weights.head]), sparse.csr_array(histories.matrix[:, self.weights.head])
        )
        return scores

    def _on_head(self, recent: sparse.csr_array, touched: sparse.csr_array) -> FloatArray:
        """All own products together by the item-item weights, helped by the strongest single tie and by cosines."""
        together = squash(standardise_rows(base_scores(recent, self.weights)))
        strongest = squash(standardise_rows(row_maxima(touched, self.weights.weights)))
        cosine = squash(standardise_rows(np.asarray(recent @ self.weights.cosines, np.float32)))
        scores = 2 * together + HELP * (strongest + cosine)
        return np.asarray(scores + tie_breakers(self.popularity)[self.weights.head], np.float32)

    def save(self, folder: Path) -> None:
        """Write what ``load_model`` reads back."""
        _write(folder, self.method, _popularity_arrays(self.popularity) | _weights_arrays(self.weights))


@dataclass(frozen=True)
class HybridModel:
    """The release and what is public, weighed by a linear head that learned by DP how much of each to believe."""

    shop: Shop
    popularity: Popularity
    weights: ItemWeights
    head: npt.NDArray[np.float32]  # shape (F,), in the order of ``feature_names(shop)``
    method: ClassVar[str] = "hybrid"
    score_name: ClassVar[str] = "score"

    def scores(self, histories: Histories, content: ContentScores | None = None) -> FloatArray:
        """Logits of the candidates; every other product stays below them, in the order of noisy popularity."""
        content = content or ContentScores(self.shop, histories)
        featurizer = Featurizer(self.shop, self.popularity, self.weights)
        scores = np.tile(backing_scores(self.popularity), (histories.n_users, 1))
        for rows, found in all_blocks(featurizer, histories, content):
            logits = found.features @ self.head
            user = np.broadcast_to(np.arange(len(logits))[:, None], logits.shape)[found.mask]
            scores[rows][user, found.items[found.mask]] = logits[found.mask]
        return scores

    def save(self, folder: Path) -> None:
        """Write what ``load_model`` reads back; the public shop is kept once for all models of a study."""
        arrays = _popularity_arrays(self.popularity) | _weights_arrays(self.weights) | {"head_weights": self.head}
        _write(folder, self.method, arrays, features=list(feature_names(self.shop)))


def top_k(
    scores: FloatArray, seen: sparse.csr_array, k: int, allowed: npt.NDArray[np.bool_] | None = None
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """The ``k`` best products of each shopper that they have not touched.

    Args:
        scores: Shape (n_users, n_items).
        seen: Products touched, shape (n_users, n_items).
        k: Length of the list; a shorter catalogue gives shorter lists.
        allowed: Products that may be shown at all, shape (n_items,).

    Returns:
        Positions and scores, shape (n_users, min(k, n_items)); -inf where no product is left for the place.
    """
    open_scores = np.where(seen.toarray() > 0, -np.inf, scores)
    if allowed is not None:
        open_scores[:, ~allowed] = -np.inf
    items = top_columns(open_scores, k)
    return items, np.take_along_axis(open_scores, items, axis=1)


def load_model(folder: Path, shop: Shop) -> Model:
    """Read a model from the folder that ``save`` wrote.

    Raises:
        NotFound: the folder holds no model.
    """
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"There is no trained model in {folder.name}. Train it first, then ask again.") from error
    method = about["method"]
    if method == "content":
        return ContentModel(shop)
    if method == "mlp":
        from core.recommend.mlp_model import MlpModel  # its maker needs Keras; the model itself does not

        loaded: Model = MlpModel.load(folder)
        return loaded
    arrays = _read(folder)
    popularity = Popularity(arrays["popularity"], float(arrays["popularity_mu"]))
    if method == "popularity":
        return PopularityModel(popularity)
    weights = ItemWeights(arrays["head"], arrays["weights"], arrays["cosines"], int(arrays["rank"]))
    if method == "statistics":
        return StatisticsModel(popularity, weights)
    return HybridModel(shop, popularity, weights, arrays["head_weights"])


def _popularity_arrays(popularity: Popularity) -> dict[str, npt.NDArray[Any]]:
    return {"popularity": popularity.values, "popularity_mu": np.array(popularity.mu)}


def _weights_arrays(weights: ItemWeights) -> dict[str, npt.NDArray[Any]]:
    return {
        "head": weights.head,
        "weights": weights.weights,
        "cosines": weights.cosines,
        "rank": np.array(weights.rank),
    }


def _write(folder: Path, method: str, arrays: dict[str, npt.NDArray[Any]], **about: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    small = {name: array for name, array in arrays.items() if name not in MAPPED}
    if small:
        np.savez_compressed(folder / "model.npz", **small)  # type: ignore[arg-type]  # its stub knows no dict
    for name in arrays.keys() & MAPPED:
        np.save(folder / f"{name}.npy", arrays[name])
    (folder / "model.json").write_text(json.dumps({"method": method, **about}, indent=1), encoding="utf-8")


def _read(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """Arrays as written; those that may be large are mapped, so that a server holds only the rows it looks at."""
    with np.load(folder / "model.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    mapped = [name for name in sorted(MAPPED) if (folder / f"{name}.npy").exists()]
    return arrays | {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in mapped}
