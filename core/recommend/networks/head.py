"""The head of ``hybrid``: a linear Keras model that learns by DP how much of each signal to believe."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.dp_sgd.trainer import PrivateTrainer, SgdPlan, WithoutNoise
from core.progress import Report, silent

HIDDEN_LOGIT = -1e9  # of a candidate that is not there
AVERAGED_SHARE = 0.5  # of the iterates, the last ones


def train_head(
    features: np.ndarray,
    mask: np.ndarray,
    targets: np.ndarray,
    start: np.ndarray,
    plan: SgdPlan | None,
    *,
    steps: int = 60,
    learning_rate: float = 0.03,
    rng: np.random.Generator,
    report: Report = silent,
    model_path: Path | None = None,
) -> np.ndarray:
    """Learn the weights of the features from the shoppers' own hidden products.

    Softmax cross-entropy over each shopper's candidates; one shopper is one example; Adam; the mean of the
    last half of the iterates (guides: clip 2, full batch, 60 steps).

    Args:
        features: (n_users, n_candidates, n_features) float32.
        mask: (n_users, n_candidates), True where there is a candidate.
        targets: (n_users, n_candidates) float32; each row sums to 1, or to 0 for a shopper who teaches nothing.
        start: (n_features,) public starting weights.
        plan: Sampler, clip and noise, with its own number of steps; None trains without any (the ceiling).
        steps: Full-batch steps where ``plan`` is None.
        learning_rate: Of Adam.
        rng: Seeds the noise; seeded itself from the operating system, and never saved.
        report: Told the step now and then.
        model_path: Where the Keras model goes (``.keras``); None writes nothing.

    Returns:
        (n_features,) float64 weights.
    """
    model = _linear_model(features.shape[1], start)
    trainer = PrivateTrainer(
        model,
        _cross_entropy,
        keras.optimizers.Adam(learning_rate, beta_1=0.9, beta_2=0.99, epsilon=1e-4),
        WithoutNoise(steps) if plan is None else plan,
        rng=rng,
        chunk=len(features),
        average_last=round(AVERAGED_SHARE * (steps if plan is None else plan.train_steps)),
    )
    goal = {"offset": np.where(mask, 0.0, HIDDEN_LOGIT).astype(np.float32), "target": targets.astype(np.float32)}
    trainer.fit(features, goal, report=report)
    if model_path is not None:
        model.save(model_path)
    return np.asarray(model.get_weights()[0][:, 0], np.float64)


def _linear_model(n_candidates: int, start: np.ndarray) -> Any:
    """(batch, candidates, features) -> (batch, candidates) logits.

    Every layer has a name: Keras would count the others through the process, and a file would tell which network it is.
    """
    signals = keras.Input((n_candidates, len(start)), name="features")
    scores = keras.layers.Dense(1, use_bias=False, name="head")(signals)
    model = keras.Model(signals, keras.layers.Reshape((n_candidates,), name="logits")(scores), name="hybrid_head")
    model.set_weights([np.asarray(start, np.float32)[:, None]])
    return model


def _cross_entropy(logits: Any, goal: dict[str, Any]) -> Any:
    """One number a shopper; 0, with gradient 0, where nothing is hidden among the candidates."""
    return -tf.reduce_sum(goal["target"] * tf.nn.log_softmax(logits + goal["offset"]), axis=1)
