"""Models of other shapes: several outputs, dropout, masks, many repeats; and the same sum by two passes."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.dp_sgd.step import clipped_sums

N_IDS, BATCH, LENGTH = 9, 6, 5
layers = keras.layers


def two_outputs() -> Any:
    """One table and one trunk, an output over the ids and one number."""
    keras.utils.set_random_seed(1)
    ids = keras.Input((LENGTH,), dtype="int32")
    pooled = layers.GlobalAveragePooling1D()(layers.Embedding(N_IDS, 4, mask_zero=True)(ids))
    trunk = layers.Dense(5, activation="tanh")(pooled)
    return keras.Model(ids, [layers.Dense(3)(trunk), layers.Dense(1)(trunk)])


def with_dropout() -> Any:
    """Dropout within the example, before and after a weighted layer."""
    keras.utils.set_random_seed(2)
    ids = keras.Input((LENGTH,), dtype="int32")
    seen = layers.SpatialDropout1D(0.4, seed=3)(layers.Embedding(N_IDS, 6)(ids))
    hidden = layers.Dropout(0.5, seed=4)(layers.Dense(8, activation="relu")(layers.GlobalMaxPooling1D()(seen)))
    return keras.Model(ids, [layers.Dense(3)(hidden), layers.Dense(1)(hidden)])


def loss(outputs: Any, targets: Any) -> Any:
    """Two tasks of one example in one number."""
    return tf.reduce_sum(tf.square(outputs[0] - targets), axis=1) + tf.math.softplus(outputs[1][:, 0])


def draw() -> tuple[list[Any], Any]:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, N_IDS, (BATCH, LENGTH))
    ids[0], ids[:, 0] = 4, np.maximum(ids[:, 0], 1)  # an id that fills a history; no history is all padding
    return [tf.constant(ids, tf.int32)], tf.constant(rng.normal(size=(BATCH, 3)), tf.float32)


def everyone() -> Any:
    return tf.ones(BATCH, tf.bool)


def rewind(model: Any) -> None:
    """Let dropout draw what it drew before."""
    for layer in model.layers:
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign(tf.zeros_like(generator.state.value))


def gradients_of_each(model: Any, inputs: list[Any], targets: Any) -> list[np.ndarray]:
    """(BATCH, ...) a variable: all losses of one forward pass, differentiated one after the other."""
    with tf.GradientTape(persistent=True) as tape:
        losses = loss(model(inputs[0], training=True), targets)
    found = tape.jacobian(losses, model.trainable_variables, experimental_use_pfor=False)
    return [tf.convert_to_tensor(gradient).numpy() for gradient in found]


@pytest.mark.parametrize("build", [two_outputs, with_dropout])
def test_several_outputs_dropout_and_masks_are_clipped_by_their_exact_norms(build: Any) -> None:
    """What one pass finds is what a jacobian of the same pass finds, with the same numbers dropped."""
    model = build()
    inputs, targets = draw()
    rewind(model)
    each = gradients_of_each(model, inputs, targets)
    truth = np.sqrt(sum(np.square(gradient).reshape(BATCH, -1).sum(axis=1) for gradient in each))
    clip_norm = float(np.median(truth))
    rewind(model)

    pairs, _, found = clipped_sums(model, loss, inputs, targets, everyone(), clip_norm)

    np.testing.assert_allclose(found, truth, rtol=1e-4)
    scale = np.minimum(1, clip_norm / truth)
    by_variable = {id(variable): tf.convert_to_tensor(total).numpy() for variable, total in pairs}
    for variable, gradient in zip(model.trainable_variables, each, strict=True):
        expected = np.tensordot(scale, gradient, axes=1)
        np.testing.assert_allclose(by_variable[id(variable)], expected, rtol=1e-3, atol=1e-5)


def test_book_keeping_gives_the_sum_that_a_second_pass_would() -> None:
    """The gradient of sum_b w_b loss_b with the weights held fixed is the sum of clipped gradients."""
    model = two_outputs()
    inputs, targets = draw()
    pairs, _, found = clipped_sums(model, loss, inputs, targets, everyone(), 0.7)
    weights = tf.cast(tf.minimum(1.0, 0.7 / found), tf.float32)

    with tf.GradientTape() as tape:
        total = tf.reduce_sum(weights * loss(model(inputs[0], training=True), targets))
    second = tape.gradient(total, model.trainable_variables)

    by_variable = {id(variable): summed for variable, summed in pairs}
    assert float(tf.reduce_min(weights)) < 0.9
    for variable, expected in zip(model.trainable_variables, second, strict=True):
        got = tf.cast(tf.convert_to_tensor(by_variable[id(variable)]), tf.float32)
        np.testing.assert_allclose(got, tf.convert_to_tensor(expected), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("times", [1, 2, 50])
def test_an_id_that_comes_many_times_is_added_up_before_it_is_squared(times: int) -> None:
    """n equal ids among 60 different ones, each with gradient (1, 1): norm sqrt(2 (n^2 + 60))."""
    ids = keras.Input((times + 60,), dtype="int32")
    model = keras.Model(ids, layers.Flatten()(layers.Embedding(100, 2)(ids)))
    history = np.random.default_rng(0).permutation(np.r_[[99] * times, np.arange(60)])

    _, _, found = clipped_sums(
        model, lambda y, _: tf.reduce_sum(y, 1), [tf.constant([history] * BATCH)], None, everyone(), 1.0
    )

    np.testing.assert_allclose(found, np.sqrt(2 * (times**2 + 60)), rtol=1e-4)


def test_a_hundred_rows_of_padding_change_the_sum_by_nothing() -> None:
    """Last bits apart, where a product of another shape adds up in another order."""
    model = two_outputs()
    inputs, targets = draw()
    more = [tf.concat([inputs[0], tf.ones((100, LENGTH), tf.int32)], axis=0)]
    real = tf.range(BATCH + 100) < BATCH

    alone, _, _ = clipped_sums(model, loss, inputs, targets, everyone(), 0.5)
    padded, _, _ = clipped_sums(model, loss, more, tf.pad(targets, [[0, 100], [0, 0]]), real, 0.5)

    for (_, one), (_, other) in zip(alone, padded, strict=True):
        np.testing.assert_allclose(tf.convert_to_tensor(one), tf.convert_to_tensor(other), rtol=1e-5, atol=1e-7)
