"""
A private step of jax_privacy and the same network's step without privacy, in JAX.

    python -m benchmarks.peers.jax_step problem.npz --chunk 1

Taken as its own guide has it: ``clipped_grad`` of one shopper's loss, ``noise_addition.gaussian_privatizer``, Adam of
optax, the whole compiled by XLA into one function that reuses the memory of weights and state. ``--chunk`` is its
``microbatch_size``. Version 2.0.0 has no way but per-shopper gradients, formed in full: with a table of 20,000 x 32
that is 2.6 MB a shopper. That, not JAX, is what costs it here; on networks without large tables it is not.

Fair to jax_privacy: history and candidates are looked up in one call, which saves it a scatter a shopper, and
``--chunk 1`` is the fastest that we found by far: one shopper at a time, since XLA on a CPU is very slow at scatters
over a batch of tables. Its default, the whole batch at once, is measured beside it where that is bearable.
Unfair to jax_privacy: it was built for accelerators, and this is a CPU.
"""

import functools
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import jax_privacy
import numpy as np
import optax
from jax_privacy import noise_addition

from benchmarks.peers import clock

finished: Any = jax.block_until_ready  # JAX returns before the work is done
TOLD = ("history", "behaviour", "profile", "candidates", "label", "weight")


def main() -> None:
    """Check or time."""
    args = clock.arguments(__doc__)
    clock.cap_memory()
    problem = load(args.problem)
    if args.check:
        clock.print_check(clipped_sums(problem, args.chunk), problem)
        return
    clock.print_times(
        lambda: step_without(problem),
        lambda: private_step(problem, args.chunk),
        args,
        {"jax": jax.__version__, "jax_privacy": jax_privacy.__version__},
    )


def load(path: Path) -> dict[str, np.ndarray]:
    """Read the whole file."""
    with np.load(path) as file:
        return dict(file)


def start(problem: dict[str, np.ndarray]) -> dict[str, Any]:
    """Give the starting weights, by the names of the file."""
    prefix = "weights/"
    return {name[len(prefix) :]: jnp.array(problem[name]) for name in problem if name.startswith(prefix)}


def batch_of(problem: dict[str, np.ndarray]) -> dict[str, Any]:
    """Give inputs, labels and weights, one row a shopper."""
    return {name: jnp.array(problem[name]) for name in TOLD}


def one_loss(weights: dict[str, Any], one: dict[str, Any], features: Any) -> Any:
    """Work out the loss of one shopper: the textbook network without a batch axis, and weighted cross-entropy."""
    looked_up = weights["table/embeddings"][jnp.concatenate([one["history"], one["candidates"]])]
    seen, offered = jnp.split(looked_up, [len(one["history"])])
    pooled = (one["behaviour"].T @ seen).ravel()
    told = jnp.concatenate([pooled, one["profile"]])
    user = jax.nn.relu(told @ weights["fusion/kernel"] + weights["fusion/bias"])
    user_half = user @ weights["user_half/kernel"] + weights["user_half/bias"]
    item = jnp.concatenate([offered, features[one["candidates"]]], axis=1)
    hidden = jax.nn.relu(user_half + item @ weights["item_half/kernel"])
    hidden = jax.nn.relu(hidden @ weights["second/kernel"] + weights["second/bias"])
    logits = (hidden @ weights["last/kernel"] + weights["last/bias"])[:, 0]
    return jnp.sum(one["weight"] * optax.sigmoid_binary_cross_entropy(logits, one["label"]))


def step_without(problem: dict[str, np.ndarray]) -> clock.Step:
    """Mean loss, its gradient, Adam."""
    features, batch = jnp.array(problem["features"]), batch_of(problem)
    optimizer = optax.adam(0.01)

    def mean_loss(weights: dict[str, Any], batch: dict[str, Any]) -> Any:
        return jnp.mean(jax.vmap(one_loss, (None, 0, None))(weights, batch, features))

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def update(weights: dict[str, Any], state: Any, batch: dict[str, Any]) -> Any:
        changes, state = optimizer.update(jax.grad(mean_loss)(weights, batch), state)
        return optax.apply_updates(weights, changes), state

    held = [start(problem)]
    held.append(optimizer.init(held[0]))

    def run() -> None:
        held[:] = finished(update(*held, batch))

    return run


def private_step(problem: dict[str, np.ndarray], chunk: int) -> clock.Step:
    """Clipped sum, noise, Adam."""
    batch = batch_of(problem)
    clipped = clipped_gradient(problem, chunk, normalize_by=float(len(problem["label"])))
    # Noise multiplier 1: the noise is as large as what one shopper can move.
    privatizer = noise_addition.gaussian_privatizer(stddev=clipped.sensitivity(), prng_key=jax.random.key(0))
    optimizer = optax.chain(privatizer, optax.adam(0.01))

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def update(weights: dict[str, Any], state: Any, batch: dict[str, Any]) -> Any:
        changes, state = optimizer.update(clipped(weights, batch), state)
        return optax.apply_updates(weights, changes), state

    held = [start(problem)]
    held.append(optimizer.init(held[0]))

    def run() -> None:
        held[:] = finished(update(*held, batch))

    return run


def clipped_gradient(problem: dict[str, np.ndarray], chunk: int, normalize_by: float = 1.0) -> Any:
    """Give jax_privacy's function (weights, batch) -> sum of clipped gradients over ``normalize_by``."""
    return jax_privacy.clipped_grad(
        functools.partial(one_loss, features=jnp.array(problem["features"])),
        l2_clip_norm=float(problem["clip_norm"]),
        normalize_by=normalize_by,
        batch_argnums=1,
        keep_batch_dim=False,
        microbatch_size=chunk or None,
    )


def clipped_sums(problem: dict[str, np.ndarray], chunk: int) -> dict[str, np.ndarray]:
    """Give the sums by the names of the file."""
    sums = jax.jit(clipped_gradient(problem, chunk))(start(problem), batch_of(problem))
    return {name: np.asarray(total) for name, total in sums.items()}


if __name__ == "__main__":
    main()
