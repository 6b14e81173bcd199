"""The textbook network as it is served: plain arrays, the item half of its first layer worked out once."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.errors import NotFound
from core.recommend.histories import Histories
from core.recommend.shop import Shop

FloatArray = npt.NDArray[np.float32]

HISTORY_LENGTH = 50  # products of a shopper that count, the latest; a bound on one's own rows
MOST_TAGS = 32  # categories with a column of their own: those of most products
BLOCK_BYTES = 64 * 2**20  # of the largest array while scoring


@dataclass(frozen=True)
class UserInputs:
    """What the network is told of each shopper; every row depends on that shopper's own history alone.

    Attributes:
        items: Positions of the latest products, 0 where there are fewer, shape (n, HISTORY_LENGTH).
        weights: How much each counts as viewed only and as bought, shape (n, HISTORY_LENGTH, 2); rows of either
            behaviour have L2 norm 1, or 0 where there is none.
        profile: Preferences: mean item features over the history (category shares, price and rating level), (n, F).
    """

    items: npt.NDArray[np.int32]
    weights: FloatArray
    profile: FloatArray


def item_features(shop: Shop) -> FloatArray:
    """Numbers of each product from the published columns: tags, price, rating; shape (n_items, F).

    One column of zeros where nothing is published.
    """
    columns = []
    if shop.tags is not None:
        spread = np.asarray(shop.tags.sum(axis=0)).ravel()
        common = np.sort(np.argsort(-spread, kind="stable")[:MOST_TAGS])
        columns.append(shop.tags[:, common].toarray())
    columns += [column[:, None] for column in (shop.log_price, shop.rating) if column is not None]
    if not columns:
        return np.zeros((shop.n_items, 1), np.float32)
    return np.hstack(columns).astype(np.float32)


def user_inputs(histories: Histories, features: FloatArray) -> UserInputs:
    """Bring histories into arrays of one shape.

    Args:
        histories: Products by shopper.
        features: Item features, shape (n_items, F).
    """
    matrix, sizes = histories.matrix, histories.sizes
    user = np.repeat(np.arange(histories.n_users), sizes)
    order = np.lexsort((matrix.indices, histories.ages.data, user))  # the latest first
    place = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], sizes)
    kept = place < HISTORY_LENGTH
    order, user, place = order[kept], user[kept], place[kept]
    items = np.zeros((histories.n_users, HISTORY_LENGTH), np.int32)
    weights = np.zeros((histories.n_users, HISTORY_LENGTH, 2), np.float32)
    items[user, place] = matrix.indices[order]
    weights[user, place, (histories.counts.data[order] > 0).astype(int)] = 1
    weights /= np.maximum(np.sqrt(weights.sum(axis=1, keepdims=True)), 1)
    shares = sparse.diags_array(1 / np.maximum(sizes, 1)) @ matrix
    return UserInputs(items, weights, np.asarray(shares @ features, np.float32))


@dataclass(frozen=True)
class MlpModel:
    """A trained network, (history, product) -> purchase score in 0..1; see ``core.recommend.networks.mlp``.

    Attributes:
        item_ids: Shape (n_items,), text.
        features: Item features, shape (n_items, F).
        arrays: The weights, by layer; a bias is ``<layer>_bias``; ``table`` embeds the products.
        activation: ``relu``, ``tanh`` or ``sigmoid``.
        validation: Loss on held-out shoppers by fold; only of a training without noise.
    """

    item_ids: npt.NDArray[np.str_]
    features: FloatArray
    arrays: dict[str, FloatArray]
    activation: str
    validation: tuple[float, ...] = ()
    method: ClassVar[str] = "mlp"
    score_name: ClassVar[str] = "purchase score"

    def scores(self, histories: Histories) -> FloatArray:
        """Purchase scores of every product, shape (n_users, n_items).

        Hidden products and random ones weighed alike in training, so a score is no probability of a purchase: it is
        0.5 for a product that is as likely to be a shopper's next as a random one is.
        """
        told = user_inputs(histories, self.features)
        weights = self.arrays
        of_items = np.hstack([weights["table"], self.features]) @ weights["item_half"]  # (m, 128)
        of_users = self._user_half(told)
        result = np.empty((histories.n_users, len(self.item_ids)), np.float32)
        size = max(1, BLOCK_BYTES // (4 * of_items.size))
        for start in range(0, histories.n_users, size):
            hidden = self._activate(of_users[start : start + size, None, :] + of_items)  # (b, m, 128)
            hidden = self._activate(hidden.reshape(-1, hidden.shape[2]) @ weights["second"] + weights["second_bias"])
            logits = hidden @ weights["last"] + weights["last_bias"]
            result[start : start + size] = _sigmoid(logits).reshape(-1, len(self.item_ids))
        return result

    def _user_half(self, told: UserInputs) -> FloatArray:
        """The shopper's share of the first layer, bias included, shape (n_users, 128)."""
        weights = self.arrays
        pooled = np.empty((len(told.items), 2 * weights["table"].shape[1]), np.float32)
        for start in range(0, len(pooled), 1024):
            rows = slice(start, start + 1024)
            found = weights["table"][told.items[rows]]  # (b, L, d)
            pooled[rows] = (told.weights[rows].transpose(0, 2, 1) @ found).reshape(len(found), -1)
        fused = np.hstack([pooled, told.profile]) @ weights["fusion"] + weights["fusion_bias"]
        return np.asarray(self._activate(fused) @ weights["user_half"] + weights["user_half_bias"], np.float32)

    def _activate(self, values: FloatArray) -> FloatArray:
        """Apply the activation, in place."""
        if self.activation == "relu":
            return np.maximum(values, 0, out=values)
        if self.activation == "tanh":
            return np.tanh(values, out=values)
        return _sigmoid(values)

    def save(self, folder: Path) -> None:
        """Write ``model.npz`` and ``model.json``; ``load`` reads them back."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, npt.NDArray[Any]] = {"item_ids": self.item_ids, "features": self.features, **self.arrays}
        np.savez_compressed(folder / "model.npz", **arrays)  # type: ignore[arg-type]  # its stub knows no dict
        about = {"method": self.method, "activation": self.activation, "validation": list(self.validation)}
        (folder / "model.json").write_text(json.dumps(about, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote.

        Raises:
            NotFound: the folder holds no model.
        """
        try:
            about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            with np.load(folder / "model.npz", allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        except FileNotFoundError as error:
            raise NotFound(f"There is no trained model in {folder.name}. Train it first, then ask again.") from error
        item_ids, features = arrays.pop("item_ids"), arrays.pop("features")
        return cls(item_ids, features, arrays, about["activation"], tuple(about["validation"]))


def _sigmoid(values: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)), in place and without overflow."""
    np.clip(values, -60, 60, out=values)
    np.negative(values, out=values)
    np.exp(values, out=values)
    values += 1
    return np.reciprocal(values, out=values)
