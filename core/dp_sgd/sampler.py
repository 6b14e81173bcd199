"""Who takes part in a step: independent coins, laid out in chunks of one fixed shape."""

from collections.abc import Iterator

import numpy as np

PADDING = -1


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


def chunks(indices: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Lay a batch out in chunks of ``size``, filled up with ``PADDING``; nobody is dropped.

    An empty batch is one chunk of padding, so that it takes the same way as any other.

    Example:
        >>> [chunk.tolist() for chunk in chunks(np.array([3, 5, 8]), 2)]
        [[3, 5], [8, -1]]
    """
    n_chunks = max(1, -(-len(indices) // size))
    padded = np.full(n_chunks * size, PADDING, dtype=np.int32)
    padded[: len(indices)] = indices
    yield from padded.reshape(n_chunks, size)
