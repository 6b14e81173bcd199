"""Who takes part in a step: independent coins, laid out in chunks of one fixed shape."""

import math

import numpy as np

PADDING = -1
MOST_IN_CHUNK = 512  # examples: what they need in passing stays in a processor's cache, and in any machine's memory
DEVIATIONS = 2  # above the mean that a batch may be before it takes one more chunk than usual


def sample_poisson(n_examples: int, sampling_prob: float, *, rng: np.random.Generator) -> np.ndarray:
    """Toss one coin an example; batch sizes vary, and must: the amplification theorem is about this sampler.

    A probability of 1 is the full batch, and tosses no coin.

    Example:
        >>> sample_poisson(4, 1.0, rng=np.random.default_rng()).tolist()
        [0, 1, 2, 3]
    """
    if sampling_prob >= 1:
        return np.arange(n_examples)
    return np.flatnonzero(rng.random(n_examples) < sampling_prob)


def chunks(indices: np.ndarray, size: int) -> np.ndarray:
    """Lay a batch out in chunks of ``size``, filled up with ``PADDING``; nobody is dropped.

    An empty batch is one chunk of padding, so that it takes the same way as any other.

    Returns:
        (n_chunks, size) int32.

    Example:
        >>> chunks(np.array([3, 5, 8]), 2).tolist()
        [[3, 5], [8, -1]]
    """
    n_chunks = max(1, -(-len(indices) // size))
    padded = np.full(n_chunks * size, PADDING, dtype=np.int32)
    padded[: len(indices)] = indices
    return padded.reshape(n_chunks, size)


def usual_chunk(n_examples: int, sampling_prob: float, most: int = MOST_IN_CHUNK) -> int:
    """Return the size of equal chunks that just hold a usual batch: little padding, and few batches overflow.

    Example:
        >>> usual_chunk(2048, 1.0), usual_chunk(20_480, 0.1)
        (512, 427)
    """
    mean = n_examples * sampling_prob
    usual = math.ceil(mean + DEVIATIONS * math.sqrt(mean * max(0.0, 1 - sampling_prob)))
    n_chunks = max(1, -(-usual // most))
    return max(1, -(-usual // n_chunks))
