"""
How much slower is a private step than the same model's step without privacy?

    python -m benchmarks.dp_step --batch 2048 --json

All take the textbook network (``core.recommend.networks.mlp``), the same batch, shapes, optimizer and XLA setting, and
rounds of each are interleaved, so that a busy machine slows all alike. Medians are compared:

* ``ratio``: one step of ``PrivateTrainer`` on the whole batch, over the faster of Keras' own ``train_function`` and a
  bare ``tf.function`` of tape and optimizer.
* ``ratio_poisson``: the same, but the private batch is drawn by Poisson sampling, with the padding that this takes.
* ``ratio_dense``: the private step over a step without privacy that does what Keras does not: it adds up the gradient
  of the table once, before Adam sees it. Nobody's default, and the hardest comparison.

``peak_mb`` is of the process before any step without privacy is built. Prints one JSON line last.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.dp_sgd.sampler import usual_chunk
from core.dp_sgd.trainer import PrivateTrainer
from core.privacy.mechanisms import DpSgd
from core.privacy.noise import run_generator
from core.recommend.mlp_model import HISTORY_LENGTH
from core.recommend.networks.mlp import MOST_POSITIVES, NEGATIVES, build_network
from core.settings import NetworkSettings

N_FEATURES = 20
WARM_UP = 3
SAMPLED = 0.1  # of the shoppers, in the training with Poisson batches


def main() -> None:
    """Measure, and print the figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=2048, help="shoppers a step")
    parser.add_argument("--items", type=int, default=20_000, help="products in the catalogue")
    parser.add_argument("--size", type=int, default=32, help="width of the embedding")
    parser.add_argument("--chunk", type=int, help="shoppers in memory at a time; without: what trainings take")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--jit", action="store_true", help="compile both with XLA")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    args = parser.parse_args()
    figures = measure(args.batch, args.items, args.size, args.chunk, args.repeats, args.jit)
    if not args.json:
        for name, seconds in figures["seconds"].items():
            print(f"{name:>24}: {1000 * seconds:8.1f} ms")
    print(json.dumps(figures))


def measure(batch: int, n_items: int, size: int, chunk: int | None, repeats: int, jit: bool) -> dict[str, Any]:
    """Time one step of each form, interleaved; medians in seconds."""
    inputs, goal = made_up_shoppers(batch, n_items)
    many = made_up_shoppers(round(batch / SAMPLED), n_items)
    private = {
        "private": private_step(inputs, goal, n_items, size, chunk, jit),
        "poisson": private_step(*many, n_items, size, chunk, jit, sampling_prob=SAMPLED),
    }
    warm_up(private)
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    without = {
        "keras": keras_step(inputs, goal, n_items, size, jit),
        "bare": bare_step(inputs, goal, n_items, size, jit),
        "dense": bare_step(inputs, goal, n_items, size, jit, dense=True),
    }
    warm_up(without)
    seconds = interleaved(private | without, repeats)
    usual = min(seconds["keras"], seconds["bare"])
    return {
        "ratio": round(seconds["private"] / usual, 3),
        "ratio_poisson": round(seconds["poisson"] / usual, 3),
        "ratio_dense": round(seconds["private"] / min(usual, seconds["dense"]), 3),
        "shoppers_per_s": round(batch / seconds["private"]),
        "shoppers_per_s_without": round(batch / usual),
        "peak_mb": peak_mb,
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
        "batch": batch,
        "items": n_items,
        "embedding_size": size,
        "chunk": chunk or usual_chunk(batch, 1.0),
        "jit": jit,
        "device": "GPU" if tf.config.list_physical_devices("GPU") else "CPU",
    }


def warm_up(steps: Mapping[str, Callable[[], object]]) -> None:
    """Compile."""
    for step in steps.values():
        for _ in range(WARM_UP):
            step()


def interleaved(steps: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Take rounds of one step of each form, so that a busy machine slows all alike; medians in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(repeats):
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def made_up_shoppers(batch: int, n_items: int) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Full histories of products drawn evenly: the most work that a batch of this shape can be."""
    rng = np.random.default_rng(0)
    n_candidates = MOST_POSITIVES + NEGATIVES
    shape = (batch, HISTORY_LENGTH)
    inputs = [
        rng.integers(0, n_items, shape, dtype=np.int32),
        rng.random((*shape, 2), np.float32) / HISTORY_LENGTH**0.5,
        rng.random((batch, N_FEATURES), np.float32),
        rng.integers(0, n_items, (batch, n_candidates), dtype=np.int32),
    ]
    labels = (np.arange(n_candidates) < MOST_POSITIVES).astype(np.float32)
    label = np.tile(labels, (batch, 1))
    return inputs, {"label": label, "weight": np.full_like(label, 1 / n_candidates)}


def network(n_items: int, size: int) -> Any:
    """The textbook network up to its logits."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(n_items, N_FEATURES)).astype(np.float32)
    model = build_network(features, NetworkSettings(embedding_size=size), rng)
    return keras.Model(model.inputs, model.get_layer("logits").output)


def loss(logits: Any, goal: dict[str, Any]) -> Any:
    """One number a shopper."""
    each = tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=goal["label"])
    return tf.reduce_sum(goal["weight"] * each, axis=1)


def private_step(
    inputs: Any, goal: Any, n_items: int, size: int, chunk: int | None, jit: bool, sampling_prob: float = 1.0
) -> Callable[[], object]:
    """Sample, clip, add noise, update: what ``PrivateTrainer.fit`` does at every step, by its own functions."""
    n = len(inputs[0])
    plan = DpSgd(
        name="benchmark", n_shoppers=n, sampling_prob=sampling_prob, train_steps=1, clip_norm=1.0, noise_multiplier=1.0
    )
    model, optimizer = network(n_items, size), keras.optimizers.Adam(0.01)
    trainer = PrivateTrainer(model, loss, optimizer, plan, rng=run_generator(), chunk=chunk, jit=jit)
    return trainer._feed(trainer._step(n), inputs, goal, n)


def keras_step(inputs: Any, goal: Any, n_items: int, size: int, jit: bool) -> Callable[[], None]:
    """Keras' own compiled train step, fed like its ``fit`` but without a data set in between."""
    model = network(n_items, size)
    target = tf.stack([tf.constant(goal["label"]), tf.constant(goal["weight"])], axis=-1)
    model.compile(
        keras.optimizers.Adam(0.01),
        lambda wanted, logits: tf.reduce_mean(loss(logits, {"label": wanted[..., 0], "weight": wanted[..., 1]})),
        jit_compile=jit,
    )
    model.make_train_function()
    batch = ([tf.constant(array) for array in inputs], target)

    def again() -> Iterator[Any]:
        yield batch

    return lambda: model.train_function(again())


def bare_step(inputs: Any, goal: Any, n_items: int, size: int, jit: bool, dense: bool = False) -> Callable[[], None]:
    """Tape and optimizer in one compiled function; ``dense`` adds up the table's gradient once, and not for Adam."""
    model = network(n_items, size)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    given = [tf.constant(array) for array in inputs]
    wanted = {name: tf.constant(array) for name, array in goal.items()}

    def run(given: list[Any], wanted: dict[str, Any]) -> None:
        with tf.GradientTape() as tape:
            mean = tf.reduce_mean(loss(model(given, training=True), wanted))
        gradients = tape.gradient(mean, model.trainable_variables)
        if dense:  # rows of the table would go through Adam one by one, and several times
            gradients = [
                tf.scatter_nd(grad.indices[:, None], grad.values, variable.shape)
                if isinstance(grad, tf.IndexedSlices)
                else grad
                for grad, variable in zip(gradients, model.trainable_variables, strict=True)
            ]
        optimizer.apply(gradients, model.trainable_variables)

    compiled = tf.function(run, autograph=False, jit_compile=jit)
    return lambda: compiled(given, wanted)


if __name__ == "__main__":
    main()
