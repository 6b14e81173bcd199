"""The head of hybrid, trained through the real trainer."""

import re
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from core.privacy.mechanisms import DpSgd
from core.recommend.networks.head import train_head

N, CANDIDATES, TRUTH = 800, 12, np.array([1.5, -1.0, 0.0])


def lesson() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shoppers who pick by known weights; some have fewer candidates, some hide nothing."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(N, CANDIDATES, 3)).astype(np.float32)
    mask = rng.random((N, CANDIDATES)) < 0.9
    liking = np.where(mask, features @ TRUTH + rng.gumbel(size=mask.shape), -np.inf)
    targets = np.zeros(mask.shape, np.float32)
    targets[np.arange(N), liking.argmax(axis=1)] = 1
    targets[:50] = 0
    return features, mask, targets


def plan(noise_multiplier: float) -> DpSgd:
    return DpSgd(
        name="head", n_shoppers=N, sampling_prob=1.0, train_steps=60, clip_norm=2.0, noise_multiplier=noise_multiplier
    )


def test_it_learns_which_signals_to_believe(tmp_path: Path) -> None:
    """With little noise and without any, the weights point where the shoppers chose; Keras keeps the same ones."""
    found = {
        name: train_head(
            *lesson(), np.zeros(3), given, rng=np.random.default_rng(1), model_path=tmp_path / f"{name}.keras"
        )
        for name, given in (("private", plan(1.0)), ("ceiling", None))
    }

    for name, weights in found.items():
        assert np.corrcoef(weights, TRUTH)[0, 1] > 0.97
        kept = keras.models.load_model(tmp_path / f"{name}.keras").get_weights()[0][:, 0]
        np.testing.assert_allclose(kept, weights, rtol=1e-6)


def test_the_saved_head_does_not_tell_how_many_were_built_before_it(tmp_path: Path) -> None:
    """Keras counts layers without a name through the process; of a selection the count would give the trial away."""
    configs = []
    for name in ("first", "second"):
        path = tmp_path / f"{name}.keras"
        train_head(*lesson(), np.zeros(3), plan(1.0), rng=np.random.default_rng(1), model_path=path)
        with zipfile.ZipFile(path) as packed:
            configs.append(packed.read("config.json"))

    assert configs[0] == configs[1]


def test_shoppers_who_hide_nothing_teach_nothing() -> None:
    """All targets 0 and no noise: the weights stay at their start."""
    features, mask, targets = lesson()
    start = np.array([0.3, 0.2, 0.1])

    weights = train_head(features, mask, 0 * targets, start, None, steps=4, rng=np.random.default_rng(1))

    np.testing.assert_allclose(weights, start, rtol=1e-6)


def test_a_candidate_that_is_not_there_does_not_matter() -> None:
    """Wild numbers in masked places change nothing."""
    features, mask, targets = lesson()
    wild = np.where(mask[:, :, None], features, 50).astype(np.float32)

    expected, got = (
        train_head(given, mask, targets, np.zeros(3), None, steps=5, rng=np.random.default_rng(1))
        for given in (features, wild)
    )

    assert got == pytest.approx(expected, rel=1e-5)


def test_the_saved_head_holds_its_weights_and_no_number_of_any_generator(tmp_path: Path) -> None:
    """Three weights, no seed, no state of the noise; an optimizer that was never compiled in is not saved."""
    train_head(*lesson(), np.zeros(3), plan(1.0), rng=np.random.default_rng(1), model_path=tmp_path / "head.keras")

    with zipfile.ZipFile(tmp_path / "head.keras") as packed:
        config = packed.read("config.json").decode()
        weights = packed.read("model.weights.h5")

    assert set(re.findall(r'"seed": ([^,}]+)', config)) <= {"null"}
    assert [weights.count(word) for word in (b"seed", b"optimizer", b"momentum")] == [0, 0, 0]
    assert [found.size for found in keras.models.load_model(tmp_path / "head.keras").get_weights()] == [3]
