"""Noise that is drawn once for what was paid, never again, and never by a number that somebody knows."""

import json
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.columns import Columns
from core.errors import SettingsError
from core.privacy import ledger as ledger_module
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import DpSgd, GaussianRelease
from core.privacy.noise import SecureNormal, run_generator
from core.privacy.plan import Plan
from core.privacy.verify import verify_statement
from core.progress import silent
from core.recommend.content import FEW_USERS, ContentScores
from core.recommend.release import head_size
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.budget import joint_budget, numbers_of
from core.studies.folder import StudyFolder
from core.studies.releasing import draw_release
from core.studies.running import run_study
from tests.leaving import leaving
from tests.made_shop import import_made, make_catalogue, make_histories, make_interactions, make_shop

DELTA = 1e-5
WIDTH = 400


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    import_made(folder, make_interactions(), catalogue=make_catalogue())
    return folder / "dataset"


@pytest.fixture(scope="module")
def studied(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, StudyFolder]]:
    """Popularity and co-occurrence at one ε, and without noise for the curator."""
    from core.tables.dataset import Dataset

    folder = tmp_path_factory.mktemp("studied")
    home = Home(folder / "home")
    chosen = {"methods": ("popularity", "statistics"), "epsilons": (4.0,), "ceiling": True, "evaluation_epsilon": 20.0}
    settings = build(StudySettings, chosen)
    done = run_study(home, Dataset.open(shop), settings, folder / "out", study="s", public=False, report=silent)
    yield home, done
    home.close()


def test_models_without_noise_are_kept_inside(studied: tuple[Home, StudyFolder]) -> None:
    """Neither their arrays nor their figures, nor a promise about them, are among what may leave."""
    _, folder = studied
    ceilings = [point for point in folder.points() if math.isinf(point.epsilon)]

    assert {point.method for point in ceilings} == {"popularity", "statistics"}
    assert all((folder.path / "private" / point.name / "model.npz").exists() for point in ceilings)
    assert not [name for name in leaving(folder.path) if "none" in name]
    assert np.isfinite(folder.curve()["epsilon"]).all()
    assert np.isinf(folder.exact()["epsilon"]).sum() == 2


def test_a_claim_that_is_too_small_by_little_is_found_out(studied: tuple[Home, StudyFolder], tmp_path: Path) -> None:
    """ε spent is within a millionth of ε 4; who claims a thousandth less than that is refused, without tolerance."""
    home, folder = studied
    statement = json.loads((folder.statements / "popularity-4.json").read_text("utf-8"))
    del statement["signature"]
    for share, is_true in ((1.0, True), (0.999, False)):
        path = tmp_path / f"{share}.json"
        path.write_text(json.dumps({**statement, "epsilon": share * 4.0}))
        checked = verify_statement(path, home.public_keys())

        assert 0.9999 * 4 < checked["epsilon_recomputed"] <= 4
        assert checked["ok"] is is_true
        assert checked["signature"] == "none"


def test_two_equal_charges_have_heads_of_their_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one and the same moment: a hash is of the row before as well, so a row cannot be put in another place."""
    monkeypatch.setattr(ledger_module, "utc_now", lambda: datetime(2026, 1, 1))
    release = GaussianRelease(name="release", what="Counts", sensitivity=1.0, noise_std=100.0)
    plan = Plan(epsilon=1.0, delta=DELTA, n_shoppers=1_000, mechanisms=(release,))
    first, second = (Ledger(home).charge(plan, study="s", purpose="Counts") for _ in range(2))

    assert first.plan == second.plan
    assert first.hash != second.hash
    assert second.previous == first.hash
    assert Ledger(home).verify_chain()


def test_few_shoppers_are_scored_as_many_are() -> None:
    """In a study nobody's signals may round by whether there is one shopper more."""
    histories = make_histories(make_interactions())
    few, many = (histories.rows(np.arange(n)) for n in (FEW_USERS, FEW_USERS + 1))
    one = ContentScores(make_shop(), few, is_study=True).block(0, FEW_USERS)
    other = ContentScores(make_shop(), many, is_study=True).block(0, FEW_USERS + 1)

    assert one.keys() == other.keys()
    for name, scores in one.items():
        assert scores.tobytes() == other[name][:FEW_USERS].tobytes()


def test_a_release_is_drawn_anew_for_every_study(shop: Path, home: Home, tmp_path: Path) -> None:
    """The same shop, settings and workspace: not one number of the two releases is the same."""
    from core.tables.dataset import Dataset

    settings = build(StudySettings, {"methods": ("statistics",), "epsilons": (4.0,), "evaluate": False})
    drawn = []
    for name in ("one", "other"):
        folder = run_study(home, Dataset.open(shop), settings, tmp_path / name, study=name, public=False, report=silent)
        with np.load(folder.path / "models" / "statistics-4" / "model.npz", allow_pickle=False) as stored:
            drawn.append(stored["popularity"])

    assert not np.isin(drawn[0], drawn[1]).any()
    assert len(set(make_interactions()[Columns.ITEM])) <= len(drawn[0])


def test_the_size_of_the_head_hangs_on_the_declared_number_alone() -> None:
    """All 120 shoppers or ten of them: the same declared 3,000 give a head of the same length."""
    settings = build(StudySettings, {"methods": ("statistics",), "epsilons": (2.0,), "n_shoppers": 3_000})
    numbers = numbers_of(settings, 7)
    budget = joint_budget(settings.methods, 2.0, numbers)
    assert budget is not None
    heads = []
    for n_there in (120, 10):
        histories = make_histories(make_interactions(120, 400), 400).rows(np.arange(n_there))
        drawn = draw_release(budget, histories, numbers.training, SecureNormal())
        assert drawn.gram is not None
        heads.append(len(drawn.gram.head))

    assert heads == [head_size(numbers.training, budget.release_mu, 400)] * 2
    assert 50 < heads[0] < 400


# With TensorFlow.


def train(steps: int = 1, optimizer: Any = None) -> tuple[np.ndarray, Any]:
    """Noise alone: the gradient of nothing is zero. The weights, and the optimizer that moved them."""
    import keras
    import tensorflow as tf

    from core.dp_sgd.trainer import PrivateTrainer

    given = keras.Input((2,))
    model = keras.Model(given, keras.layers.Dense(WIDTH, kernel_initializer="zeros")(given))
    plan = DpSgd(name="noise", n_shoppers=10, sampling_prob=1.0, train_steps=steps, clip_norm=1.0, noise_multiplier=1.0)
    optimizer = optimizer or keras.optimizers.SGD(1.0)
    trainer = PrivateTrainer(model, lambda y, t: tf.reduce_sum(y * t, axis=1), optimizer, plan, rng=run_generator())
    told = trainer.fit(np.zeros((10, 2)), np.zeros((10, WIDTH)))
    assert told.train_steps == steps
    return np.concatenate([weights.ravel() for weights in model.get_weights()]), optimizer


def test_two_trainings_never_share_their_noise() -> None:
    """Nothing but the operating system's entropy decides: the same program run again draws other numbers."""
    one, other = train()[0], train()[0]

    assert np.std(one) == pytest.approx(0.1, rel=0.1)
    # Of 2,400 numbers in float32 two may be alike by chance, in one run of 25.
    assert len(np.unique(np.concatenate([one, other]))) > 2 * 3 * WIDTH - 5


def test_a_training_takes_as_many_noisy_steps_as_were_paid_for() -> None:
    """The variance of what noise alone has walked after k steps of rate 1 is k times that of one."""
    weights, optimizer = train(steps=4)

    assert int(optimizer.iterations.numpy()) == 4
    assert np.std(weights) == pytest.approx(0.1 * math.sqrt(4), rel=0.08)


def test_the_optimizer_never_sees_a_sum_without_its_noise() -> None:
    """The clean sum is zero everywhere; what the optimizer is given has the planned spread, and no zero in it."""
    import keras
    import tensorflow as tf

    seen: list[np.ndarray] = []

    def note(*gradients: np.ndarray) -> np.float32:
        seen.append(np.concatenate([gradient.ravel() for gradient in gradients]))
        return np.float32(0)

    class Spy(keras.optimizers.Adam):  # type: ignore[misc]  # keras ships no types
        def apply(self, grads: Any, trainable_variables: Any = None) -> None:
            tf.numpy_function(note, grads, tf.float32)
            super().apply(grads, trainable_variables)

    train(steps=3, optimizer=Spy(0.1))

    assert len(seen) == 3
    assert all((given != 0).all() for given in seen)
    assert np.std(np.concatenate(seen)) == pytest.approx(0.1, rel=0.06)


def test_a_layer_of_ones_own_is_refused_whatever_it_is_called() -> None:
    """Named and built like a layer that is known, it adds a loss over the whole batch, which no clip would see."""
    import keras
    import tensorflow as tf

    from core.dp_sgd.layers import check_model

    class Dense(keras.layers.Dense):  # type: ignore[misc]  # keras ships no types
        def call(self, inputs: Any, training: Any = None) -> Any:
            self.add_loss(tf.reduce_mean(inputs))
            return super().call(inputs, training)

    given = keras.Input((2,))
    check_model(keras.Model(given, keras.layers.Dense(3)(given)))
    with pytest.raises(SettingsError, match="its per-example gradient is not known here"):
        check_model(keras.Model(given, Dense(3)(given)))
