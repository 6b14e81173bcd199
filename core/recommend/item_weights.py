"""From noisy statistics to item-item weights. Nothing here sees a shopper: it is all post-processing, and free."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse
from threadpoolctl import threadpool_limits

from core.recommend.release import Gram, Popularity

Array = npt.NDArray[np.float64]

EXACT_RIDGE = 2.0  # shoppers' worth; without noise nothing else shrinks rare pairs (best on three public sets)


@dataclass(frozen=True)
class ItemWeights:
    """How much each product of the head speaks for each other.

    Attributes:
        head: Positions in the catalogue, shape (K,).
        weights: EASE weights from a product (row) to another (column), diagonal 0, shape (K, K).
        cosines: Cosine of the denoised co-occurrence, diagonal 0, shape (K, K).
        rank: How many directions stand out of the noise.
    """

    head: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    cosines: npt.NDArray[np.float32]
    rank: int


def fit_item_weights(gram: Gram, popularity: Popularity, n_shoppers: int) -> ItemWeights:
    """Denoise the co-occurrence by an item-weighted low-rank fit, then solve EASE on it.

    EASE: Steck 2019, "Embarrassingly shallow autoencoders for sparse data", equation 8. The ridge grows with the
    noise edge, and popularity comes back as the known rank-one term that the release had taken out.
    """
    low_rank, rank = _denoise(gram, popularity) if gram.edge else (gram.values, len(gram.head))
    diagonal = np.maximum(np.diag(gram.values), 0 if np.isinf(gram.mu) else 1 / gram.mu)
    lengths = np.diag(low_rank)
    ridge = 0.3 * gram.edge + 0.5 * diagonal if gram.edge else EXACT_RIDGE + diagonal
    moments = low_rank + 0.5 * n_shoppers * np.outer(gram.direction, gram.direction)
    moments[np.diag_indices_from(moments)] += np.maximum(diagonal - lengths, 0) + ridge
    precision = np.linalg.inv(moments)
    weights = -precision / np.diag(precision)[None, :]
    np.fill_diagonal(weights, 0)
    scale = np.sqrt(np.maximum(diagonal, 1e-9))
    cosines = low_rank / np.outer(scale, scale)
    np.fill_diagonal(cosines, 0)
    return ItemWeights(gram.head, weights.astype(np.float32), cosines.astype(np.float32), rank)


def _denoise(gram: Gram, popularity: Popularity) -> tuple[Array, int]:
    """What is left of the co-occurrence off the diagonal, shape (K, K), and how many directions stand out of noise."""
    eigenvalues, vectors = np.linalg.eigh(gram.values)
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    rank = int(np.sum(eigenvalues > 1.02 * gram.edge))
    width = min(int(np.clip(2 * rank, 24, 80)), len(gram.head))
    start = vectors[:, :width] * np.sqrt(0.7 * np.maximum(eigenvalues[:width], 0.05 * gram.edge))
    positive = popularity.positive[gram.head]
    trust = np.sqrt(positive / positive.mean())
    decay = 0.5 * _simulated_norm(trust, gram.off_diagonal_std) / trust
    factors = _low_rank_fit(gram.values, start, decay)
    return factors @ factors.T, rank


def _simulated_norm(trust: Array, noise_std: float) -> float:
    """Operator norm of trust-weighted noise of the released size, by simulation with public randomness."""
    rng = np.random.default_rng(0)  # no privacy hangs on this matrix: it never meets data
    noise = np.triu(rng.standard_normal((len(trust), len(trust)))) * noise_std
    noise = noise + noise.T
    root = np.sqrt(trust)
    weighted = root[:, None] * noise * root[None, :]
    if len(trust) == 1:
        return float(abs(weighted[0, 0]))  # the sparse solver wants more rows than eigenvalues
    largest = sparse.linalg.eigsh(
        weighted, k=1, which="LM", return_eigenvectors=False, v0=np.ones(len(trust)), tol=1e-3
    )
    return float(abs(largest[0]))


def _low_rank_fit(target: Array, start: Array, decay: Array) -> Array:
    """Minimise ½ Σ_{i≠j} (U_i·U_j - G_ij)² + Σ_i decay_i ‖U_i‖² by L-BFGS from the leading eigenvectors."""

    def loss(flat: Array) -> tuple[float, Array]:
        factors = flat.reshape(start.shape)
        residual = factors @ factors.T - target
        np.fill_diagonal(residual, 0)
        shrink = decay[:, None] * factors
        value = 0.5 * np.sum(residual**2) + np.sum(shrink * factors)
        return float(value), (2 * (residual @ factors) + 2 * shrink).ravel()

    with threadpool_limits(1, "blas"):  # many small products: threads cost ten times what they save
        found = optimize.minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return np.asarray(found.x).reshape(start.shape)
