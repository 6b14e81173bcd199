"""Exact sums: where every layer is small, one example moves them by at most the clip norm, however many pull."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.dp_sgd.norms import MARGIN, Kept, OutrightPart, grid_step, part_of
from core.dp_sgd.step import Step, clipped_sums
from tests.dp_training import linear, square_loss

CLIP, CANDIDATES, FEATURES = 2.0, 12, 8


def head() -> Any:
    """A linear head like that of ``hybrid``: (batch, candidates, features) -> (batch, candidates)."""
    signals = keras.Input((CANDIDATES, FEATURES))
    start = keras.initializers.RandomNormal(seed=1)
    scores = keras.layers.Dense(1, use_bias=False, kernel_initializer=start)(signals)
    return keras.Model(signals, keras.layers.Reshape((CANDIDATES,))(scores))


def loss(logits: Any, target: Any) -> Any:
    """Softmax over an example's own candidates."""
    return -tf.reduce_sum(target * tf.nn.log_softmax(logits), axis=1)


def shoppers(n: int, aligned: bool) -> tuple[Any, Any]:
    """All alike, with gradients far above the clip norm; or all different, some above it and some below."""
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(1 if aligned else n, CANDIDATES, FEATURES))
    features = np.repeat(50 * drawn, n, axis=0) if aligned else drawn * rng.gamma(1.0, 2.0, (n, 1, 1))
    target = np.zeros((n, CANDIDATES), np.float32)
    target[:, 0] = 1
    return tf.constant(features, tf.float32), tf.constant(target)


def total(features: Any, target: Any) -> np.ndarray:
    everyone = tf.ones(len(features), tf.bool)
    pairs, _, _ = clipped_sums(head(), loss, [features], target, everyone, CLIP)
    summed: np.ndarray = pairs[0][1].numpy()
    return summed


@pytest.mark.parametrize("aligned", [True, False], ids=["aligned", "mixed"])
@pytest.mark.parametrize("left_out", [0, 7_777, 19_999])
def test_one_of_20_000_shoppers_moves_the_sum_of_the_head_by_at_most_the_clip_norm(
    aligned: bool, left_out: int
) -> None:
    """In float32 it would be 2.0005 where all pull one way: the rounding of 20,000 others counts as that shopper's."""
    features, target = shoppers(20_000, aligned)
    others = np.arange(20_000) != left_out

    moved = total(features, target) - total(features[others], target[others])

    assert moved.dtype == np.float64
    assert np.linalg.norm(moved) <= CLIP
    if aligned:
        assert np.linalg.norm(moved) >= CLIP * (1 - 2 * MARGIN)


def test_exact_sums_do_not_depend_on_order_or_chunks() -> None:
    """Whole multiples of one step add up without rounding: any order, any halves, the same bits."""
    rng = np.random.default_rng(0)
    A, G = rng.normal(size=(1_000, 1, FEATURES)), rng.normal(size=(1_000, 1, 1))
    weights = rng.random(1_000)
    layer = keras.layers.Dense(1, use_bias=False)
    layer.build((None, 1, FEATURES))

    def added(rows: Any) -> np.ndarray:
        part = part_of(layer, [tf.constant(A[rows], tf.float32)], [tf.constant(G[rows], tf.float32)])
        summed: np.ndarray = part.weighted_sum(Kept(tf.constant(weights[rows]), step=grid_step(CLIP)))[0].numpy()
        return summed

    whole = added(np.arange(1_000))
    assert np.array_equal(added(rng.permutation(1_000)), whole)
    assert np.array_equal(added(np.arange(300)) + added(np.arange(300, 1_000)), whole)
    assert np.array_equal(np.round(whole / grid_step(CLIP)) * grid_step(CLIP), whole)


def test_who_else_is_there_moves_the_gradient_of_an_example_by_its_last_bits_at_most() -> None:
    """Kernels treat the tail of an array in another way than the rest: what ``MARGIN`` is for, and a tenth of it."""
    features, target = shoppers(1_001, aligned=False)
    for left_out in (0, 500, 1_000):
        others = np.arange(1_001) != left_out
        moved = total(features, target) - total(features[others], target[others])
        own = total(features[left_out : left_out + 1], target[left_out : left_out + 1])

        assert np.linalg.norm(moved - own) <= 0.1 * MARGIN * CLIP


@pytest.mark.parametrize(("clip_norm", "step"), [(2.0, 2.0**-31), (1.0, 2.0**-32), (0.3, 2.0**-34), (3.0, 2.0**-31)])
def test_the_grid_has_a_power_of_two_for_its_step(clip_norm: float, step: float) -> None:
    """2**-32 of the power of two at or below the clip norm."""
    assert grid_step(clip_norm) == step


def test_a_gradient_that_is_not_finite_or_is_padding_adds_nothing_to_an_exact_sum() -> None:
    features, target = shoppers(6, aligned=False)
    bad = tf.tensor_scatter_nd_update(features, [[2, 0, 0], [4, 1, 1]], [np.nan, np.inf])
    real = tf.constant([True, True, True, False, True, True])
    kept = [0, 1, 5]

    pairs, _, _ = clipped_sums(head(), loss, [bad], target, real, CLIP)

    assert np.array_equal(pairs[0][1], total(tf.gather(features, kept), tf.gather(target, kept)))


def test_noise_is_drawn_and_added_in_the_precision_of_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    """(2**-40 + 1 * 2**-41) / 2**-40 = 1.5, drawn as float64 because the sum is."""
    step = Step(
        linear(1, 1),
        square_loss,
        keras.optimizers.SGD(1.0),
        clip_norm=CLIP,
        noise_std=2.0**-41,
        divisor=2.0**-40,
        rng=np.random.default_rng(),
    )
    drawn: list[Any] = []

    def one(shape: Any, dtype: Any) -> Any:
        drawn.append(dtype)
        return tf.ones(shape, dtype)

    monkeypatch.setattr(step._generator, "normal", one)
    mean = step._noised_mean(tf.constant([2.0**-40], tf.float64))

    assert drawn == [tf.float64]
    assert mean.numpy().tolist() == [1.5]
    assert mean.dtype == tf.float32  # what the optimizer takes


def test_layers_with_few_weights_are_counted_outright_and_large_ones_are_not() -> None:
    """Where the gradient of an example is no larger than what it is made of."""
    small, large = keras.layers.Dense(1), keras.layers.Dense(64)
    for layer in (small, large):
        layer.build((None, 5, 32))

    assert isinstance(part_of(small, [tf.zeros((2, 5, 32))], [tf.zeros((2, 5, 1))]), OutrightPart)
    assert not isinstance(part_of(large, [tf.zeros((2, 5, 32))], [tf.zeros((2, 5, 64))]), OutrightPart)
