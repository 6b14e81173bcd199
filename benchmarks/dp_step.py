"""
How much slower is a private step than the same model's step without privacy?

    python -m benchmarks.dp_step --batch 2048 --json

Both steps take the textbook network (``core.recommend.networks.mlp``), the same batch, shapes, optimizer and XLA
setting. The step without privacy is the faster of its compiled forms: Keras' own ``train_function``, and a bare
``tf.function`` of tape and optimizer. Rounds of each are interleaved, and medians are compared, so that a busy machine
slows all alike. Prints one JSON line last.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.dp_sgd.step import Step
from core.recommend.mlp_model import HISTORY_LENGTH
from core.recommend.networks.mlp import MOST_POSITIVES, NEGATIVES, build_network
from core.settings import NetworkSettings

N_FEATURES = 20


def main() -> None:
    """Measure, and print the figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=2048, help="shoppers a step")
    parser.add_argument("--items", type=int, default=20_000, help="products in the catalogue")
    parser.add_argument("--size", type=int, default=32, help="width of the embedding")
    parser.add_argument("--chunk", type=int, default=512, help="shoppers in memory at a time; 0: the batch")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--jit", action="store_true", help="compile both with XLA")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    args = parser.parse_args()
    figures = measure(args.batch, args.items, args.size, args.chunk or args.batch, args.repeats, args.jit)
    if not args.json:
        for name, seconds in figures["seconds"].items():
            print(f"{name:>24}: {1000 * seconds:8.1f} ms")
    print(json.dumps(figures))


def measure(batch: int, n_items: int, size: int, chunk: int, repeats: int, jit: bool) -> dict[str, Any]:
    """Time one private step and one of each other form, interleaved; medians in seconds."""
    inputs, goal = made_up_shoppers(batch, n_items)
    steps = {
        "private": private_step(inputs, goal, n_items, size, chunk, jit),
        "keras": keras_step(inputs, goal, n_items, size, jit),
        "bare": bare_step(inputs, goal, n_items, size, jit),
    }
    for step in steps.values():  # compile, and warm up
        for _ in range(3):
            step()
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(repeats):
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            taken[name].append(time.perf_counter() - started)
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    without = min(seconds["keras"], seconds["bare"])
    return {
        "ratio": round(seconds["private"] / without, 3),
        "shoppers_per_s": round(batch / seconds["private"]),
        "shoppers_per_s_without": round(batch / without),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
        "batch": batch,
        "items": n_items,
        "embedding_size": size,
        "chunk": chunk,
        "jit": jit,
        "device": "GPU" if tf.config.list_physical_devices("GPU") else "CPU",
    }


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


def private_step(inputs: Any, goal: Any, n_items: int, size: int, chunk: int, jit: bool) -> Callable[[], None]:
    """Clip, add noise, update: the step that every private training takes."""
    batch = len(inputs[0])
    step = Step(
        network(n_items, size),
        loss,
        keras.optimizers.Adam(0.01),
        clip_norm=1.0,
        noise_std=1.0,
        divisor=float(batch),
        rng=np.random.default_rng(),
        jit=jit,
    )
    whole = [tf.constant(array) for array in inputs]
    targets = {name: tf.constant(array) for name, array in goal.items()}
    rows = tf.constant(np.arange(batch, dtype=np.int32).reshape(-1, chunk))
    everyone = tf.ones(batch, tf.bool)

    def run() -> None:
        if chunk == batch:
            step.on_whole(whole, targets, everyone)
        else:
            step.on_rows(whole, targets, rows)

    return run


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


def bare_step(inputs: Any, goal: Any, n_items: int, size: int, jit: bool) -> Callable[[], None]:
    """Tape and optimizer in one compiled function."""
    model = network(n_items, size)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    given = [tf.constant(array) for array in inputs]
    wanted = {name: tf.constant(array) for name, array in goal.items()}

    def run(given: list[Any], wanted: dict[str, Any]) -> None:
        with tf.GradientTape() as tape:
            mean = tf.reduce_mean(loss(model(given, training=True), wanted))
        optimizer.apply(tape.gradient(mean, model.trainable_variables), model.trainable_variables)

    compiled = tf.function(run, autograph=False, jit_compile=jit)
    return lambda: compiled(given, wanted)


if __name__ == "__main__":
    main()
