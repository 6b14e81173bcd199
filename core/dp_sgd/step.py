"""One logical step: clipped sums over any number of chunks, then one noise draw, a public divisor, the optimizer."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from core.dp_sgd.norms import clip_weights, part_of
from core.dp_sgd.signals import signals

Loss = Callable[[Any, Any], Any]


def clipped_sums(
    model: Any, loss: Loss, inputs: list[Any], targets: Any, is_real: Any, clip_norm: float | None
) -> tuple[list[tuple[Any, Any]], Any, Any]:
    """Clip each example's joint gradient to ``clip_norm`` and add them up.

    Args:
        model: A functional Keras model.
        loss: ``loss(outputs, targets)``, one number an example, (batch,).
        inputs: In the order of ``model.inputs``, each (batch, ...).
        targets: Whatever ``loss`` takes, each (batch, ...).
        is_real: (batch,) bool; padding is False and adds exactly 0.
        clip_norm: Largest norm of one example; None leaves gradients as they are.

    Returns:
        Pairs (variable, sum), the losses (batch,) and the gradient norms (batch,); all but the pairs, and the pairs
        too as long as no noise was added, tell about examples.
    """
    losses, found = signals(model, loss, inputs, targets)
    parts = [part_of(layer, given, gradients) for layer, given, gradients in found]
    square_norms = tf.add_n([part.square_norms() for part in parts])
    weights = clip_weights(square_norms, clip_norm, is_real)
    all_finite = tf.reduce_all(tf.math.is_finite(square_norms))
    pairs = [
        (variable, total)
        for (layer, _, _), part in zip(found, parts, strict=True)
        for variable, total in zip(layer.trainable_variables, part.weighted_sum(weights, all_finite), strict=True)
    ]
    return pairs, losses, tf.sqrt(square_norms)


class Step:
    """The compiled step of one training; ``add`` once a chunk, then ``finish`` once.

    Its sums and its noise generator live here and not in the model, so that neither is ever saved with it.
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
        self._variables = list(model.trainable_variables)
        self._place = {id(variable): place for place, variable in enumerate(self._variables)}
        self._sums = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in self._variables]
        self._means = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in self._variables]
        state = rng.integers(0, 2**63, size=3, dtype=np.int64)  # Philox: counter (128 bits) and key (64 bits)
        self._normal = tf.random.Generator.from_state(state, alg="philox")
        optimizer.build(self._variables)
        self.add = tf.function(self._add, autograph=False, jit_compile=jit)
        self.add_from = tf.function(self._add_from, autograph=False, jit_compile=jit)
        self.finish = tf.function(self._finish, autograph=False)  # XLA draws normals at half the speed on a CPU
        self.remember = tf.function(self._remember, autograph=False)

    def _add(self, inputs: list[Any], targets: Any, is_real: Any) -> Any:
        """Add the clipped sum of one chunk; returns the sum of its losses, which no private training looks at."""
        pairs, losses, _ = clipped_sums(self._model, self._loss, inputs, targets, is_real, self._clip_norm)
        for variable, total in pairs:
            held = self._sums[self._place[id(variable)]]
            if isinstance(total, tf.IndexedSlices):
                held.scatter_add(total)
            else:
                held.assign_add(total)
        return tf.reduce_sum(tf.where(is_real, losses, 0.0))

    def _add_from(self, inputs: list[Any], targets: Any, indices: Any) -> Any:
        """Take a chunk's rows out of the whole data, then ``add`` them; an index below 0 is padding."""
        rows = tf.maximum(indices, 0)
        return self._add(
            [tf.gather(whole, rows) for whole in inputs],
            tf.nest.map_structure(lambda whole: tf.gather(whole, rows), targets),
            indices >= 0,
        )

    def _finish(self) -> None:
        """Add one draw of noise to every coordinate, divide by the public number, update, and empty the sums."""
        gradients = []
        for variable, held in zip(self._variables, self._sums, strict=True):
            total = tf.convert_to_tensor(held)
            if self._noise_std > 0:
                total += self._noise_std * self._normal.normal(held.shape)
            mean = total / self._divisor
            if self._l1 or self._l2:  # of the weights alone, hence after the noise and free
                value = tf.convert_to_tensor(variable)
                mean += self._l1 * tf.sign(value) + 2 * self._l2 * value
            gradients.append(mean)
        self._optimizer.apply(gradients, self._variables)
        for held in self._sums:
            held.assign(tf.zeros_like(held))

    def _remember(self, share: Any) -> None:
        """Add ``share`` of the present weights to the average."""
        for mean, variable in zip(self._means, self._variables, strict=True):
            mean.assign_add(share * tf.convert_to_tensor(variable))

    def take_average(self) -> None:
        """Put the average in place of the last weights."""
        for mean, variable in zip(self._means, self._variables, strict=True):
            variable.assign(mean)

    @property
    def sums(self) -> Sequence[np.ndarray]:
        """The clipped sums so far, before any noise: for tests, and never to be shown."""
        return [held.numpy() for held in self._sums]
