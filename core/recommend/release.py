"""The two private statistics: how popular products are, and which go together. One Gaussian draw each.

One shopper is one vector of length 1, whether they touched three products or three thousand; so adding or
removing a shopper moves each statistic by at most 1, whoever they are.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.recommend.histories import Histories, with_data

Array = npt.NDArray[np.float64]

SHARES = (0.1, 0.2, 0.4)  # of the release's μ² that popularity may get
MAX_HEAD = 4_000
MARGIN = 1 - 1e-6  # float64 rounding must not carry a vector past length 1
SHORTEST = 1e-6  # squared length of what is left; below it rounding (1e-12 for 4,000 terms) is scaled up past MARGIN


class Noise(Protocol):
    """Where noise comes from: ``core.privacy.noise.SecureNormal`` in the product, seeded in tests."""

    def release(self, values: Array, noise_std: float) -> Array:
        """The values with independent N(0, noise_std²) on each."""
        ...


@dataclass(frozen=True)
class Popularity:
    """Noisy sums of unit vectors, shape (n_items,), and their μ = sensitivity / noise std (inf without noise)."""

    values: Array
    mu: float

    @property
    def floor(self) -> float:
        """One noise standard deviation: below it a popularity cannot be told from nothing."""
        return max(1 / self.mu, 1e-3)

    @property
    def positive(self) -> Array:
        """The values, lifted to the floor: fit for logarithms and weights."""
        return np.maximum(self.values, self.floor)


@dataclass(frozen=True)
class Gram:
    """Noisy co-occurrence of the head of the catalogue.

    Attributes:
        head: Positions of the most popular products by the noisy counts, shape (K,).
        direction: Unit vector of noisy popularity on the head, which was taken out of every shopper, shape (K,).
        values: Symmetric, shape (K, K).
        mu: Sensitivity 1 / noise std of the coordinates (G_ii, √2 G_ij).
    """

    head: npt.NDArray[np.int64]
    direction: Array
    values: Array
    mu: float

    @property
    def off_diagonal_std(self) -> float:
        """Noise std of an entry off the diagonal."""
        return float(1 / (np.sqrt(2) * self.mu))

    @property
    def edge(self) -> float:
        """Largest eigenvalue that noise alone would show (Wigner's semicircle), 0 without noise."""
        return float(2 * self.off_diagonal_std * np.sqrt(len(self.head)))


def unit_vectors(matrix: sparse.csr_array) -> sparse.csr_array:
    """Each shopper as a vector of length at most 1: 1/√(number of products) on each of theirs."""
    sizes = np.diff(matrix.indptr)
    weights = MARGIN / np.sqrt(np.maximum(sizes, 1))
    return with_data(matrix, np.repeat(weights, sizes)).astype(np.float64)


def release_popularity(histories: Histories, mu: float, noise: Noise) -> Popularity:
    """Sum of the shoppers' unit vectors plus N(0, 1/μ²) on every product of the catalogue.

    Sensitivity 1 in L2 under adding or removing a shopper. μ = inf draws no noise (not private).
    """
    exact = np.asarray(unit_vectors(histories.matrix).sum(axis=0)).ravel()
    return Popularity(_draw(noise, exact, mu), mu)


def merge(first: Popularity, second: Popularity) -> Popularity:
    """Two independent releases as one: weights μ², so that the noise is least. Post-processing."""
    weights = np.array([first.mu**2, second.mu**2])
    values = (weights[0] * first.values + weights[1] * second.values) / weights.sum()
    return Popularity(values, float(np.sqrt(weights.sum())))


def head_size(n_shoppers: int, mu: float, n_items: int) -> int:
    """How many products the co-occurrence can carry: 3 (n μ)^0.58, between 50 and 4,000; all without noise."""
    largest = min(n_items, MAX_HEAD)
    if np.isinf(mu):
        return largest
    return int(min(largest, max(50, round(3 * (n_shoppers * mu) ** 0.58))))


def popularity_share(popularity: Popularity, size: int) -> float:
    """How much of μ² popularity needs, by the noisy first release alone (10 % of μ²): 0.1, 0.2 or 0.4.

    Where few products stand out of the noise, the head would be drawn by chance.
    """
    n_clear = int(np.sum(popularity.values > 3.5 / popularity.mu))
    if n_clear < size / 8:
        return SHARES[2]
    return SHARES[1] if n_clear < size else SHARES[0]


def release_gram(histories: Histories, popularity: Popularity, size: int, mu: float, noise: Noise) -> Gram:
    """Sum of r rᵀ over shoppers, plus symmetric noise, on the ``size`` most popular products.

    r is the shopper's unit vector on the head without its part along noisy popularity, scaled back to length 1
    (0 where nothing is left). ‖r rᵀ‖_F <= 1, so in the coordinates (G_ii, √2 G_ij for i < j) one shopper moves the
    sum by at most 1; noise of std 1/μ on each of them is std 1/(√2 μ) on an entry off the diagonal. What is taken
    out, popularity, is known already and dominates every history.
    """
    head = np.argsort(-popularity.values, kind="stable")[:size]
    direction = np.maximum(popularity.values[head], 0)
    direction = direction / max(np.linalg.norm(direction), 1e-12)
    exact = _deflated_gram(histories.matrix[:, head], direction)
    upper = np.triu_indices(size)
    stretch = np.where(upper[0] == upper[1], 1, np.sqrt(2))
    values = np.zeros((size, size))
    values[upper] = _draw(noise, exact[upper] * stretch, mu) / stretch
    values.T[upper] = values[upper]
    return Gram(head, direction, values, mu)


def _deflated_gram(on_head: sparse.csr_array, direction: Array) -> Array:
    """Sum of r rᵀ without ever forming the dense (n_users, K) matrix of r."""
    on_head = sparse.csr_array(on_head)
    on_head.sort_indices()
    vectors = unit_vectors(on_head)
    along = np.asarray(vectors @ direction)
    length_squared = np.asarray(vectors.power(2).sum(axis=1)).ravel()
    left = np.maximum(length_squared - along**2, 0)
    scale = np.where(left > SHORTEST, 1 / np.maximum(left, SHORTEST), 0) * MARGIN**2
    weighted = sparse.csr_array(sparse.diags_array(scale) @ vectors)
    gram = np.asarray((vectors.T @ weighted).toarray())
    mixed = np.asarray(vectors.T @ (scale * along))
    gram -= np.outer(mixed, direction) + np.outer(direction, mixed)
    gram += np.sum(scale * along**2) * np.outer(direction, direction)
    return np.asarray((gram + gram.T) / 2)


def _draw(noise: Noise, exact: Array, mu: float) -> Array:
    return exact if np.isinf(mu) else noise.release(exact, 1 / mu)
