"""
The textbook network, trained over shoppers::

    history by behaviour -> embedding, pooled --+
                                                +-> fusion --+
    preferences (categories, price level) ------+            +-> Dense 128 -> Dense 64 -> sigmoid
                                                             |
    product: id embedding, category, price, rating ----------+

One shopper is one example: the hidden last products against products drawn evenly from the public catalogue. The
first Dense layer on both halves side by side is written as one Dense layer on each and a sum, which is the same
function: the shopper's half is then worked out once and not once a product.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.dp_sgd.trainer import PrivateTrainer, SgdPlan, WithoutNoise
from core.errors import SettingsError
from core.progress import Report, silent
from core.recommend.histories import Histories, hide_last
from core.recommend.mlp_model import HISTORY_LENGTH, MlpModel, UserInputs, item_features, user_inputs
from core.recommend.shop import Shop
from core.settings import NetworkSettings

MIN_PRODUCTS = 2  # shoppers with fewer have nothing to hide and teach nothing
MOST_POSITIVES = 8
NEGATIVES = 16
FUSION = 32
HELD_OUT = 0.1  # of the shoppers, for early stopping
PATIENCE = 3  # looks without progress
LOOK_EVERY = 5  # steps


@dataclass(frozen=True)
class Lessons:
    """What the network learns from, one row a shopper.

    Attributes:
        told: The visible history.
        candidates: Hidden products, then negatives, shape (n, MOST_POSITIVES + NEGATIVES).
        labels: 1 for hidden products.
        weights: Half on the hidden ones, half on the negatives, 0 for empty places; rows sum to 1, or to 0.
    """

    told: UserInputs
    candidates: np.ndarray
    labels: np.ndarray
    weights: np.ndarray

    def inputs(self) -> dict[str, np.ndarray]:
        """Arrays by the names of the model's inputs."""
        return {
            "history": self.told.items,
            "behaviour": self.told.weights,
            "profile": self.told.profile,
            "candidates": self.candidates,
        }

    def goal(self) -> dict[str, np.ndarray]:
        """What the loss takes."""
        return {"label": self.labels, "weight": self.weights}

    def rows(self, index: np.ndarray) -> "Lessons":
        """Those shoppers alone."""
        told = UserInputs(self.told.items[index], self.told.weights[index], self.told.profile[index])
        return Lessons(told, self.candidates[index], self.labels[index], self.weights[index])


def train_mlp(
    histories: Histories,
    shop: Shop,
    settings: NetworkSettings,
    plan: SgdPlan | None,
    *,
    rng: np.random.Generator,
    report: Report = silent,
    model_path: Path | None = None,
) -> MlpModel:
    """Train the network and return it ready to serve.

    Args:
        histories: The training shoppers over the products of ``shop``.
        shop: The published catalogue; nothing in it was computed from shoppers.
        settings: Shape and training; its clip norm, steps and sampling are the plan's business where there is one.
        plan: Sampler, clip and noise; None trains without any (the ceiling).
        rng: Batches, negatives and the seed of the noise; seeded from the operating system, never saved.
        report: Told the step now and then.
        model_path: Where the Keras model goes (``.keras``); None writes nothing.

    Raises:
        SettingsError: early stopping or cross-validation in a private training.
    """
    if plan is not None and (settings.early_stopping or settings.folds > 1):
        raise SettingsError(
            "Early stopping and cross-validation look at shoppers' data at every turn, and no ε would cover that. "
            "Turn them off for a private training, or use them on sample data without noise."
        )
    features = item_features(shop)
    lessons = make_lessons(histories, features, rng)
    validation = tuple(_cross_validate(lessons, features, settings, rng))
    model = build_network(features, settings, rng)
    _fit(model, lessons, settings, plan, rng=rng, report=report)
    if model_path is not None:
        _without_seeds(model).save(model_path)
    return replace(_served(model, shop.item_ids, features, settings), validation=validation)


def make_lessons(histories: Histories, features: np.ndarray, rng: np.random.Generator) -> Lessons:
    """Hide the last fifth of each shopper's products and draw as many strangers to tell them from."""
    visible, hidden = hide_last(histories, MIN_PRODUCTS)
    sizes = np.diff(hidden.indptr)
    user = np.repeat(np.arange(histories.n_users), sizes)
    place = np.arange(len(user)) - np.repeat(hidden.indptr[:-1], sizes)
    kept = place < MOST_POSITIVES
    n = histories.n_users
    candidates = rng.integers(0, histories.n_items, (n, MOST_POSITIVES + NEGATIVES), dtype=np.int32)
    labels = np.zeros(candidates.shape, np.float32)
    candidates[user[kept], place[kept]] = hidden.indices[kept]
    labels[user[kept], place[kept]] = 1
    n_positives = labels.sum(axis=1, keepdims=True)
    weights = 0.5 * labels / np.maximum(n_positives, 1)
    weights[:, MOST_POSITIVES:] = 0.5 / NEGATIVES * (n_positives > 0)
    return Lessons(user_inputs(visible, features), candidates, labels, weights.astype(np.float32))


def build_network(features: np.ndarray, settings: NetworkSettings, rng: np.random.Generator) -> Any:
    """Build the Keras model: history, behaviour, profile and candidates -> scores (batch, candidates).

    Every layer has a name: Keras would count the others through the process, and a file would tell which network it is.

    Args:
        features: Item features, shape (n_items, F); the model keeps them, untrained.
        settings: Sizes and activation.
        rng: Starting weights and the seeds of dropout.
    """
    layers = keras.layers

    def dense(units: int, name: str, activation: str | None = None, use_bias: bool = True) -> Any:
        start = keras.initializers.GlorotUniform(seed=_seed(rng))
        return layers.Dense(units, activation, use_bias, kernel_initializer=start, name=name)

    n_items, n_features = features.shape
    history = keras.Input((HISTORY_LENGTH,), dtype="int32", name="history")
    behaviour = keras.Input((HISTORY_LENGTH, 2), name="behaviour")
    profile = keras.Input((n_features,), name="profile")
    candidates = keras.Input((None,), dtype="int32", name="candidates")
    table = layers.Embedding(
        n_items, settings.embedding_size, keras.initializers.RandomUniform(-0.05, 0.05, _seed(rng)), name="table"
    )
    known = layers.Embedding(n_items, n_features, weights=features, trainable=False, name="features")
    seen = layers.Dropout(settings.mask_history, (None, HISTORY_LENGTH, 1), _seed(rng), name="seen")(behaviour)
    pooled = layers.Flatten(name="pooled")(layers.Dot(axes=(1, 1), name="bag")([seen, table(history)]))
    fused = layers.Concatenate(name="told")([pooled, profile])
    user = dense(FUSION, "fusion", settings.activation)(fused)
    user_half = layers.Reshape((1, 128), name="each_candidate")(dense(128, "user_half")(user))
    item = layers.Concatenate(name="item")([table(candidates), known(candidates)])
    item_half = dense(128, "item_half", use_bias=False)(item)
    hidden = layers.Activation(settings.activation, name="first")(layers.Add(name="halves")([user_half, item_half]))
    hidden = layers.Dropout(settings.dropout, seed=_seed(rng), name="first_dropout")(hidden)
    hidden = dense(64, "second", settings.activation)(hidden)
    hidden = layers.Dropout(settings.dropout, seed=_seed(rng), name="second_dropout")(hidden)
    logits = layers.Reshape((-1,), name="logits")(dense(1, "last")(hidden))
    scores = layers.Activation("sigmoid", name="score")(logits)
    return keras.Model([history, behaviour, profile, candidates], scores, name="mlp")


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _without_seeds(model: Any) -> Any:
    """The same network without the seeds of its start: they come from the generator that draws batches and noise."""

    def blank(config: Any) -> Any:
        if isinstance(config, dict):
            return {name: None if name == "seed" else blank(value) for name, value in config.items()}
        return [blank(value) for value in config] if isinstance(config, list | tuple) else config

    twin = keras.Model.from_config(blank(model.get_config()))
    twin.set_weights(model.get_weights())
    return twin


def _fit(
    model: Any,
    lessons: Lessons,
    settings: NetworkSettings,
    plan: SgdPlan | None,
    *,
    rng: np.random.Generator,
    report: Report = silent,
) -> None:
    """Train ``model`` in place, on its logits, which are steadier than scores."""
    logits = keras.Model(model.inputs, model.get_layer("logits").output)
    steps = WithoutNoise(settings.train_steps, settings.sampling_prob) if plan is None else plan
    stop_when = None
    if settings.early_stopping:
        order = rng.permutation(len(lessons.labels))
        n_held = max(1, round(HELD_OUT * len(order)))
        stop_when = _watch(logits, lessons.rows(order[:n_held]), settings)
        lessons = lessons.rows(order[n_held:])
    trainer = PrivateTrainer(
        logits,
        _loss(settings),
        _optimizer(settings),
        steps,
        rng=rng,
        average_last=0 if settings.early_stopping else steps.train_steps // 3,
        l1=settings.l1,
        l2=settings.l2,
    )
    trainer.fit(lessons.inputs(), lessons.goal(), report=report, stop_when=stop_when)


def _loss(settings: NetworkSettings) -> Callable[[Any, dict[str, Any]], Any]:
    """One number a shopper, over that shopper's own candidates."""

    def loss(logits: Any, goal: dict[str, Any]) -> Any:
        label = goal["label"]
        if settings.loss == "bce":
            each = tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=label)
        else:
            each = tf.square(tf.sigmoid(logits) - label)
        return tf.reduce_sum(goal["weight"] * each, axis=1)

    return loss


def _optimizer(settings: NetworkSettings) -> Any:
    """Adam or plain SGD with momentum; both see noised gradients only."""
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(settings.learning_rate)
    return keras.optimizers.SGD(settings.learning_rate, momentum=0.9)


def _validation_loss(model: Any, lessons: Lessons, settings: NetworkSettings) -> float:
    """Mean loss over shoppers that the training did not see; never of a private training."""
    told = lessons.inputs()
    logits = model([told[tensor.name] for tensor in model.inputs], training=False)
    return float(tf.reduce_mean(_loss(settings)(logits, lessons.goal())))


def _watch(model: Any, lessons: Lessons, settings: NetworkSettings) -> Callable[[int], bool]:
    """Say stop when a few looks at held-out shoppers in a row brought no better loss; leave the best weights."""
    losses: list[float] = []
    best: list[np.ndarray] = []

    def stop_when(step: int) -> bool:
        if step % LOOK_EVERY:
            return False
        losses.append(_validation_loss(model, lessons, settings))
        if losses[-1] <= min(losses):
            best[:] = model.get_weights()
        no_progress = len(losses) - 1 - int(np.argmin(losses)) >= PATIENCE
        over = no_progress or step + LOOK_EVERY > settings.train_steps
        if over:
            model.set_weights(best)
        return over

    return stop_when


def _cross_validate(
    lessons: Lessons, features: np.ndarray, settings: NetworkSettings, rng: np.random.Generator
) -> list[float]:
    """Train on all folds but one and look at that one, in turn; nothing where there is one fold."""
    if settings.folds < 2:
        return []
    losses = []
    for held in np.array_split(rng.permutation(len(lessons.labels)), settings.folds):
        rest = np.setdiff1d(np.arange(len(lessons.labels)), held)
        model = build_network(features, settings, rng)
        _fit(model, lessons.rows(rest), settings, None, rng=rng)
        logits = keras.Model(model.inputs, model.get_layer("logits").output)
        losses.append(_validation_loss(logits, lessons.rows(held), settings))
    return losses


def _served(model: Any, item_ids: Any, features: np.ndarray, settings: NetworkSettings) -> MlpModel:
    """Take the weights out of Keras."""
    arrays = {"table": model.get_layer("table").get_weights()[0]}
    for name in ("fusion", "user_half", "item_half", "second", "last"):
        kernel, *bias = model.get_layer(name).get_weights()
        arrays |= {name: kernel} | ({f"{name}_bias": bias[0]} if bias else {})
    return MlpModel(item_ids, features, arrays, settings.activation)
