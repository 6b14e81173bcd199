"""95 % intervals of shares."""

import math

import numpy as np

Z = 1.959964  # of a normal distribution, 95 % lie within so many standard deviations


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share that was found among ``n`` independent draws.

    Unlike share ± 2 standard errors it stays within 0..1 and does not shrink to nothing at 0 and at 1. ``n`` may be an
    effective number, of a sample that knows more or less than so many independent draws.
    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".

    Example:
        >>> [round(end, 3) for end in wilson(0.5, 100)]
        [0.404, 0.596]
    """
    if n <= 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def share_of_sample(hits: np.ndarray, n_all: int, is_certain: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the share of ``n_all`` shoppers, some of whom were attacked, each a few times.

    Two things are drawn: which shoppers, and what is known of each. Where every shopper was attacked, only the second
    is left, and nothing where that was no draw either: then the interval is a point. Else the two variances are told
    apart (of the means of shoppers, and within shoppers), the first shrinks by the share of shoppers that was drawn
    (Cochran 1977, "Sampling techniques", sections 2.6 and 10.3), and together they say how many independent draws would
    know as much.

    Args:
        hits: True where an attack succeeded, shape (n_draws, n_shoppers).
        n_all: Shoppers that could have been drawn.
        is_certain: True for shoppers of whom every draw is the same, shape (n_shoppers,).
    """
    n_draws, n = hits.shape
    if n == n_all:
        open_ones = hits[:, ~is_certain]
        fixed = float(hits[0, is_certain].sum())
        if not open_ones.size:
            return fixed / n_all, fixed / n_all
        ends = wilson(float(open_ones.mean()), open_ones.size)
        low, high = ((fixed + open_ones.shape[1] * end) / n_all for end in ends)
        return low, high
    return wilson(float(hits.mean()), _effective(hits, n / n_all) if n_draws > 1 else n)


def _effective(hits: np.ndarray, drawn: float) -> float:
    """Independent draws that would know as much as ``hits``, of the share ``drawn`` of all shoppers."""
    n_draws, n = hits.shape
    share, means = float(hits.mean()), hits.mean(axis=0)
    within = float((means * (1 - means)).mean()) * n_draws / (n_draws - 1)
    between = max(float(means.var(ddof=1)) - within / n_draws, 0.0)
    variance = (1 - drawn) * between / n + within / (n * n_draws)
    if variance <= 0:
        return float(n)
    # No draw knows less than one independent shopper does, and none more than all of its repeats.
    return float(min(max(share * (1 - share) / variance, n), n * n_draws / (1 - drawn)))
