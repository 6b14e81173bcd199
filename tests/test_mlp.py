"""The textbook network: what it learns from, that it is served as it was trained, and what it refuses."""

import re
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core.columns import Columns
from core.errors import NotFound, SettingsError
from core.privacy.mechanisms import DpSgd
from core.recommend.histories import Histories, build_histories
from core.recommend.mlp_model import HISTORY_LENGTH, MlpModel, item_features, user_inputs
from core.recommend.networks.mlp import MOST_POSITIVES, NEGATIVES, make_lessons, train_mlp
from core.recommend.shop import Shop
from core.settings import NetworkSettings

N_USERS, N_ITEMS = 60, 30


def small_shop() -> Shop:
    rng = np.random.default_rng(0)
    tags = sparse.csr_array(np.eye(3, dtype=np.float32)[rng.integers(0, 3, N_ITEMS)])
    price = rng.normal(size=N_ITEMS).astype(np.float32)
    return Shop(np.array([f"i{i}" for i in range(N_ITEMS)]), False, None, tags, price, None)


def bare_shop() -> Shop:
    return Shop(small_shop().item_ids, False, None, None, None, None)


def some_histories(n_users: int = N_USERS) -> Histories:
    rng = np.random.default_rng(1)
    rows = [
        (f"u{user:03}", f"i{item}", rng.choice(["purchase", "view"]), pd.Timestamp("2024-01-01"))
        for user in range(n_users)
        for item in rng.choice(N_ITEMS, rng.integers(1, 12), replace=False)
    ]
    return build_histories(pd.DataFrame(rows, columns=Columns.INTERACTIONS), small_shop().item_ids, False)


def network(**changes: Any) -> NetworkSettings:
    return NetworkSettings(**{"embedding_size": 4, "train_steps": 3, "sampling_prob": 0.5, **changes})


def plan(settings: NetworkSettings) -> DpSgd:
    return DpSgd(
        name="mlp",
        n_shoppers=N_USERS,
        sampling_prob=settings.sampling_prob,
        train_steps=settings.train_steps,
        clip_norm=settings.clip_norm,
        noise_multiplier=1.0,
    )


def train(settings: NetworkSettings, *, private: bool = True, path: Path | None = None) -> MlpModel:
    given = plan(settings) if private else None
    return train_mlp(some_histories(), small_shop(), settings, given, rng=np.random.default_rng(2), model_path=path)


CHOICES: list[dict[str, Any]] = [
    {},
    {"activation": "tanh", "loss": "mse", "optimizer": "sgd"},
    {"activation": "sigmoid", "l1": 0.01, "l2": 0.01, "dropout": 0.3, "mask_history": 0.3, "sampling_prob": 1.0},
]


@pytest.mark.parametrize("choices", CHOICES, ids=["default", "tanh mse sgd", "penalties and dropout"])
def test_it_is_served_as_keras_predicts(tmp_path: Path, choices: dict[str, Any]) -> None:
    """The folded arrays and the saved Keras model give the same scores, whatever was chosen."""
    model = train(network(**choices), path=tmp_path / "model.keras")
    histories = some_histories()
    told = user_inputs(histories, model.features)
    everything = np.tile(np.arange(N_ITEMS, dtype=np.int32), (histories.n_users, 1))

    predicted = keras.models.load_model(tmp_path / "model.keras").predict(
        {"history": told.items, "behaviour": told.weights, "profile": told.profile, "candidates": everything},
        verbose=0,
    )

    scores = model.scores(histories)
    assert scores.shape == (N_USERS, N_ITEMS)
    np.testing.assert_allclose(scores, predicted, atol=1e-4)


def test_the_saved_network_holds_no_number_of_the_generator_that_drew_batches_and_noise(tmp_path: Path) -> None:
    """Dropout and starting weights are seeded from that generator; none of it leaves, and no counter of batches."""
    train(network(**CHOICES[2]), path=tmp_path / "model.keras")

    with zipfile.ZipFile(tmp_path / "model.keras") as packed:
        config = packed.read("config.json").decode()
        weights = packed.read("model.weights.h5")

    assert set(re.findall(r'"seed": ([^,}]+)', config)) == {"null"}
    assert b"seed" not in weights


def test_the_saved_network_does_not_tell_how_many_were_built_before_it(tmp_path: Path) -> None:
    """Keras counts layers without a name through the process; of a selection the count would give the trial away."""
    configs = []
    for name in ("first", "second"):
        train(network(**CHOICES[2]), path=tmp_path / f"{name}.keras")
        with zipfile.ZipFile(tmp_path / f"{name}.keras") as packed:
            configs.append(packed.read("config.json"))

    assert configs[0] == configs[1]


def test_a_model_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    """Same scores after a round trip; a folder without a model says so."""
    model = train(network())
    model.save(tmp_path)

    again = MlpModel.load(tmp_path)

    assert np.array_equal(again.scores(some_histories()), model.scores(some_histories()))
    with pytest.raises(NotFound, match="no trained model"):
        MlpModel.load(tmp_path / "elsewhere")


@pytest.mark.parametrize("choice", [{"early_stopping": True}, {"folds": 3}])
def test_looking_at_shoppers_is_refused_in_a_private_training(choice: dict[str, Any]) -> None:
    """No ε covers a look at held-out shoppers."""
    with pytest.raises(SettingsError, match="private training"):
        train(network(**choice))


def test_without_noise_folds_and_early_stopping_work() -> None:
    """One validation loss a fold, and the training may end before its last step."""
    model = train(network(early_stopping=True, folds=2, train_steps=12), private=False)

    assert len(model.validation) == 2
    assert all(0 < loss < 2 for loss in model.validation)
    assert np.isfinite(model.scores(some_histories())).all()


def test_a_lesson_is_hidden_products_against_strangers() -> None:
    """Half the weight on each; a shopper with one product has nothing to hide and weighs 0."""
    histories, shop = some_histories(), small_shop()
    lessons = make_lessons(histories, item_features(shop), np.random.default_rng(3))
    dense = histories.matrix.toarray()

    assert lessons.candidates.shape == (N_USERS, MOST_POSITIVES + NEGATIVES)
    for user in range(N_USERS):
        hidden = lessons.candidates[user][lessons.labels[user] > 0]
        assert dense[user, hidden].all()
        assert not set(hidden) & set(lessons.told.items[user][lessons.told.weights[user].any(axis=1)])
        expected = 0 if histories.sizes[user] < 2 else 1
        assert lessons.weights[user].sum() == pytest.approx(expected, abs=1e-6)
        assert (lessons.weights[user] * lessons.labels[user]).sum() == pytest.approx(expected / 2, abs=1e-6)


def test_a_shopper_is_told_by_its_own_row_alone() -> None:
    """Leaving the other shoppers out changes nothing in what the network is told of one."""
    features = item_features(small_shop())
    whole, alone = user_inputs(some_histories(), features), user_inputs(some_histories().rows([7]), features)

    for name in ("items", "weights", "profile"):
        assert np.array_equal(getattr(whole, name)[7:8], getattr(alone, name))


def test_behaviours_are_pooled_apart_and_each_has_length_one() -> None:
    """One of three products bought: weights 1/sqrt(2), 1/sqrt(2) as viewed and 1 as bought."""
    days = [pd.Timestamp(f"2024-01-0{day}") for day in (1, 2, 3)]
    events = ["view", "purchase", "view"]
    rows = pd.DataFrame({"user_id": "u", "item_id": ["i1", "i2", "i3"], "event_type": events, "timestamp": days})
    features = item_features(small_shop())

    told = user_inputs(build_histories(rows, small_shop().item_ids, True), features)

    assert told.items[0, :3].tolist() == [3, 2, 1]  # the latest first
    np.testing.assert_allclose(told.weights[0, :3], [[0.5**0.5, 0], [0, 1], [0.5**0.5, 0]], rtol=1e-6)
    np.testing.assert_allclose(told.profile[0], features[[1, 2, 3]].mean(axis=0), rtol=1e-6)


def test_a_long_history_counts_by_its_latest_products() -> None:
    """More than HISTORY_LENGTH products: the earliest are left out."""
    n = HISTORY_LENGTH + 5
    ids = np.array([f"i{i:03}" for i in range(n)])
    days = pd.date_range("2024-01-01", periods=n)
    rows = pd.DataFrame({"user_id": "u", "item_id": ids, "event_type": "view", "timestamp": days})

    told = user_inputs(build_histories(rows, ids, True), np.zeros((n, 1), np.float32))

    assert sorted(told.items[0]) == list(range(5, n))


def test_a_shop_with_nothing_published_has_one_empty_feature() -> None:
    """Ids alone still make a network."""
    bare = bare_shop()

    assert item_features(bare).shape == (N_ITEMS, 1)
    assert not item_features(bare).any()


@pytest.mark.slow
def test_without_noise_it_learns_what_goes_together() -> None:
    """Shoppers of two tastes: products of one's own taste score above the other's for nearly everybody."""
    rng = np.random.default_rng(4)
    taste = np.arange(400) % 2
    rows = [
        (f"u{user:03}", f"i{item}", "purchase", pd.Timestamp("2024-01-01"))
        for user in range(400)
        for item in rng.choice(np.arange(15) + 15 * taste[user], 8, replace=False)
    ]
    bare = bare_shop()
    histories = build_histories(pd.DataFrame(rows, columns=Columns.INTERACTIONS), bare.item_ids, False)

    model = train_mlp(histories, bare, NetworkSettings(train_steps=100), None, rng=np.random.default_rng(5))

    scores = model.scores(histories)
    first, second = scores[:, :15].mean(axis=1), scores[:, 15:].mean(axis=1)
    assert ((second > first) == (taste == 1)).mean() > 0.95
