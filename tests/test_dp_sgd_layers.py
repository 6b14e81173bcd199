"""What is refused: layers, models and losses with which a clip would bound nothing."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.dp_sgd.layers import check_model
from core.dp_sgd.trainer import PrivateTrainer
from core.errors import SettingsError
from tests.dp_training import data, linear, plan, square_loss


def refused_models() -> dict[str, Any]:
    """Models that break the promise, each with a word of its reason."""
    given = keras.Input((4, 3), name="given")
    layers = keras.layers
    dense = layers.Dense(2, name="shared")
    tied = layers.Dense(2, name="tied")
    outputs = {
        "mixes the examples": layers.BatchNormalization()(layers.Dense(2)(given)),
        "escape the clipping": layers.Dense(2, kernel_regularizer="l2")(given),
        "not known here": layers.Dense(2)(layers.LSTM(3)(given)),
        "cannot be read": layers.Lambda(lambda x: x * 1.0, output_shape=(4, 2))(layers.Dense(2)(given)),
        "along axis 0": layers.Concatenate(axis=0)([layers.Dense(2)(given), layers.Dense(2)(given)]),
        "share the variable": layers.Add()([dense(given), tied(given)]),
        "without mixed precision": layers.Dense(2, dtype="mixed_bfloat16")(given),
        "nothing to learn": layers.Flatten()(given),
        "loss of its own": layers.ActivityRegularization(l2=0.1)(layers.Dense(2)(given)),
    }
    tied._tracker.unlock()
    tied._kernel = dense._kernel
    return {word: keras.Model(given, output) for word, output in outputs.items()}


def test_layers_that_would_break_the_promise_are_refused_by_name() -> None:
    """Each refusal says why."""
    for word, model in refused_models().items():
        with pytest.raises(SettingsError, match=word):
            check_model(model)


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.LayerNormalization(),
        keras.layers.GroupNormalization(groups=1),
        keras.layers.GRU(3),
        keras.layers.Conv1D(2, 2),
        keras.layers.EinsumDense("abc,cd->abd", (4, 2)),
        keras.layers.PReLU(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_with_weights_of_another_kind_is_refused_by_its_name(layer: Any) -> None:
    """Even where each example stays by itself: without its exact norm there is no clip."""
    given = keras.Input((4, 3))
    model = keras.Model(given, keras.layers.Dense(2)(layer(given)))

    with pytest.raises(SettingsError, match=rf"{layer.name} \({type(layer).__name__}\).*not known here"):
        check_model(model)


def test_attention_is_refused_by_its_name() -> None:
    """Its weights meet products of its own activations."""
    given = keras.Input((4, 3))
    attended = keras.layers.MultiHeadAttention(1, 2)(given, given)

    with pytest.raises(SettingsError, match="MultiHeadAttention"):
        check_model(keras.Model(given, keras.layers.Dense(2)(attended)))


def test_a_model_with_code_of_its_own_is_refused() -> None:
    """What cannot be walked cannot be promised."""

    class Own(keras.Model):  # type: ignore[misc]  # keras ships no types
        def call(self, inputs: Any) -> Any:
            return inputs

    with pytest.raises(SettingsError, match="layer by layer"):
        check_model(Own())


@pytest.mark.parametrize(
    "coupled",
    [
        lambda outputs, targets: square_loss(outputs - tf.reduce_mean(outputs, axis=0), targets),
        lambda outputs, targets: tf.nn.softmax_cross_entropy_with_logits(tf.eye(3), outputs @ tf.transpose(outputs)),
        lambda outputs, targets: tf.reduce_mean(square_loss(outputs, targets)),
    ],
    ids=["batch mean", "in-batch softmax", "one number"],
)
def test_a_loss_that_reaches_into_other_examples_is_refused(coupled: Any) -> None:
    """In-batch negatives make one shopper's products part of others' losses."""
    trainer = PrivateTrainer(linear(), coupled, keras.optimizers.SGD(1.0), plan(), rng=np.random.default_rng())

    with pytest.raises(SettingsError, match=r"others in its batch|one number an example"):
        trainer.fit(*data())
