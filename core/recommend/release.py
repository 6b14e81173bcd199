"""The two private statistics: how popular products are, and which go together. One Gaussian draw each.

One shopper is one vector of length 1, whether they touched three products or three thousand; so adding or
removing a shopper moves each statistic by at most 1, whoever they are.
Sums over shoppers are of integers (``core.privacy.exact_sums``): they hold this exactly, in any order of shoppers.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.privacy.exact_sums import MARGIN, UNIT_STEP, check_shoppers, unit_vector_sums
from core.recommend.histories import Histories

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SHARES = (0.1, 0.2, 0.4)  # of the release's μ² that popularity may get
MAX_HEAD = 4_000
SHORTEST = 0.01  # squared length of what is left: from there on a shopper is a vector of length 1, below a shorter one
GRAM_STEP = 2.0**-32


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


def release_popularity(histories: Histories, mu: float, noise: Noise) -> Popularity:
    """Sum of the shoppers' unit vectors plus N(0, 1/μ²) on every product of the catalogue.

    Sensitivity 1 in L2 under adding or removing a shopper. μ = inf draws no noise (not private).
    """
    return noisy_popularity(popularity_sums(histories.matrix), mu, noise)


def popularity_sums(matrix: sparse.csr_array) -> Array:
    """Sum of the unit vectors of a matrix's rows, shape (n_items,): exact, so nothing that may leave."""
    return np.asarray(unit_vector_sums(matrix) * UNIT_STEP, np.float64)


def noisy_popularity(exact: Array, mu: float, noise: Noise) -> Popularity:
    """Add N(0, 1/μ²) to each of the sums."""
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
    (shorter where less than ``SHORTEST`` is left). ‖r rᵀ‖_F <= 1, so in the coordinates (G_ii, √2 G_ij for i < j) one
    shopper moves the sum by at most 1; noise of std 1/μ on each of them is std 1/(√2 μ) on an entry off the diagonal.
    What is taken out, popularity, is known already and dominates every history.
    """
    head = np.argsort(-popularity.values, kind="stable")[:size]
    direction = np.maximum(popularity.values[head], 0)
    direction = direction / max(np.linalg.norm(direction), 1e-12)
    exact = deflated_gram(gram_sums(histories.matrix[:, head], direction), direction)
    upper = np.triu_indices(size)
    stretch = np.where(upper[0] == upper[1], 1, np.sqrt(2))
    values = np.zeros((size, size))
    values[upper] = _draw(noise, exact[upper] * stretch, mu) / stretch
    values.T[upper] = values[upper]
    return Gram(head, direction, values, mu)


@dataclass(frozen=True)
class GramSums:
    """Sums over shoppers from which Σ r rᵀ follows, exact, in ``GRAM_STEP``.

    With h the shopper's products (0 and 1), d the direction, t = h·d, and a the shopper's scale, a (h - t d)(h - t d)ᵀ
    is r rᵀ. Its sum is linear in these three.

    Attributes:
        together: Σ a h hᵀ, shape (K, K), symmetric.
        mixed: Σ (a t) h, shape (K,).
        along: Σ a t².
    """

    together: Integers
    mixed: Integers
    along: int


def gram_sums(on_head: sparse.csr_array, direction: Array) -> GramSums:
    """Round every shopper's a, a t and a t² to ``GRAM_STEP`` and add them up, whatever their order.

    With n products of which left = 1 - t²/n is not along d, a = 1 / (n max(left, SHORTEST)). Rounding it down makes a
    shopper a little shorter, no more. a t and a t² follow from the rounded a; each is off by half a step at most,
    which moves the shopper's matrix by (√n + 1/2) steps in the Frobenius norm: 2e-8 for the 4,000 of ``MAX_HEAD``.

    Raises:
        DataError: more than ``MOST_SHOPPERS``; a <= 100 then keeps every sum below 2^62.
    """
    check_shoppers(on_head.shape[0])
    pattern = sparse.csr_array((np.ones(on_head.nnz), on_head.indices, on_head.indptr), shape=on_head.shape)
    pattern.sort_indices()  # a sum over a shopper's own products then has one order
    sizes = np.diff(pattern.indptr)
    t = np.asarray(pattern @ direction)
    left = 1 - t**2 / np.maximum(sizes, 1)
    scale = MARGIN**2 / GRAM_STEP / (np.maximum(sizes, 1) * np.maximum(left, SHORTEST))
    a = np.where(sizes > 0, np.floor(scale), 0).astype(np.int64)
    ones = pattern.astype(np.int64)
    scaled = sparse.csr_array((np.repeat(a, sizes), ones.indices, ones.indptr), shape=ones.shape)
    return GramSums(
        together=np.asarray((ones.T @ scaled).toarray()),
        mixed=np.asarray(ones.T @ np.rint(a * t).astype(np.int64)),
        along=int(np.rint(a * t**2).astype(np.int64).sum()),
    )


def deflated_gram(sums: GramSums, direction: Array) -> Array:
    """Σ r rᵀ = Σ a h hᵀ - m dᵀ - d mᵀ + c d dᵀ with m = Σ (a t) h and c = Σ a t²: public arithmetic on the sums.

    Float64 rounds each of the terms, none of which is longer than Σ a n <= 100 n_users in the Frobenius norm, at most
    five times: in all 20 · 2^-53 · 100 n_users, for two neighbours 4e-6 with ``MOST_SHOPPERS``. ``MARGIN`` covers it.
    """
    gram = sums.together * GRAM_STEP
    mixed = np.outer(sums.mixed * GRAM_STEP, direction)
    gram -= mixed + mixed.T
    gram += (sums.along * GRAM_STEP) * np.outer(direction, direction)
    return np.asarray(gram)


def _draw(noise: Noise, exact: Array, mu: float) -> Array:
    return exact if np.isinf(mu) else noise.release(exact, 1 / mu)
