"""One logical step: clipped sums over any number of chunks, then one noise draw, a public divisor, the optimizer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from core.dp_sgd.normal import standard_normal
from core.dp_sgd.norms import Kept, clip_weights, grid_step, part_of
from core.dp_sgd.signals import signals

Loss = Callable[[Any, Any], Any]


def clipped_sums(
    model: Any,
    loss: Loss,
    inputs: list[Any],
    targets: Any,
    is_real: Any,
    clip_norm: float | None,
    *,
    jit: bool = False,
) -> tuple[list[tuple[Any, Any]], Any, Any]:
    """Clip each example's joint gradient to ``clip_norm`` and add them up.

    Args:
        model: A functional Keras model.
        loss: ``loss(outputs, targets)``, one number an example, (batch,).
        inputs: In the order of ``model.inputs``, each (batch, ...).
        targets: Whatever ``loss`` takes, each (batch, ...).
        is_real: (batch,) bool; padding is False and adds exactly 0.
        clip_norm: Largest norm of one example; None leaves gradients as they are.
        jit: Compile both passes with XLA.

    Returns:
        Pairs (variable, sum), the losses (batch,) and the gradient norms (batch,); all but the pairs, and the pairs
        too as long as no noise was added, tell about examples. A sum is float64 where it is exact
        (``norms.OutrightPart``), else float32, and IndexedSlices for a table.
    """
    losses, found = signals(model, loss, inputs, targets, jit=jit)
    parts = [part_of(layer, given, gradients) for layer, given, gradients in found]
    square_norms = tf.add_n([tf.cast(part.square_norms(), tf.float64) for part in parts])
    weights = clip_weights(square_norms, clip_norm, is_real)
    step = None if clip_norm is None else grid_step(clip_norm)

    def totals(all_finite: bool) -> list[list[Any]]:
        return [part.weighted_sum(Kept(weights, all_finite, step)) for part in parts]

    all_finite = tf.reduce_all(tf.math.is_finite(square_norms))
    sums = tf.cond(all_finite, lambda: totals(True), lambda: totals(False))
    pairs = [
        (variable, total)
        for (layer, _, _), of_layer in zip(found, sums, strict=True)
        for variable, total in zip(layer.trainable_variables, of_layer, strict=True)
    ]
    return pairs, losses, tf.sqrt(square_norms)


class Step:
    """The compiled step of one training: ``on_whole`` or ``on_rows``, each one call and one update.

    The clipped sums live inside that call, and the noise generator here and not in the model, so that neither is ever
    saved with it. The noise depends on nothing else, so TensorFlow draws it beside the backward pass.
    """

    def __init__(
        self,
        model: Any,
        loss: Loss,
        optimizer: Any,
        *,
        clip_norm: float | None,
        noise_std: float,
        divisor: float,
        rng: np.random.Generator,
        penalties: tuple[float, float] = (0.0, 0.0),
        jit: bool = False,
    ) -> None:
        self._model, self._loss, self._optimizer = model, loss, optimizer
        self._clip_norm, self._noise_std, self._divisor = clip_norm, noise_std, divisor
        self._l1, self._l2 = penalties
        self._jit = jit
        self._variables = list(model.trainable_variables)
        self._means = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in self._variables]
        state = rng.integers(0, 2**63, size=3, dtype=np.int64)  # Philox: counter (128 bits) and key (64 bits)
        self._generator = tf.random.Generator.from_state(state, alg="philox")
        optimizer.build(self._variables)
        # XLA compiles both passes and the optimizer; it draws noise at half the speed, and twins have no fixed shape.
        self._sums = tf.function(self._chunk_sums, autograph=False)
        self._apply = tf.function(self._optimizer_step, autograph=False, jit_compile=jit)
        self.on_whole = tf.function(self._on_whole, autograph=False)
        self.on_rows = tf.function(self._on_rows, autograph=False, reduce_retracing=True)
        self.remember = tf.function(self._remember, autograph=False)

    def _on_whole(self, inputs: list[Any], targets: Any, is_real: Any) -> Any:
        """Take one step on all that is given; returns the sum of its losses, which no private training looks at."""
        sums, loss = self._sums(inputs, targets, is_real)
        self._update(self._dense(sums))
        return loss

    def _on_rows(self, inputs: list[Any], targets: Any, chunks: Any) -> Any:
        """Take one step on some rows of the whole data: (n_chunks, size) int32, below 0 for padding."""

        def one(rows: Any) -> tuple[list[Any], Any]:
            there = tf.maximum(rows, 0)
            some = [tf.gather(whole, there) for whole in inputs]
            goal = tf.nest.map_structure(lambda whole: tf.gather(whole, there), targets)
            sums, loss = self._sums(some, goal, rows >= 0)
            return list(sums), loss

        def further(place: Any, totals: list[Any], loss: Any) -> tuple[Any, list[Any], Any]:
            more, more_loss = one(chunks[place])
            return place + 1, [_plus(total, new) for total, new in zip(totals, more, strict=True)], loss + more_loss

        sums, loss = one(chunks[0])
        totals = self._dense(sums)
        n_chunks = tf.shape(chunks)[0]
        if chunks.shape[0] != 1:
            _, totals, loss = tf.while_loop(
                lambda place, *_: place < n_chunks, further, (1, totals, loss), parallel_iterations=1
            )
        self._update(totals)
        return loss

    def _chunk_sums(self, inputs: list[Any], targets: Any, is_real: Any) -> tuple[list[Any], Any]:
        """Return the clipped sum of one chunk, in the order of the variables, and the sum of its losses."""
        pairs, losses, _ = clipped_sums(
            self._model, self._loss, inputs, targets, is_real, self._clip_norm, jit=self._jit
        )
        by_variable = {id(variable): total for variable, total in pairs}
        loss = tf.reduce_sum(tf.where(is_real, losses, 0.0))
        return [by_variable[id(variable)] for variable in self._variables], loss

    def _dense(self, totals: list[Any]) -> list[Any]:
        """Turn the rows of a table into the whole table, with zeros elsewhere."""
        return [
            tf.scatter_nd(total.indices[:, None], total.values, variable.shape)
            if isinstance(total, tf.IndexedSlices)
            else total
            for total, variable in zip(totals, self._variables, strict=True)
        ]

    def _update(self, totals: list[Any]) -> None:
        """Noise, divide by the public number, and let the optimizer work."""
        self._apply([self._noised_mean(total) for total in totals])

    def _noised_mean(self, total: Any) -> Any:
        """Add one draw of noise to every coordinate and divide, in the precision of the sum; then float32."""
        if self._noise_std > 0:
            total += self._noise_std * standard_normal(self._generator, total.shape, total.dtype)
        return tf.cast(total / self._divisor, tf.float32)

    def _optimizer_step(self, gradients: list[Any]) -> None:
        """Add the penalties, which are of the weights alone, hence after the noise and free; then update."""
        if self._l1 or self._l2:
            values = [tf.convert_to_tensor(variable) for variable in self._variables]
            gradients = [
                gradient + self._l1 * tf.sign(value) + 2 * self._l2 * value
                for gradient, value in zip(gradients, values, strict=True)
            ]
        self._optimizer.apply(gradients, self._variables)

    def _remember(self, share: Any) -> None:
        """Add ``share`` of the present weights to the average."""
        for mean, variable in zip(self._means, self._variables, strict=True):
            mean.assign_add(share * tf.convert_to_tensor(variable))

    def take_average(self) -> None:
        """Put the average in place of the last weights."""
        for mean, variable in zip(self._means, self._variables, strict=True):
            variable.assign(mean)


def _plus(total: Any, more: Any) -> Any:
    """Add another chunk's sum, in place where it is a few rows of a table."""
    if not isinstance(more, tf.IndexedSlices):
        return total + more
    return tf.tensor_scatter_nd_add(total, more.indices[:, None], more.values)
