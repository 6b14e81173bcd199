"""Similarity of public product text to the shopper's own history: what is to be had for free (ε = 0)."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.recommend.histories import Histories
from core.recommend.shop import DENSE_ITEMS, Shop

FloatArray = npt.NDArray[np.float32]

FEW_USERS = 16  # for these it is not worth to compare the whole catalogue with itself
CACHED_CELLS = 150_000_000  # up to 1.2 GB of half floats; above that scores are worked out again at each ε
KINDS = ("cubed", "recent", "best", "mean")


def squash(z: FloatArray) -> FloatArray:
    """sign(z) log(1 + |z|): keeps the order of scores, and one huge score from drowning the others."""
    return np.asarray(np.sign(z) * np.log1p(np.abs(z)), np.float32)


def standardise_rows(scores: FloatArray) -> FloatArray:
    """Each shopper's scores with mean 0 and standard deviation 1 over the columns; constant rows become 0."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-9), np.float32)


def content_scores(shop: Shop, histories: Histories, n_all: int | None = None) -> dict[str, FloatArray]:
    """How alike every product is to each shopper's history, standardised per shopper.

    A shopper's scores are bit-identical whoever else is scored, at any place of any block.

    Args:
        shop: The catalogue.
        histories: The shoppers.
        n_all: How many shoppers will be scored in all, where ``histories`` is a block of them: it decides whether to
            compare the whole catalogue with itself, which rounds a little differently.

    Returns:
        Shape (n_users, n_items) each: ``cubed`` = sum of cosine cubed, ``recent`` the same with a half-life of ten
        products (only with times), ``best`` = largest cosine, ``mean`` = mean cosine.
    """
    is_dense = shop.n_items <= DENSE_ITEMS and (n_all or histories.n_users) > FEW_USERS
    raw = _dense_scores(shop, histories) if is_dense else _sparse_scores(shop, histories)
    return {kind: standardise_rows(scores) for kind, scores in raw.items()}


def _dense_scores(shop: Shop, histories: Histories) -> dict[str, FloatArray]:
    matrix, sizes = histories.matrix, np.maximum(histories.sizes, 1)[:, None]
    # Sparse times dense adds up row by row, so no rounding depends on the other rows; dense times dense promises less.
    scores = {"cubed": np.asarray(matrix @ shop.cubed)}
    if shop.has_time:
        scores["recent"] = np.asarray(histories.recency() @ shop.cubed)
    scores["best"] = row_maxima(matrix, shop.similarity)
    scores["mean"] = np.asarray((matrix @ shop.similarity) / sizes, np.float32)
    return scores


def row_maxima(matrix: sparse.csr_array, similarity: FloatArray) -> FloatArray:
    """For each row the largest ``similarity`` of its entries to every column; 0 for an empty row."""
    result = np.zeros((matrix.shape[0], similarity.shape[1]), np.float32)
    for row in range(matrix.shape[0]):
        items = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if len(items):
            np.maximum.reduce(similarity[items], axis=0, out=result[row])
    return result


def _sparse_scores(shop: Shop, histories: Histories) -> dict[str, FloatArray]:
    """The same for catalogues whose square does not fit in memory, one shopper at a time."""
    vectors = shop.vectors
    assert vectors is not None
    transposed = vectors.T.tocsc()
    shape = (histories.n_users, histories.n_items)
    scores = {kind: np.zeros(shape, np.float32) for kind in KINDS if kind != "recent" or shop.has_time}
    recency = histories.recency()
    for row in range(histories.n_users):
        chosen = slice(histories.matrix.indptr[row], histories.matrix.indptr[row + 1])
        items = histories.matrix.indices[chosen]
        if not len(items):
            continue
        similar = (vectors[items] @ transposed).toarray()
        similar[np.arange(len(items)), items] = 0
        cubed = similar**3
        scores["cubed"][row] = cubed.sum(axis=0)
        scores["best"][row] = similar.max(axis=0)
        scores["mean"][row] = similar.mean(axis=0)
        if "recent" in scores:
            scores["recent"][row] = recency.data[chosen] @ cubed
    return scores


def blend(scores: dict[str, FloatArray]) -> FloatArray:
    """The fixed mix that ranks by content alone: recent (or cubed) similarity, and a quarter of the best one."""
    return squash(scores.get("recent", scores["cubed"])) + np.float32(0.25) * squash(scores["best"])


class ContentScores:
    """``content_scores`` of many shoppers, block by block; kept between the ε of a study where memory allows it."""

    def __init__(self, shop: Shop, histories: Histories, *, is_study: bool = False) -> None:
        """``is_study``: score few as many are; with one more shopper, nobody else's scores may round differently."""
        self._shop, self._histories = shop, histories
        self._n_all = max(histories.n_users, FEW_USERS + 1) if is_study else histories.n_users
        self._may_keep = histories.n_users * histories.n_items <= CACHED_CELLS
        self._kept: dict[tuple[int, int], dict[str, npt.NDArray[np.float16]]] = {}

    def block(self, start: int, stop: int) -> dict[str, FloatArray]:
        """Scores of the shoppers ``start`` to ``stop``, shape (stop - start, n_items) each; empty without content."""
        if not self._shop.has_content:
            return {}
        if (start, stop) not in self._kept:
            rows = self._histories.rows(np.arange(start, stop))
            fresh = content_scores(self._shop, rows, self._n_all)
            # Rounded whether they are kept or not: else how many shoppers there are would change everybody's scores.
            rounded = {kind: scores.astype(np.float16) for kind, scores in fresh.items()}
            if not self._may_keep:
                return _single(rounded)
            self._kept[start, stop] = rounded
        return _single(self._kept[start, stop])


def _single(scores: dict[str, npt.NDArray[np.float16]]) -> dict[str, FloatArray]:
    return {kind: halves.astype(np.float32) for kind, halves in scores.items()}
