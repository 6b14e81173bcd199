"""The noise of a step: how much, how fresh, and that nothing gets past it."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from core.dp_sgd.step import Step
from core.dp_sgd.trainer import PrivateTrainer
from tests.dp_training import WIDTH, N, data, linear, plan, square_loss, train

UNITS = 50_000


def noise_of(multiplier: float, sampling_prob: float, n_shoppers: int = N) -> np.ndarray:
    """Return what one step puts on 200,000 weights whose gradient is zero."""
    model = linear(units=UNITS)
    zeros = np.zeros((N, WIDTH), np.float32), np.zeros((N, UNITS), np.float32)
    given = plan(n_shoppers=n_shoppers, sampling_prob=sampling_prob, noise_multiplier=multiplier, clip_norm=2.0)
    return np.concatenate([weights.ravel() for weights in train(model, given, zeros)])


@pytest.mark.parametrize("sampling_prob", [1.0, 0.5, 1e-9], ids=["full", "half", "empty batch"])
def test_noise_is_normal_with_the_planned_deviation(sampling_prob: float) -> None:
    """Accepts sigma C / (q N) and rejects nine and eleven tenths of it, also where nobody was drawn."""
    noise = noise_of(3.0, sampling_prob) * (sampling_prob * N)
    sigma = 3.0 * 2.0

    assert noise.size == UNITS * (WIDTH + 1) == 200_000
    assert stats.kstest(noise, stats.norm(0, sigma).cdf).pvalue > 1e-6
    for wrong in (0.9, 1.1):
        assert stats.kstest(noise, stats.norm(0, wrong * sigma).cdf).pvalue < 1e-6


def test_no_two_draws_of_noise_have_a_number_in_common() -> None:
    """Three steps of two trainings over two variables: 12 draws of 6 or 2 numbers, and all numbers differ."""
    numbers = [number for _ in range(2) for step in draws(3) for drawn in step for number in drawn.ravel().tolist()]

    assert len(set(numbers)) == len(numbers) == 2 * 3 * (WIDTH * 2 + 2)


def draws(n_steps: int) -> list[list[np.ndarray]]:
    """Return what each step puts on kernel and bias where no example is there."""
    model = linear(units=2)
    step = Step(
        model,
        square_loss,
        keras.optimizers.SGD(1.0),
        clip_norm=1.0,
        noise_std=1.0,
        divisor=1.0,
        rng=np.random.default_rng(),
    )
    nobody = [tf.zeros((4, WIDTH))], tf.zeros((4, 2)), tf.zeros(4, tf.bool)
    found = []
    for _ in range(n_steps):
        model.set_weights([0 * weights for weights in model.get_weights()])
        step.on_whole(*nobody)
        found.append([weights.copy() for weights in model.get_weights()])
    return found


def test_the_realised_batch_never_enters_the_update() -> None:
    """Ten examples or forty, drawn or not: a gradient of zero leaves the same spread of noise."""
    wide = [noise_of(1.0, q, n_shoppers=100) * (100 * q) for q in (1.0, 0.1)]

    assert np.std(wide[0]) == pytest.approx(2.0, rel=0.03)
    assert np.std(wide[1]) == pytest.approx(2.0, rel=0.03)


def test_the_optimizer_sees_noised_gradients_only() -> None:
    """With all the noise and no signal to speak of, what Adam is given differs from the clean sum everywhere."""
    seen: list[np.ndarray] = []

    def note(gradient: np.ndarray) -> np.float32:
        seen.append(gradient.copy())
        return np.float32(0)

    class Spy(keras.optimizers.SGD):  # type: ignore[misc]  # keras ships no types
        def apply(self, grads: Any, trainable_variables: Any = None) -> None:
            tf.numpy_function(note, [grads[0]], tf.float32)
            super().apply(grads, trainable_variables)

    x, y = data()
    gradients = -2 * y * x
    trainer = PrivateTrainer(linear(), square_loss, Spy(1.0), plan(noise_multiplier=5.0), rng=np.random.default_rng())
    trainer.fit(x, y)

    assert (np.abs(seen[0][:, 0] - gradients.mean(axis=0)) > 1e-4).all()
