"""A small linear training, for the tests of DP-SGD."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.dp_sgd.trainer import PrivateTrainer, WithoutNoise
from core.privacy.mechanisms import DpSgd

N, WIDTH = 40, 3


def plan(**changes: Any) -> DpSgd:
    """One full-batch step with almost no noise, unless changed."""
    numbers: dict[str, Any] = {"n_shoppers": N, "sampling_prob": 1.0, "train_steps": 1, "clip_norm": 0.5}
    return DpSgd(name="test", **{**numbers, "noise_multiplier": 1e-9, **changes})


def linear(width: int = WIDTH, units: int = 1) -> Any:
    """One Dense layer that starts at zero."""
    given = keras.Input((width,), name="given")
    return keras.Model(given, keras.layers.Dense(units, kernel_initializer="zeros")(given))


def square_loss(outputs: Any, targets: Any) -> Any:
    """One number an example: its squared distance from its targets."""
    return tf.reduce_sum(tf.square(outputs - targets), axis=1)


def data(n: int = N, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (n, WIDTH) and targets (n, 1)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, WIDTH)).astype(np.float32), rng.normal(size=(n, 1)).astype(np.float32)


def train(model: Any, given: DpSgd | WithoutNoise, arrays: tuple[Any, Any], **options: Any) -> list[np.ndarray]:
    """Train by plain SGD of rate 1: the weights move by minus the noised mean."""
    trainer = PrivateTrainer(
        model, square_loss, keras.optimizers.SGD(1.0), given, rng=np.random.default_rng(3), **options
    )
    trainer.fit(*arrays)
    weights: list[np.ndarray] = model.get_weights()
    return weights
