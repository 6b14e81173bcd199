"""Who takes part in a step: independent coins, and nobody lost between chunks."""

import numpy as np

from core.dp_sgd.sampler import PADDING, chunks, sample_poisson, usual_chunk


def test_each_example_takes_part_by_its_own_coin() -> None:
    """Frequencies are q, the batch size varies by n q (1 - q), and pairs meet as often as q^2: no shuffling."""
    n, q, rounds = 50, 0.2, 20_000
    rng = np.random.default_rng(1)
    taken = np.zeros((rounds, n), dtype=bool)
    for row in taken:
        row[sample_poisson(n, q, rng=rng)] = True
    spread = np.sqrt(q * (1 - q) / rounds)

    assert np.abs(taken.mean(axis=0) - q).max() < 5 * spread
    sizes = taken.sum(axis=1)
    ratio = sizes.var(ddof=1) / (n * q * (1 - q))
    assert abs(ratio - 1) < 5 * np.sqrt(2 / rounds)
    assert abs((taken[:, 0] & taken[:, 1]).mean() - q**2) < 5 * np.sqrt(q**2 / rounds)
    again = (taken[1:] & taken[:-1]).mean()  # a shuffled epoch would avoid whoever just took part
    assert abs(again - q**2) < 5 * np.sqrt(q**2 / (rounds * n))


def test_chunks_hold_everybody_once_in_one_shape() -> None:
    """What does not fit goes into a further chunk, and an empty batch is one chunk of padding."""
    for n in (0, 1, 7, 8, 9, 23):
        laid = np.concatenate(list(chunks(np.arange(n), 8)))
        assert laid.size == max(8, -(-n // 8) * 8)
        assert sorted(laid[laid != PADDING]) == list(range(n))


def test_usual_chunks_hold_a_usual_batch_with_little_padding() -> None:
    """Two deviations above the mean in equal chunks: at most one batch in 20 needs a further one."""
    assert usual_chunk(2048, 1.0) == 512
    assert usual_chunk(100, 1.0) == 100
    assert usual_chunk(1_280, 0.1) == 128 + 22  # 2 sqrt(128 * 0.9) = 21.5
    assert usual_chunk(10, 1e-9) == 1
    rng = np.random.default_rng(0)
    size = 3 * usual_chunk(12_000, 0.1)  # mean 1,200: three chunks

    over = [len(sample_poisson(12_000, 0.1, rng=rng)) > size for _ in range(500)]

    assert np.mean(over) < 0.05
