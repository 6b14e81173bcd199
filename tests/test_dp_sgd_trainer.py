"""The trainer: what it adds up, what it divides by, and when it refuses."""

from typing import Any

import keras
import numpy as np
import pytest

from core.dp_sgd.sampler import sample_poisson
from core.dp_sgd.trainer import PrivateTrainer, WithoutNoise
from core.errors import RunCancelled, SettingsError
from tests.dp_training import N, data, linear, plan, square_loss, train


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


@pytest.mark.parametrize(
    ("optimizer", "walked"),
    [(keras.optimizers.SGD(1.0, momentum=0.9), 1 + 1.9), (keras.optimizers.Adam(0.5), 0.5 + 0.5)],
    ids=["momentum", "Adam"],
)
def test_optimizers_with_a_memory_work_on_the_noised_means(optimizer: Any, walked: float) -> None:
    """Two steps on a constant gradient of -1: momentum goes 1 and 1.9 far, Adam its rate each time."""
    given = keras.Input((1,))
    model = keras.Model(given, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(given))
    two = plan(train_steps=2, clip_norm=2.0)
    trainer = PrivateTrainer(model, lambda outputs, _: -outputs[:, 0], optimizer, two, rng=np.random.default_rng())

    trainer.fit(np.ones((N, 1)), np.zeros((N, 1)))

    assert model.get_weights()[0][0, 0] == pytest.approx(walked, rel=1e-4)


def test_batches_that_overflow_their_chunk_lose_nobody() -> None:
    """Everybody's gradient is 1 and nobody is clipped: a step moves by who was drawn, over q N, chunk or no chunk."""
    counted = {}
    for chunk in (3, N):
        given = keras.Input((1,))
        model = keras.Model(given, keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(given))
        trainer = PrivateTrainer(
            model,
            lambda outputs, _: -outputs[:, 0],
            keras.optimizers.SGD(1.0),
            plan(train_steps=6, sampling_prob=0.3, clip_norm=2.0),
            rng=np.random.default_rng(11),
            chunk=chunk,
        )
        trainer.fit(np.ones((N, 1)), np.zeros((N, 1)))
        counted[chunk] = model.get_weights()[0][0, 0] * 0.3 * N

    draws = np.random.default_rng(11)
    draws.integers(0, 2**63, size=3, dtype=np.int64)  # the seed of the noise is drawn first
    expected = sum(len(sample_poisson(N, 0.3, rng=draws)) for _ in range(6))
    assert counted[3] == pytest.approx(expected, abs=1e-3)
    assert counted[N] == pytest.approx(expected, abs=1e-3)
