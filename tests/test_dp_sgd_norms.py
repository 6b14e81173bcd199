"""The exact norms and clipped sums, against one GradientTape an example."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.dp_sgd import norms
from core.dp_sgd.step import clipped_sums

N_IDS, BATCH, HISTORY, CANDIDATES = 7, 6, 5, 3


def build(
    seed: int, *, width: int, shared: bool, masked: bool, axes: bool, activation: str, bias: bool, dropout: bool = False
) -> Any:
    """Two towers: pooled history against candidates with features; tables shared or not, Dense over time or not."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    history = keras.Input((HISTORY,), dtype="int32", name="history")
    candidates = keras.Input((CANDIDATES,), dtype="int32", name="candidates")
    features = keras.Input((CANDIDATES, 2), name="features")
    table = layers.Embedding(N_IDS, width, mask_zero=masked, embeddings_initializer="normal")
    items = table if shared else layers.Embedding(N_IDS, width, embeddings_initializer="normal")
    project = layers.Dense(width, activation=activation, use_bias=bias)
    user, item = table(history), items(candidates)
    if axes:  # one Dense called twice, each time over a second axis
        user, item = project(user), project(item)
    user = layers.GlobalAveragePooling1D()(user)
    user = layers.Dense(width + 3, activation=activation, use_bias=bias)(user)
    if dropout:
        user = layers.Dropout(0.5)(user)
    item = layers.Concatenate()([item, layers.Dense(3, activation="tanh")(features)])
    return keras.Model([history, candidates, features], layers.Dot(axes=(1, 2))([user, item]))


def draw(seed: int) -> tuple[list[Any], Any]:
    """Histories with repeats and padding, candidates with repeats."""
    rng = np.random.default_rng(seed)
    history = rng.integers(0, N_IDS, (BATCH, HISTORY))
    history[0] = 3  # one id only
    history[1, 1:] = 0  # nearly all padding
    history[:, 0] = np.maximum(history[:, 0], 1)  # Keras' masked mean of nothing is not a number
    candidates = rng.integers(1, N_IDS, (BATCH, CANDIDATES))
    features = rng.normal(size=(BATCH, CANDIDATES, 2))
    inputs = [tf.constant(history, tf.int32), tf.constant(candidates, tf.int32), tf.constant(features, tf.float32)]
    return inputs, tf.constant(rng.integers(0, 2, (BATCH, CANDIDATES)), tf.float32)


def loss(outputs: Any, labels: Any) -> Any:
    """Binary cross-entropy over an example's own candidates."""
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(logits=outputs, labels=labels), axis=1)


def one_by_one(model: Any, inputs: list[Any], targets: Any) -> list[list[np.ndarray]]:
    """Return each example's gradient, the slow and certain way."""
    found = []
    for row in range(BATCH):
        with tf.GradientTape() as tape:
            single = loss(model([x[row : row + 1] for x in inputs], training=True), targets[row : row + 1])
        gradients = tape.gradient(single, model.trainable_variables, unconnected_gradients="zero")
        found.append([tf.convert_to_tensor(gradient).numpy() for gradient in gradients])
    return found


def norm(gradients: list[np.ndarray]) -> float:
    """Joint norm over all variables."""
    return float(np.sqrt(sum(np.sum(np.square(gradient, dtype=np.float64)) for gradient in gradients)))


def sums_of(model: Any, pairs: list[tuple[Any, Any]]) -> list[np.ndarray]:
    """Bring the pairs in the order of the model's variables, dense."""
    by_variable = {id(variable): tf.convert_to_tensor(total).numpy() for variable, total in pairs}
    return [by_variable[id(variable)] for variable in model.trainable_variables]


def everyone(n: int = BATCH) -> Any:
    return tf.ones(n, tf.bool)


def check_against_one_by_one(model: Any, inputs: list[Any], targets: Any, clip_norm: float, jit: bool = False) -> None:
    """Norms agree to 1e-4 and never fall below the truth; the clipped sum is the sum of clipped gradients.

    Where an example's positions cancel, the slack upwards, a share of their squares, is all that is left of its norm.
    """
    pairs, _, norms_found = clipped_sums(model, loss, inputs, targets, everyone(), clip_norm, jit=jit)
    gradients = one_by_one(model, inputs, targets)
    truth = np.array([norm(gradient) for gradient in gradients])
    np.testing.assert_allclose(norms_found.numpy() ** 2, truth**2, rtol=2e-4, atol=1e-5 * np.max(truth**2) + 1e-14)
    assert (norms_found.numpy() >= truth * (1 - 1e-5)).all()
    scales = np.minimum(1, clip_norm / np.maximum(truth, 1e-12))
    for place, total in enumerate(sums_of(model, pairs)):
        expected = sum(scale * gradient[place] for scale, gradient in zip(scales, gradients, strict=True))
        np.testing.assert_allclose(total, expected, rtol=1e-3, atol=2e-5 * clip_norm)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    width=st.integers(1, 6),
    shared=st.booleans(),
    masked=st.booleans(),
    axes=st.booleans(),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "linear"]),
    bias=st.booleans(),
    clip_norm=st.sampled_from([0.05, 0.5, 5.0]),
)
def test_norms_and_sums_are_those_of_one_tape_an_example(seed: int, clip_norm: float, **shape: Any) -> None:
    """Repeated ids, padding, tables and projections called twice, Dense over time: every norm is exact."""
    model = build(seed, **shape)
    inputs, targets = draw(seed)

    check_against_one_by_one(model, inputs, targets, clip_norm)


@pytest.mark.parametrize("outright", [0, 16_384], ids=["products", "outright"])
@pytest.mark.parametrize("jit", [False, True], ids=["plain", "XLA"])
def test_every_way_of_counting_gives_the_same_norms(monkeypatch: Any, outright: int, jit: bool) -> None:
    """Products of positions, or gradients formed outright; with XLA or without."""
    monkeypatch.setattr(norms, "LARGEST_OUTRIGHT", outright)
    model = build(1, width=4, shared=True, masked=True, axes=True, activation="tanh", bias=True)

    check_against_one_by_one(model, *draw(1), clip_norm=0.5, jit=jit)


def test_a_history_of_one_id_counts_as_that_id_five_times() -> None:
    """Five equal ids with gradient g each make 5 g in one row: norm 5 |g|, not sqrt(5) |g|."""
    ids = keras.Input((5,), dtype="int32")
    table = keras.layers.Embedding(3, 2)
    model = keras.Model(ids, keras.layers.Flatten()(table(ids)))

    _, _, found = clipped_sums(
        model, lambda y, _: tf.reduce_sum(y, 1), [tf.constant([[1] * 5, [0, 1, 2, 2, 2]])], None, everyone(2), 1.0
    )

    np.testing.assert_allclose(found, [5 * np.sqrt(2), np.sqrt(2 * (1 + 1 + 9))], rtol=1e-5)


def test_nested_models_are_walked_layer_by_layer() -> None:
    """A tower that is a model of its own, called twice, is the same as its layers called twice."""
    ids = keras.Input((CANDIDATES,), dtype="int32")
    tower = keras.Model(ids, keras.layers.Dense(3, activation="tanh")(keras.layers.Embedding(N_IDS, 4)(ids)))
    history = keras.Input((CANDIDATES,), dtype="int32")
    candidates = keras.Input((CANDIDATES,), dtype="int32")
    user = keras.layers.GlobalAveragePooling1D()(tower(history))
    model = keras.Model([history, candidates], keras.layers.Dot(axes=(1, 2))([user, tower(candidates)]))
    inputs, targets = draw(2)

    check_against_one_by_one(model, [inputs[0][:, :CANDIDATES], inputs[1]], targets, clip_norm=0.2)


def test_one_example_moves_the_sum_by_at_most_the_clip_norm() -> None:
    """The sensitivity that the plan claims, with and without each example, even one whose features are huge."""
    model = build(3, width=4, shared=True, masked=False, axes=True, activation="relu", bias=True)
    inputs, targets = draw(3)
    inputs[2] = inputs[2] * tf.constant([1.0, 1, 1, 1, 1e6, 1])[:, None, None]
    whole = sums_of(model, clipped_sums(model, loss, inputs, targets, everyone(), 0.3)[0])

    for left_out in range(BATCH):
        others = tf.constant(np.arange(BATCH) != left_out)
        rest = sums_of(model, clipped_sums(model, loss, inputs, targets, others, 0.3)[0])
        assert norm([a - b for a, b in zip(whole, rest, strict=True)]) <= 0.3 * (1 + 1e-5)


@pytest.mark.parametrize("garbage", [0.0, 7.0, 1e30, np.inf, np.nan])
def test_padding_adds_exactly_nothing(garbage: float) -> None:
    """Whatever stands in a row of padding, the sum is the same to the last bit."""
    model = build(4, width=4, shared=True, masked=False, axes=True, activation="tanh", bias=True)
    inputs, targets = draw(4)
    real = tf.constant([True] * 4 + [False] * 2)
    clean = sums_of(model, clipped_sums(model, loss, inputs, targets, real, 0.3)[0])
    features = inputs[2].numpy()
    features[4:] = garbage

    dirty = sums_of(model, clipped_sums(model, loss, [*inputs[:2], tf.constant(features)], targets, real, 0.3)[0])

    assert all(np.array_equal(a, b) for a, b in zip(clean, dirty, strict=True))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("outright", [0, 16_384])
def test_an_example_without_a_finite_gradient_adds_nothing(monkeypatch: Any, bad: float, outright: int) -> None:
    """It counts as absent, and the others are as they would be without it."""
    monkeypatch.setattr(norms, "LARGEST_OUTRIGHT", outright)
    model = build(5, width=4, shared=True, masked=False, axes=True, activation="relu", bias=True)
    inputs, targets = draw(5)
    features = inputs[2].numpy()
    features[2] = bad
    given = [*inputs[:2], tf.constant(features)]
    absent = tf.constant(np.arange(BATCH) != 2)

    with_it = sums_of(model, clipped_sums(model, loss, given, targets, everyone(), 0.3)[0])

    without = sums_of(model, clipped_sums(model, loss, inputs, targets, absent, 0.3)[0])
    moved = norm([a - b for a, b in zip(with_it, without, strict=True)])
    assert all(np.isfinite(total).all() for total in with_it)
    assert moved <= (0.3 * (1 + 1e-5) if bad == 1e30 else 1e-6)  # tanh may bring 1e30 back into range


def test_replacing_another_example_leaves_an_example_alone() -> None:
    """What one adds does not depend on who else is in the batch: there is nothing shared to normalise by."""
    model = build(6, width=4, shared=True, masked=True, axes=True, activation="relu", bias=True)
    inputs, targets = draw(6)
    first = tf.constant([True] + [False] * (BATCH - 1))
    other = [tf.concat([x[:1], tf.reverse(x[1:], axis=[0])], axis=0) for x in inputs]

    before = sums_of(model, clipped_sums(model, loss, inputs, targets, first, 0.3)[0])
    after = sums_of(model, clipped_sums(model, loss, other, targets, first, 0.3)[0])

    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_weights_of_clipping_follow_their_table() -> None:
    """Unchanged, shrunk, zero for what is not finite, zero for padding."""
    squares = tf.constant([0.0, 1.0, 16.0, np.nan, np.inf, 1.0])
    real = tf.constant([True, True, True, True, True, False])

    np.testing.assert_allclose(norms.clip_weights(squares, 2.0, real), [1, 1, 2 * (1 - 1e-6) / 4, 0, 0, 0], rtol=1e-9)
    np.testing.assert_allclose(norms.clip_weights(squares, None, real), [1, 1, 1, 0, 0, 0])
