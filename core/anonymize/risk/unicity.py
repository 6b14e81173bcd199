"""How many shoppers a little knowledge of what they bought singles out."""

from typing import TypedDict

import numpy as np
from scipy.sparse import csr_array

from core.anonymize.risk.intervals import share_of_sample
from core.anonymize.risk.points import sizes_of
from core.progress import Report, silent

MAX_KNOWN = 5
N_SAMPLE = 4_000  # shoppers drawn: a share is known to about 1.5 percentage points
N_DRAWS = 3  # what is known of each of them is drawn so many times
SEED = 2015  # the same shoppers are drawn before and after, so that two risks compare
WORK = 150_000_000  # holders looked at in all: beyond, fewer attacks are tried and intervals grow
BLOCK = 4_000_000  # holders looked at at once: bounds the memory to about 200 MB
LEAST = 200  # shoppers that are attacked whatever it costs
_N_BITS = np.array([bin(mask).count("1") for mask in range(1 << MAX_KNOWN)], np.uint8)


class Unicity(TypedDict):
    """Shares of shoppers that "1" to "5" known points single out, with 95 % intervals.

    ``wrong`` are the shares for whom the points lead to exactly one shopper, but to another one.
    """

    shares: dict[str, float]
    intervals: dict[str, list[float]]
    wrong: dict[str, float]
    n: int


def unicity(known: csr_array, published: csr_array, *, report: Report = silent) -> Unicity:
    """Measure how often an attacker with 1 to 5 points of a shopper finds that shopper, and only that one.

    The attacker knows random points of a shopper's row in ``known`` and looks for the published shoppers who agree with
    most of them. The shopper is singled out where there is exactly one such, and it is the right one; pseudonyms do not
    matter, since nothing but points is compared. Where ``known`` and ``published`` are one table, this is the unicity
    of de Montjoye et al. 2015 (https://doi.org/10.1126/science.1256297): nobody else has all of the points. Where
    points of the true history are missing from the published one (left out, capped, randomised), the attacker goes by
    the others. One with fewer points is taken with all of them; one who is not published is never found.

    Args:
        known: True points, shape (n_users, n_points), 1 where a shopper has it; shoppers with none are not attacked.
        published: What can be searched, same shape and numbers.
        report: Told now and then; may raise.
    """
    sizes = sizes_of(known)
    there = np.flatnonzero(sizes)
    if not len(there):
        names = [str(n) for n in range(1, MAX_KNOWN + 1)]
        nothing = dict.fromkeys(names, 0.0)
        return {"shares": nothing, "intervals": {name: [0.0, 0.0] for name in names}, "wrong": nothing, "n": 0}
    rng = np.random.default_rng(SEED)
    sample = rng.permutation(there)[:N_SAMPLE]
    holders = published.T.tocsr()  # (n_points, n_users)
    hits, misses = _attacked(_drawn(known, sample, rng), sample, holders, report)  # (n_known, n_draws, n_shoppers)
    n = hits.shape[2]
    found: Unicity = {"shares": {}, "intervals": {}, "wrong": {}, "n": n}
    for n_known, (right, wrong) in enumerate(zip(hits, misses, strict=True), 1):
        ends = share_of_sample(right, len(there), sizes[sample[:n]] <= n_known)
        found["shares"][str(n_known)] = round(float(right.mean()), 4)
        found["wrong"][str(n_known)] = round(float(wrong.mean()), 4)
        found["intervals"][str(n_known)] = [round(end, 4) for end in ends]
    return found


def _drawn(known: csr_array, sample: np.ndarray, rng: np.random.Generator) -> csr_array:
    """Up to five points of each sampled shopper, drawn without putting back; all shoppers once, then all again, ...

    Shape (N_DRAWS * n_sampled, n_points); the value of the n-th point drawn is 2 ** n.
    """
    users = np.tile(sample, N_DRAWS)
    sizes = sizes_of(known)[users]
    ends = np.cumsum(sizes)
    attack = np.repeat(np.arange(len(users)), sizes)
    within = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
    points = known.indices[np.repeat(known.indptr[users], sizes) + within]
    order = np.lexsort((rng.random(ends[-1]), attack))  # shuffles each shopper's points
    is_known = within < MAX_KNOWN
    n_known = np.minimum(sizes, MAX_KNOWN)
    bits = (1 << within[is_known]).astype(np.uint8)
    starts = np.concatenate([[0], np.cumsum(n_known)])
    return csr_array((bits, points[order][is_known], starts), shape=(len(users), known.shape[1]))


def _attacked(
    drawn: csr_array, sample: np.ndarray, holders: csr_array, report: Report
) -> tuple[np.ndarray, np.ndarray]:
    """True where an attack found the right shopper, and where it found another one, as many as WORK allows.

    Shape (MAX_KNOWN, n_draws, n_shoppers) each.
    """
    work = np.add.reduceat(sizes_of(holders)[drawn.indices], drawn.indptr[:-1])  # (n_attacks,)
    spent = np.cumsum(work)
    n, n_attacks = len(sample), int(np.searchsorted(spent, WORK, "right"))
    if n_attacks < n:
        n = n_attacks = min(n, max(n_attacks, LEAST))
    n_attacks -= n_attacks % n
    found = np.zeros((2, MAX_KNOWN, n_attacks), bool)
    done = 0
    while done < n_attacks:
        report(done / n_attacks, "Looking for shoppers by what is known of them")
        before = int(spent[done - 1]) if done else 0
        end = min(max(int(np.searchsorted(spent, before + BLOCK, "right")), done + 1), n_attacks)
        found[..., done:end] = _found(drawn[done:end], np.resize(sample[:n], n_attacks)[done:end], holders)
        done = end
    hits, misses = found.reshape(2, MAX_KNOWN, n_attacks // n, n)
    return hits, misses


def _found(drawn: csr_array, users: np.ndarray, holders: csr_array) -> np.ndarray:
    """True where exactly one shopper agrees with most of the first 1, 2, ... points: the right one, and another one.

    Shape (2, MAX_KNOWN, n_attacks).
    """
    agreed = drawn @ holders  # bit n says that a shopper has the n-th known point
    filled = np.flatnonzero(np.diff(agreed.indptr))
    attack = np.repeat(np.arange(len(users)), np.diff(agreed.indptr))
    is_own = agreed.indices == users[attack]
    own = np.zeros(len(users), np.uint8)
    own[attack[is_own]] = agreed.data[is_own]
    found = np.zeros((2, MAX_KNOWN, len(users)), bool)
    if not len(filled):
        return found
    starts = agreed.indptr[filled]
    for n_known in range(MAX_KNOWN):
        bits = (2 << n_known) - 1
        count = _N_BITS[agreed.data & bits]
        most = np.zeros(len(users), np.uint8)
        most[filled] = np.maximum.reduceat(count, starts)
        n_best = np.zeros(len(users), np.int64)
        n_best[filled] = np.add.reduceat((count == most[attack]).astype(np.int64), starts)
        is_right = _N_BITS[own & bits] == most
        found[:, n_known] = (n_best == 1) & (most > 0) & np.stack([is_right, ~is_right])
    return found
