"""The trainer: what it samples, what it adds, what it divides by, and what it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from core.dp_sgd.layers import check_model
from core.dp_sgd.sampler import PADDING, chunks, sample_poisson
from core.dp_sgd.step import Step
from core.dp_sgd.trainer import PrivateTrainer, WithoutNoise
from core.errors import RunCancelled, SettingsError
from core.privacy.mechanisms import DpSgd

N, WIDTH = 40, 3


def plan(**changes: Any) -> DpSgd:
    """One full-batch step with almost no noise, unless changed."""
    numbers: dict[str, Any] = {"n_shoppers": N, "sampling_prob": 1.0, "train_steps": 1, "clip_norm": 0.5}
    return DpSgd(name="test", **{**numbers, "noise_multiplier": 1e-9, **changes})


def linear(width: int = WIDTH, units: int = 1) -> Any:
    given = keras.Input((width,), name="given")
    return keras.Model(given, keras.layers.Dense(units, kernel_initializer="zeros")(given))


def square_loss(outputs: Any, targets: Any) -> Any:
    return tf.reduce_sum(tf.square(outputs - targets), axis=1)


def data(n: int = N, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
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


@pytest.mark.parametrize("chunk", [1, 7, 16, N, 3 * N])
def test_the_size_of_a_chunk_does_not_matter(chunk: int) -> None:
    """Clipped sums are added over the chunks of one logical step, and noise comes once."""
    expected = train(linear(), plan(), data(), chunk=N)

    got = train(linear(), plan(), data(), chunk=chunk)

    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_one_step_is_the_mean_of_clipped_gradients_over_the_public_number() -> None:
    """From zero weights the gradient of (w x + b - y)^2 is -2 y (x, 1)."""
    x, y = data()
    gradients = -2 * y * np.c_[x, np.ones(N)]
    clipped = gradients * np.minimum(1, 0.5 / np.linalg.norm(gradients, axis=1))[:, None]

    kernel, bias = train(linear(), plan(n_shoppers=1000), (x, y))

    np.testing.assert_allclose(np.r_[kernel[:, 0], bias], -clipped.sum(axis=0) / 1000, rtol=1e-4, atol=1e-6)


def test_the_divisor_is_public_whoever_is_there() -> None:
    """With or without the last example, the update changes by that example's clipped gradient over N alone."""
    x, y = data()
    with_all = train(linear(), plan(), (x, y))
    without = train(linear(), plan(), (x[:-1], y[:-1]))
    gradient = -2 * y[-1] * np.r_[x[-1], 1.0]
    clipped = gradient * min(1, 0.5 / np.linalg.norm(gradient))

    moved = np.r_[(with_all[0] - without[0])[:, 0], with_all[1] - without[1]]

    np.testing.assert_allclose(moved, -clipped / N, rtol=1e-3, atol=1e-6)


def noise_of(multiplier: float, sampling_prob: float, n_shoppers: int = N) -> np.ndarray:
    """Return what one step puts on 20,000 weights whose gradient is zero."""
    model = linear(units=5_000)
    zeros = np.zeros((N, WIDTH), np.float32), np.zeros((N, 5_000), np.float32)
    given = plan(n_shoppers=n_shoppers, sampling_prob=sampling_prob, noise_multiplier=multiplier, clip_norm=2.0)
    return np.concatenate([weights.ravel() for weights in train(model, given, zeros)])


@pytest.mark.parametrize("sampling_prob", [1.0, 0.5, 1e-9], ids=["full", "half", "empty batch"])
def test_noise_is_normal_with_the_planned_deviation(sampling_prob: float) -> None:
    """Accepts sigma C / (q N) and rejects nine and eleven tenths of it, also where nobody was drawn."""
    noise = noise_of(3.0, sampling_prob) * (sampling_prob * N)
    sigma = 3.0 * 2.0

    assert noise.size == 5_000 * (WIDTH + 1)
    assert stats.kstest(noise, stats.norm(0, sigma).cdf).pvalue > 1e-3
    for wrong in (0.9, 1.1):
        assert stats.kstest(noise, stats.norm(0, wrong * sigma).cdf).pvalue < 1e-6


def test_noise_is_fresh_at_every_step_and_for_every_variable() -> None:
    """No two steps, and no two variables, see the same draw."""
    model = linear(units=WIDTH)
    step = Step(
        model,
        square_loss,
        keras.optimizers.SGD(1.0),
        clip_norm=1.0,
        noise_std=1.0,
        divisor=1.0,
        rng=np.random.default_rng(),
    )
    draws = []
    for _ in range(3):
        before = [weights.copy() for weights in model.get_weights()]
        step.finish()
        draws += [(a - b).ravel()[:WIDTH] for a, b in zip(model.get_weights(), before, strict=True)]

    firsts = [draw[0] for draw in draws]
    assert len({float(first) for first in firsts}) == len(firsts) == 3 * 2


def test_the_realised_batch_never_enters_the_update() -> None:
    """Ten examples or forty, drawn or not: a gradient of zero leaves the same spread of noise."""
    wide = [noise_of(1.0, q, n_shoppers=100) * (100 * q) for q in (1.0, 0.1)]

    assert np.std(wide[0]) == pytest.approx(2.0, rel=0.03)
    assert np.std(wide[1]) == pytest.approx(2.0, rel=0.03)


def test_an_example_that_is_not_a_number_is_as_good_as_absent() -> None:
    """NaN in one row leaves finite weights: those of the others."""
    x, y = data()
    x[7] = np.nan
    rest = np.arange(N) != 7

    got, expected = train(linear(), plan(), (x, y)), train(linear(), plan(), (x[rest], y[rest]))

    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_the_average_is_that_of_the_last_iterates() -> None:
    """SGD on a constant gradient walks in even strides 1, 2, 3, 4: the mean of the last two is 3.5."""
    given = keras.Input((1,))
    model = keras.Model(given, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(given))
    trainer = PrivateTrainer(
        model,
        lambda outputs, _: -outputs[:, 0],
        keras.optimizers.SGD(1.0),
        WithoutNoise(4),
        rng=np.random.default_rng(0),
        average_last=2,
    )

    trainer.fit(np.ones((5, 1)), np.zeros((5, 1)))

    assert model.get_weights()[0][0, 0] == pytest.approx((3 + 4) / 2)


def test_penalties_pull_on_the_weights_after_the_noise() -> None:
    """From weight 2 with gradient 0: l1 + 2 l2 w = 0.5 + 2 x 0.25 x 2 = 1.5 down."""
    given = keras.Input((1,))
    start = keras.initializers.Constant(2.0)
    model = keras.Model(given, keras.layers.Dense(1, use_bias=False, kernel_initializer=start)(given))

    weights = train(model, plan(), (np.zeros((N, 1)), np.zeros((N, 1))), l1=0.5, l2=0.25)

    assert weights[0][0, 0] == pytest.approx(2 - 1.5, abs=1e-5)


def test_the_ceiling_tells_its_losses_and_a_private_training_none() -> None:
    """A loss is computed from shoppers' data, so it stays where no promise was made."""
    arrays = data()
    free = PrivateTrainer(
        linear(), square_loss, keras.optimizers.SGD(0.1), WithoutNoise(20), rng=np.random.default_rng()
    ).fit(*arrays)
    private = PrivateTrainer(
        linear(), square_loss, keras.optimizers.SGD(0.1), plan(train_steps=3), rng=np.random.default_rng()
    ).fit(*arrays)

    assert len(free.losses) == 20
    assert free.losses[-1] < free.losses[0]
    assert private.losses == ()
    assert private.train_steps == 3


def test_a_plan_pays_for_one_training() -> None:
    """A second fit would spend a second time."""
    trainer = PrivateTrainer(linear(), square_loss, keras.optimizers.SGD(1.0), plan(), rng=np.random.default_rng())
    trainer.fit(*data())

    with pytest.raises(SettingsError, match="is spent"):
        trainer.fit(*data())


def test_a_training_can_be_cancelled_between_two_steps() -> None:
    """The report raises, and the training ends there."""
    told: list[float] = []

    def report(progress: float, message: str) -> None:
        told.append(progress)
        if progress > 0.4:
            raise RunCancelled

    trainer = PrivateTrainer(
        linear(), square_loss, keras.optimizers.SGD(1.0), plan(train_steps=10), rng=np.random.default_rng()
    )
    with pytest.raises(RunCancelled):
        trainer.fit(*data(), report=report)

    assert told == [1 / 10, 2 / 10, 3 / 10, 4 / 10, 5 / 10]


def test_the_loss_is_told_only_where_there_is_no_privacy_to_keep() -> None:
    """A loss is a number of the shoppers: a private training says how far it is, and nothing else."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for chosen in (plan(train_steps=3), WithoutNoise(3)):
        trainer = PrivateTrainer(linear(), square_loss, keras.optimizers.SGD(0.1), chosen, rng=np.random.default_rng())
        said = told[trainer.is_private]

        def report(progress: float, message: str, said: list[str] = said) -> None:
            said.append(message)

        trainer.fit(*data(), report=report)

    assert told[True] == ["step 1 of 3", "step 2 of 3", "step 3 of 3"]
    assert all("loss" in message for message in told[False])


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


def test_stopping_early_by_the_data_is_refused_in_a_private_training() -> None:
    """It would look at shoppers at every step."""
    trainer = PrivateTrainer(linear(), square_loss, keras.optimizers.SGD(1.0), plan(), rng=np.random.default_rng())

    with pytest.raises(SettingsError, match="Early stopping"):
        trainer.fit(*data(), stop_when=lambda step: True)


def test_a_plan_out_of_range_is_refused() -> None:
    """The ceiling has a range as well."""
    for wrong in (WithoutNoise(0), WithoutNoise(1, 0.0), WithoutNoise(1, 1.5)):
        with pytest.raises(SettingsError, match="must be"):
            PrivateTrainer(linear(), square_loss, keras.optimizers.SGD(1.0), wrong, rng=np.random.default_rng())


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
