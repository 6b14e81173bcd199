"""
Write one problem that every contender solves: batch, starting weights, loss, and for the check the right answer.

    python -m benchmarks.peers.problem --batch 2048 --out problem.npz
    python -m benchmarks.peers.problem --batch 16 --items 40 --answer --out check.npz

The batch and the network are those of ``benchmarks.dp_step``. The answer is worked out the slow and plain way, one
shopper at a time by TensorFlow's own tape, so that it owes nothing to any of the fast ways that it judges. With 40
products and 74 places a shopper the same product comes up again and again, in histories and candidates alike: whoever
counts a shared table wrongly is found out. Ours is checked here; the peers' scripts check theirs with ``--check``.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.dp_step import loss, made_up_shoppers, network
from benchmarks.peers import clock
from core.dp_sgd.step import clipped_sums

WEIGHTED = ("table", "fusion", "user_half", "item_half", "second", "last")


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, required=True, help="shoppers a step")
    parser.add_argument("--items", type=int, default=20_000, help="products in the catalogue")
    parser.add_argument("--size", type=int, default=32, help="width of the embedding")
    parser.add_argument("--answer", action="store_true", help="add the right sum of clipped gradients")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    inputs, goal = made_up_shoppers(args.batch, args.items)
    model = network(args.items, args.size)
    arrays: dict[str, Any] = dict(zip(("history", "behaviour", "profile", "candidates"), inputs, strict=True)) | goal
    arrays |= {f"weights/{name}": variable.numpy() for name, variable in weights(model).items()}
    arrays["features"] = model.get_layer("features").get_weights()[0]
    arrays["clip_norm"] = np.float32(1)
    if args.answer:
        arrays |= answer(model, inputs, goal)
        clock.print_check(our_sums(model, inputs, goal, float(arrays["clip_norm"])), arrays)
    np.savez(args.out, **arrays)


def weights(model: Any) -> dict[str, Any]:
    """Trained variables by layer and kind: table/embeddings, fusion/kernel, fusion/bias, ..."""
    layers = ((name, model.get_layer(name)) for name in WEIGHTED)
    return {f"{name}/{variable.name}": variable for name, layer in layers for variable in layer.trainable_variables}


def answer(model: Any, inputs: list[np.ndarray], goal: dict[str, np.ndarray]) -> dict[str, Any]:
    """Give the norms, a clip norm at their median so that half are clipped, and the sum of the clipped gradients."""
    named = weights(model)
    each = [one_gradient(model, list(named.values()), inputs, goal, row) for row in range(len(inputs[0]))]
    norms = np.array([np.sqrt(sum(float(np.sum(np.square(part))) for part in gradient)) for gradient in each])
    clip_norm = float(np.median(norms))
    kept = np.minimum(1, clip_norm / norms)
    sums = [sum(share * part for share, part in zip(kept, parts, strict=True)) for parts in zip(*each, strict=True)]
    answers = {f"answer/{name}": total for name, total in zip(named, sums, strict=True)}
    return answers | {"clip_norm": np.float32(clip_norm), "norms": norms}


def our_sums(
    model: Any, inputs: list[np.ndarray], goal: dict[str, np.ndarray], clip_norm: float
) -> dict[str, np.ndarray]:
    """Give what our own step would add noise to."""
    given = [tf.constant(array) for array in inputs]
    wanted = {name: tf.constant(array) for name, array in goal.items()}
    pairs, _, _ = clipped_sums(model, loss, given, wanted, tf.ones(len(inputs[0]), tf.bool), clip_norm)
    by_variable = {id(variable): tf.convert_to_tensor(total).numpy() for variable, total in pairs}
    return {name: by_variable[id(variable)] for name, variable in weights(model).items()}


def one_gradient(
    model: Any, variables: list[Any], inputs: list[np.ndarray], goal: dict[str, np.ndarray], row: int
) -> list[np.ndarray]:
    """Differentiate one shopper's loss, in float64 as far as NumPy carries it on."""
    one = slice(row, row + 1)
    with tf.GradientTape() as tape:
        logits = model([tf.constant(array[one]) for array in inputs], training=True)
        value = loss(logits, {name: tf.constant(array[one]) for name, array in goal.items()})
    gradients = tape.gradient(value, variables)
    return [tf.convert_to_tensor(gradient).numpy().astype(np.float64) for gradient in gradients]


if __name__ == "__main__":
    main()
