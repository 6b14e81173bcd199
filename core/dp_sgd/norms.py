"""Exact per-example gradient norms, and the weighted sum of those gradients, from the same signals.

Shapes: B examples, T positions (all axes between the first and the last, and all calls of a shared layer,
laid end to end), A the inputs, G the gradients at the outputs. The gradient of example b is A_b^T G_b, so
``||A^T G||^2 = sum((A A^T) * (G G^T))`` (Li et al., 2022, https://arxiv.org/abs/2110.05679), and the
clipped sum is one product over all examples and positions (book-keeping: Bu et al., 2023,
https://arxiv.org/abs/2210.00038). Where a table is looked up, ``ids == ids^T`` stands in place of A A^T,
which adds up an id that comes twice before it is squared.
"""

import copy
from typing import Any, Protocol

import tensorflow as tf

# Sums of float32 products that cancel can come out too small, and a norm that is too small breaks the promise.
# This share of the sum of absolute products is added: norms err upwards.
SLACK = 1e-6
LARGEST_DIRECT = 16_384  # weights of a layer up to which per-example gradients are formed outright
LARGEST_GRAM = 256  # positions up to which the T x T products of an embedding are formed


class Part(Protocol):
    """The gradient of one layer, example by example, never formed unless that is the cheaper way."""

    def square_norms(self) -> Any:
        """Return the squared norm of each example's gradient, (B,)."""

    def weighted_sum(self, weights: Any, all_finite: Any) -> list[Any]:
        """Return sum_b weights_b * gradient_b, one tensor (or IndexedSlices) a variable of the layer.

        An example of weight 0 adds exactly 0, whatever stands in its row, NaN and infinity included;
        ``all_finite`` is a scalar, True where no square norm of the batch is NaN or infinite.
        """


def part_of(layer: Any, inputs: list[Any], gradients: list[Any]) -> Part:
    """Lay the calls of one layer end to end and choose its way of counting."""
    kind = EmbeddingPart if type(layer).__name__ == "Embedding" else DensePart
    return kind(layer, inputs, gradients)


class DensePart:
    """Dense over any number of axes, with or without a bias."""

    def __init__(self, layer: Any, inputs: list[Any], gradients: list[Any]) -> None:
        self.use_bias = layer.use_bias
        self.A = _positions(inputs)  # (B, T, in)
        self.G = _positions(gradients)  # (B, T, out)
        n_positions, n_in, n_out = self.A.shape[1], self.A.shape[2], self.G.shape[2]
        cheaper = n_in * n_out <= n_positions * (n_in + n_out) and n_in * n_out <= LARGEST_DIRECT
        self.direct = _direct(self.A, self.G) if n_positions > 1 and cheaper else None

    def square_norms(self) -> Any:
        """See ``Part``; kernel and bias together."""
        if self.A.shape[1] == 1:
            a, g = (tf.reduce_sum(tf.square(x), axis=(1, 2)) for x in (self.A, self.G))
            return (a + float(self.use_bias)) * g * (1 + SLACK)
        if self.direct is not None:
            exact = tf.reduce_sum(tf.square(self.direct), axis=(1, 2))
            if self.use_bias:
                exact += tf.reduce_sum(tf.square(tf.reduce_sum(self.G, axis=1)), axis=1)
            return exact * (1 + SLACK)
        # sum_tt' (<a_t, a_t'> + 1) <g_t, g_t'>: the 1 is the bias
        inner = tf.matmul(self.A, self.A, transpose_b=True) + float(self.use_bias)
        outer = tf.matmul(self.G, self.G, transpose_b=True)
        lengths = tf.sqrt(tf.maximum(tf.linalg.diag_part(inner) * tf.linalg.diag_part(outer), 0.0))
        return tf.reduce_sum(inner * outer, axis=(1, 2)) + SLACK * tf.square(tf.reduce_sum(lengths, axis=1))

    def weighted_sum(self, weights: Any, all_finite: Any) -> list[Any]:
        """See ``Part``; [kernel] or [kernel, bias]."""
        return list(tf.cond(all_finite, lambda: self._sums(weights), lambda: self._without_bad_rows(weights)))

    def _sums(self, weights: Any) -> list[Any]:
        """The sums where no row is bad; the narrower of inputs and gradients is scaled."""
        n_positions, scale = self.A.shape[1], weights[:, None, None]
        G = _rows(self.G)
        if self.direct is not None:
            kernel = tf.tensordot(weights, self.direct, axes=1)
        elif self.A.shape[2] <= self.G.shape[2]:
            kernel = tf.matmul(_rows(self.A * scale), G, transpose_a=True)
        else:
            kernel = tf.matmul(_rows(self.A), _rows(self.G * scale), transpose_a=True)
        each = tf.repeat(weights, n_positions) if n_positions > 1 else weights
        return [kernel, tf.linalg.matvec(G, each, transpose_a=True)] if self.use_bias else [kernel]

    def _without_bad_rows(self, weights: Any) -> list[Any]:
        """The sums with every row of weight 0 set to 0 first, so that 0 x inf does not come about."""
        kept = tf.cast(weights > 0, tf.float32)[:, None, None]
        clean = copy.copy(self)
        clean.A, clean.G = (tf.math.multiply_no_nan(x, kept) for x in (self.A, self.G))
        clean.direct = None if self.direct is None else tf.math.multiply_no_nan(self.direct, kept)
        return clean._sums(weights)


class EmbeddingPart:
    """A table that is looked up, any number of times an example, the same id as often as it likes."""

    def __init__(self, layer: Any, inputs: list[Any], gradients: list[Any]) -> None:
        self.table = layer.embeddings
        batch = inputs[0].shape[0]
        self.ids = tf.concat([tf.reshape(tf.cast(ids, tf.int32), (batch, -1)) for ids in inputs], axis=1)  # (B, T)
        width = gradients[0].shape[-1]
        self.G = tf.concat([tf.reshape(grad, (batch, -1, width)) for grad in gradients], axis=1)  # (B, T, width)

    def square_norms(self) -> Any:
        """See ``Part``."""
        if self.ids.shape[1] == 1:
            return tf.reduce_sum(tf.square(self.G), axis=(1, 2)) * (1 + SLACK)
        exact = self._by_products() if self.ids.shape[1] <= LARGEST_GRAM else self._by_sorting()
        lengths = tf.sqrt(tf.reduce_sum(tf.square(self.G), axis=2))
        return exact + SLACK * tf.square(tf.reduce_sum(lengths, axis=1))

    def weighted_sum(self, weights: Any, all_finite: Any) -> list[Any]:  # noqa: ARG002, a gather keeps rows apart
        """See ``Part``; [table], as IndexedSlices."""
        G = tf.math.multiply_no_nan(self.G, weights[:, None, None])
        return [tf.IndexedSlices(_rows(G), tf.reshape(self.ids, (-1,)), tf.shape(self.table))]

    def _by_products(self) -> Any:
        same = tf.cast(self.ids[:, :, None] == self.ids[:, None, :], tf.float32)
        return tf.reduce_sum(self.G * tf.matmul(same, self.G), axis=(1, 2))

    def _by_sorting(self) -> Any:
        """Add up equal ids of an example outright: memory grows with T, not with T x T."""
        n_rows, n_positions, width = self.G.shape
        order = tf.argsort(self.ids, axis=1)
        ids = tf.gather(self.ids, order, batch_dims=1)
        starts = tf.cast(ids[:, 1:] != ids[:, :-1], tf.int32)
        rank = tf.pad(tf.cumsum(starts, axis=1), [[0, 0], [1, 0]])  # which of the example's distinct ids
        segment = rank + tf.range(n_rows)[:, None] * n_positions
        values = _rows(tf.gather(self.G, order, batch_dims=1))
        sums = tf.math.unsorted_segment_sum(values, tf.reshape(segment, (-1,)), n_rows * n_positions)
        return tf.reduce_sum(tf.square(tf.reshape(sums, (n_rows, n_positions * width))), axis=1)


def clip_weights(square_norms: Any, clip_norm: float | None, is_real: Any) -> Any:
    """Return how much of each example's gradient is kept, (B,).

    ===================  ==================
    example              weight
    ===================  ==================
    norm <= clip_norm    1
    norm > clip_norm     clip_norm / norm
    NaN or inf inside    0
    padding              0
    clip_norm is None    1, or 0 as above
    ===================  ==================
    """
    usable = is_real & tf.math.is_finite(square_norms)
    if clip_norm is None:
        return tf.cast(usable, tf.float32)
    safe = tf.where(usable, tf.maximum(square_norms, 1e-30), 1.0)
    return tf.where(usable, tf.minimum(1.0, clip_norm * tf.math.rsqrt(safe)), 0.0)


def _positions(tensors: list[Any]) -> Any:
    """(B, ..., d) of each call -> (B, T, d)."""
    batch, width = tensors[0].shape[0], tensors[0].shape[-1]
    return tf.concat([tf.reshape(tensor, (batch, -1, width)) for tensor in tensors], axis=1)


def _rows(tensor: Any) -> Any:
    """(B, T, d) -> (B T, d)."""
    return tf.reshape(tensor, (-1, tensor.shape[-1]))


def _direct(A: Any, G: Any) -> Any:
    """Form the gradient of each example, (B, in, out)."""
    return tf.matmul(A, G, transpose_a=True)
