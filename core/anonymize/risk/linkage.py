"""Can two halves of a history be found to be one shopper's? An attack that tries."""

from typing import NamedTuple, TypedDict

import numpy as np
from scipy.sparse import csr_array, diags_array

from core.anonymize.risk.intervals import wilson
from core.anonymize.risk.points import sizes_of
from core.progress import Report, silent

N_SAMPLE = 1_500  # halves that are looked for: a rate is known to about 2.5 percentage points
SEED = 2016
WORK = 150_000_000  # products compared in all: beyond, fewer halves are looked for and the interval grows
BLOCK = 4_000_000  # products compared at once: bounds the memory to about 200 MB
LEAST = 200  # halves that are looked for whatever it costs
_SAME = 1e-9  # scores closer than this are equal: they are sums of the same numbers


class Linked(TypedDict):
    """The share of right first guesses with its 95 % interval, what blind guessing reaches, halves looked for."""

    rate: float
    interval: list[float]
    guess: float
    n: int


class Halves(NamedTuple):
    """Events of two halves, shape (n_users, n_items) each: the one that is known and the one that is published."""

    known: csr_array
    published: csr_array


def halves_at_random(users: np.ndarray, items: np.ndarray, n_users: int, n_items: int) -> Halves:
    """Split each shopper's events into two halves by a coin; of an odd number the published half gets one more."""
    coin = np.random.default_rng(SEED).permutation(len(users))
    return _split(users, items, coin[np.argsort(users[coin], kind="stable")], n_users, n_items)


def halves_by_time(users: np.ndarray, items: np.ndarray, times: np.ndarray, n_users: int, n_items: int) -> Halves:
    """Split each shopper's events into an earlier half, known, and a later one, published; ties by a coin.

    Args:
        users: Shopper's number of each event, shape (n_rows,).
        items: Product's number, same shape.
        times: When, same shape, datetime64; missing ones come last.
        n_users: Number of shoppers.
        n_items: Number of products.
    """
    coin = np.random.default_rng(SEED).permutation(len(users))
    by_time = coin[np.argsort(times[coin], kind="stable")]
    return _split(users, items, by_time[np.argsort(users[by_time], kind="stable")], n_users, n_items)


def linked(halves: Halves, *, report: Report = silent) -> Linked:
    """Match a sample of known halves with all published halves, and count the right first guesses.

    A half is the vector of its products, each weighted (1 + log of its events) times the log of how rare it is among
    published halves (TF-IDF: Spärck Jones 1972); the guess is the published half with the largest cosine. Of several
    equal ones the right one counts as 1 / their number, and where nothing is in common all of them are equal. Only
    products are used, neither days nor prices: what is found is a lower bound on what an attacker can do.

    Where halves by time are used, "known" is what happened before, as for somebody who knows an old export.

    Args:
        halves: Shoppers with events in both are looked for; those with published events are the crowd.
        report: Told now and then; may raise.
    """
    in_crowd = sizes_of(halves.published) > 0
    asked = np.flatnonzero(in_crowd & (sizes_of(halves.known) > 0))
    n_crowd = int(in_crowd.sum())
    if not len(asked):
        return {"rate": 0.0, "interval": [0.0, 1.0], "guess": 0.0, "n": 0}
    rarity = np.log1p(n_crowd / np.maximum(sizes_of(halves.published.T.tocsr()), 1))  # (n_items,)
    sample = np.random.default_rng(SEED).permutation(asked)[:N_SAMPLE]
    known, crowd = _vectors(halves.known[sample], rarity), _vectors(halves.published, rarity).T.tocsr()
    spent = np.cumsum(_work(known, sizes_of(crowd)))
    n = min(len(sample), max(int(np.searchsorted(spent, WORK, "right")), LEAST))
    right = np.zeros(n)
    done = 0
    while done < n:
        report(done / n, "Matching halves of histories")
        before = float(spent[done - 1]) if done else 0.0
        end = min(max(int(np.searchsorted(spent, before + BLOCK, "right")), done + 1), n)
        right[done:end] = _right_guesses(known[done:end] @ crowd, sample[done:end], n_crowd)
        done = end
    rate = float(right.mean())
    return {
        "rate": round(rate, 4),
        "interval": [round(end, 4) for end in wilson(rate, n)],
        "guess": round(1 / n_crowd, 8),
        "n": n,
    }


def _split(users: np.ndarray, items: np.ndarray, order: np.ndarray, n_users: int, n_items: int) -> Halves:
    """The first half of each shopper's events in ``order`` (shopper by shopper) is known, the rest is published."""
    sizes = np.bincount(users, minlength=n_users)
    place = np.arange(len(users)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_known = place < np.repeat(sizes // 2, sizes)
    parts = [
        csr_array((np.ones(len(own)), (users[own], items[own])), shape=(n_users, n_items))
        for own in (order[is_known], order[~is_known])
    ]
    for part in parts:
        part.sum_duplicates()
    return Halves(*parts)


def _vectors(counts: csr_array, rarity: np.ndarray) -> csr_array:
    """Rows of weights, each of length 1."""
    weights = counts.copy()
    weights.data = (1 + np.log(weights.data)) * rarity[weights.indices]
    lengths = np.sqrt((weights**2).sum(axis=1))
    return csr_array(diags_array(1 / np.where(lengths > 0, lengths, 1.0)) @ weights)


def _work(known: csr_array, holders: np.ndarray) -> np.ndarray:
    """How many published halves each known half is compared with, product by product, shape (n_known,)."""
    return np.add.reduceat(holders[known.indices], known.indptr[:-1])


def _right_guesses(scores: csr_array, users: np.ndarray, n_crowd: int) -> np.ndarray:
    """The chance of each first guess to be right, shape (n_users,): 1, 0, or 1 / ties."""
    row = np.repeat(np.arange(len(users)), np.diff(scores.indptr))
    best, own = np.zeros(len(users)), np.zeros(len(users))
    np.maximum.at(best, row, scores.data)
    is_own = scores.indices == users[row]
    own[row[is_own]] = scores.data[is_own]
    ties = np.bincount(row, scores.data >= best[row] - _SAME, len(users))
    ties = np.where(best > 0, ties, n_crowd)  # nothing in common with anybody: a blind guess
    return np.where(own >= best - _SAME, 1 / np.maximum(ties, 1), 0.0)
