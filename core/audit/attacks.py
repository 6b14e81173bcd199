"""
Attacks: a score for each canary, higher where the attacker rather believes that it was in the data.

==================  ================================================================================================
``white-box``       sees the noisy statistics, and knows every real shopper, every canary, all settings and the noise
                    level: all but the coins and the noise itself, as the definition of differential privacy has it
``black-box``       may ask the model for scores of every product, and has a model of the real shoppers to compare
``recommendations`` sees lists of 20 products only, and has lists of the real shoppers' model to compare
==================  ================================================================================================
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from core.audit.canaries import Canaries
from core.privacy.noise import SecureNormal
from core.recommend.histories import Histories
from core.recommend.models import Model, top_k
from core.recommend.release import Gram, Popularity, release_gram, release_popularity
from core.studies.releasing import JointRelease

Array = npt.NDArray[np.float64]

LIST_LENGTH = 20
NO_NOISE_MU = 1e3  # what "no noise" is taken for: small enough for arithmetic, large enough for no doubt
COIN_PRECISION = 4.0  # 1 / variance of a fair coin


def white_box(release: JointRelease, shoppers: Histories, canaries: Canaries) -> Array:
    """The best linear guess of all coins together from the noisy statistics, shape (m,).

    What the real shoppers add to the statistics is known and taken off. What is left is Σ coin_c g_c + noise, with g_c
    what canary c adds, worked out here from the definition and not by the code that is attacked. The likelihood of the
    coins hangs on s_c = <left, g_c> / σ² alone; where contributions overlap, other canaries' coins blur it, and the
    least squares guess with each coin of mean 1/2 and variance 1/4 clears that up: ½ + (K + 4)⁻¹ (s - K ½), with
    K the inner products of contributions / σ². With nothing that overlaps the score is N(±μ²/2, μ²) up to scale: all
    that the mechanism gives away.
    """
    left, overlap = _of_popularity(release.popularity, shoppers, canaries)
    if release.gram is not None:
        more_left, more_overlap = _of_gram(release.gram, release.popularity, shoppers, canaries)
        left, overlap = left + more_left, overlap + more_overlap
    surprise = left - overlap.sum(axis=1) / 2
    overlap[np.diag_indices_from(overlap)] += COIN_PRECISION
    return np.asarray(0.5 + cho_solve(cho_factor(overlap), surprise))


def _of_popularity(popularity: Popularity, shoppers: Histories, canaries: Canaries) -> tuple[Array, Array]:
    """<left, g_c> / σ² and the inner products of contributions / σ², of the sums of unit vectors."""
    known = release_popularity(shoppers, math.inf, SecureNormal()).values
    units = _unit_rows(canaries.histories.matrix)
    precision = min(popularity.mu, NO_NOISE_MU) ** 2
    return precision * (units @ (popularity.values - known)), precision * np.asarray((units @ units.T).toarray())


def _of_gram(gram: Gram, popularity: Popularity, shoppers: Histories, canaries: Canaries) -> tuple[Array, Array]:
    """The same of the co-occurrence, whose contribution is r rᵀ: <A, r rᵀ> = r A r, <r rᵀ, q qᵀ> = (r q)²."""
    known = release_gram(shoppers, popularity, len(gram.head), math.inf, SecureNormal()).values
    units = np.asarray(_unit_rows(sparse.csr_array(canaries.histories.matrix[:, gram.head])).toarray())
    rest = units - np.outer(units @ gram.direction, gram.direction)
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    rest = np.divide(rest, lengths, out=np.zeros_like(rest), where=lengths > 0)
    precision = min(gram.mu, NO_NOISE_MU) ** 2
    seen = np.einsum("ij,ij->i", rest @ (gram.values - known), rest)
    return precision * seen, precision * (rest @ rest.T) ** 2


def _unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    sizes = np.diff(matrix.indptr)
    data = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


@dataclass(frozen=True)
class Asked:
    """What a model says of canaries of whom it is shown half; two attacks compare it with another model's.

    Attributes:
        places: Mean -log of the place of the products held back, shape (m,).
        gains: Discounted gain of the products held back in the list of 20, shape (m,).
    """

    places: Array
    gains: Array

    def beyond(self, other: "Asked") -> "Asked":
        """By how much this model knows better than the other."""
        return Asked(self.places - other.places, self.gains - other.gains)


def ask(model: Model, canaries: Canaries) -> Asked:
    """Show a model half of each canary's products and look where the others come."""
    shown, held = canaries.halves()
    scores = np.array(model.scores(shown), np.float64)
    items, best = top_k(scores.astype(np.float32), shown.matrix, LIST_LENGTH)
    scores[shown.matrix.toarray() > 0] = -np.inf
    places, gains = np.zeros(len(scores)), np.zeros(len(scores))
    for row in range(len(scores)):
        theirs = held.indices[held.indptr[row] : held.indptr[row + 1]]
        above = (scores[row][None, :] > scores[row][theirs][:, None]).sum(axis=1)
        places[row] = -np.log(1 + above).mean()
        hits = np.isin(items[row], theirs) & np.isfinite(best[row])
        gains[row] = (hits / np.log2(np.arange(2, len(hits) + 2))).sum()
    return Asked(places, gains)
