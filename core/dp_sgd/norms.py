"""Exact per-example gradient norms, and the weighted sum of those gradients, from the same signals.

Shapes: B examples, T positions (all axes between the first and the last, and all calls of a shared layer,
laid end to end), A the inputs, G the gradients at the outputs. The gradient of example b is A_b^T G_b, so
``||A^T G||^2 = sum((A A^T) * (G G^T))`` (Li et al., 2022, https://arxiv.org/abs/2110.05679), and the
clipped sum is one product over all examples and positions (book-keeping: Bu et al., 2023,
https://arxiv.org/abs/2210.00038). Where a table is looked up, an id that comes twice is added up before it
is squared.

Three parts, from the most exact to the cheapest:

================  ====================================  ============================================
part              norm                                  sum of clipped gradients
================  ====================================  ============================================
``OutrightPart``  float64, of the vector that is summed  float64 on a grid: exact, see there
``DensePart``     float32, errs upwards by ``SLACK``     float32 product: rounds as it adds up
``EmbeddingPart`` float32, errs upwards by ``SLACK``     float32 scatter: rounds as it adds up
================  ====================================  ============================================
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import tensorflow as tf

# Sums of float32 products that cancel can come out too small, and a norm that is too small breaks the promise.
# This share of the sum of absolute products is added: norms err upwards.
SLACK = 1e-6
ROUNDING = 2.0**-24  # of float32, once more for each term of an inner product
MARGIN = 1e-6  # gradients are clipped to this much less than is promised, which is room for the last bits
GRID_BITS = 32  # steps of the exact sums' grid in a clip norm
LARGEST_OUTRIGHT = 4_096  # weights of a layer up to which the gradient of each example is formed


@dataclass(frozen=True)
class Kept:
    """How much of each example is kept, and how the sum is to be taken.

    Attributes:
        weights: (B,) float64 in [0, 1]; 0 adds exactly 0, whatever stands in the row, NaN and infinity included.
        all_finite: No row of the batch has a NaN or an infinity; where that is not known, False.
        step: Of the grid on which exact sums are taken; None takes none.
    """

    weights: Any
    all_finite: bool = False
    step: float | None = None

    def narrow(self) -> Any:
        """Return the weights as (B, 1, 1) float32."""
        return tf.cast(self.weights, tf.float32)[:, None, None]


class Part(Protocol):
    """The gradient of one layer, example by example, never formed unless that is the cheaper way."""

    def square_norms(self) -> Any:
        """Return the squared norm of each example's gradient, (B,), float32 or float64."""

    def weighted_sum(self, kept: Kept) -> list[Any]:
        """Return sum_b weights_b * gradient_b, one tensor (or IndexedSlices) a variable of the layer."""


def part_of(layer: Any, inputs: list[Any], gradients: list[Any]) -> Part:
    """Lay the calls of one layer end to end and choose its way of counting."""
    if type(layer).__name__ == "Embedding":
        return EmbeddingPart(layer, inputs, gradients)
    A, G = _positions(inputs), _positions(gradients)
    n_positions, n_in, n_out = A.shape[1], A.shape[2], G.shape[2]
    if n_in * n_out <= min(n_positions * (n_in + n_out), LARGEST_OUTRIGHT):
        return OutrightPart(layer, A, G)
    return DensePart(layer, A, G)


class OutrightPart:
    """Dense with so few weights that the gradient of each example is formed: v_b = A_b^T G_b, in float32.

    Its norm is taken in float64 of the very v_b that is added, so ``weight_b * v_b`` has at most norm
    ``clip_norm * (1 - MARGIN)``, to the rounding of float64. Each coordinate then goes to the nearest point of a
    public grid of step ``clip_norm / 2**GRID_BITS`` (a power of two), which moves d coordinates by at most
    sqrt(d) / 2 steps: with ``MARGIN`` in hand the vector keeps within ``clip_norm`` up to d = 7e7. Whole
    multiples of the step are added in float64 without any rounding up to 2**53 steps, which is a million shoppers
    who all pull one way; their order and the chunks do not matter. So where all layers of a model are of this kind
    (a linear head), leaving a shopper out moves the sum by at most ``clip_norm``, and not by the rounding of others
    as in float32 (Casacuberta et al., 2022, https://arxiv.org/abs/2207.10635).

    What remains: v_b must depend on b's rows alone, to the last bit. A kernel that treats the tail of an array
    differently moves a few v_b by a float32 rounding each, and that is what is left of ``MARGIN`` for.
    """

    def __init__(self, layer: Any, A: Any, G: Any) -> None:
        self.use_bias = layer.use_bias
        gradients = [tf.matmul(A, G, transpose_a=True)] + ([tf.reduce_sum(G, axis=1)] if layer.use_bias else [])
        self.gradients = [tf.cast(gradient, tf.float64) for gradient in gradients]  # (B, in, out) and (B, out)

    def square_norms(self) -> Any:
        """See ``Part``; kernel and bias together, float64."""
        return tf.add_n([tf.reduce_sum(tf.square(_flat(gradient)), axis=1) for gradient in self.gradients])

    def weighted_sum(self, kept: Kept) -> list[Any]:
        """See ``Part``; [kernel] or [kernel, bias], float64."""
        return [self._sum(gradient, kept) for gradient in self.gradients]

    def _sum(self, gradient: Any, kept: Kept) -> Any:
        weights = tf.reshape(kept.weights, (-1, *[1] * (gradient.shape.rank - 1)))
        each = tf.math.multiply_no_nan(gradient, weights)
        if kept.step is None:
            return tf.reduce_sum(each, axis=0)
        return tf.reduce_sum(tf.round(each / kept.step), axis=0) * kept.step


class DensePart:
    """Dense over any number of axes, with or without a bias."""

    def __init__(self, layer: Any, A: Any, G: Any) -> None:
        self.use_bias = layer.use_bias
        self.A = A  # (B, T, in)
        self.G = G  # (B, T, out)
        self.slack = SLACK + (A.shape[2] + G.shape[2]) * ROUNDING

    def square_norms(self) -> Any:
        """See ``Part``; kernel and bias together."""
        if self.A.shape[1] == 1:
            a, g = (tf.reduce_sum(tf.square(x), axis=(1, 2)) for x in (self.A, self.G))
            return (a + float(self.use_bias)) * g * (1 + self.slack)
        # sum_tt' (<a_t, a_t'> + 1) <g_t, g_t'>: the 1 is the bias
        inner = tf.matmul(self.A, self.A, transpose_b=True) + float(self.use_bias)
        outer = tf.matmul(self.G, self.G, transpose_b=True)
        lengths = tf.sqrt(tf.maximum(tf.linalg.diag_part(inner) * tf.linalg.diag_part(outer), 0.0))
        return tf.reduce_sum(inner * outer, axis=(1, 2)) + self.slack * tf.square(tf.reduce_sum(lengths, axis=1))

    def weighted_sum(self, kept: Kept) -> list[Any]:
        """See ``Part``; [kernel] or [kernel, bias]; the narrower of inputs and gradients is scaled."""
        A, G, scale = self.A, self.G, kept.narrow()
        if not kept.all_finite:  # 0 x inf must not come about
            A, G = (tf.math.multiply_no_nan(x, tf.cast(scale > 0, tf.float32)) for x in (A, G))
        if A.shape[2] < G.shape[2]:
            kernel = tf.matmul(_rows(A * scale), _rows(G), transpose_a=True)
            each = tf.repeat(scale[:, 0, 0], A.shape[1])
            bias = tf.linalg.matvec(_rows(G), each, transpose_a=True) if self.use_bias else None
        else:
            scaled = _rows(G * scale)
            kernel = tf.matmul(_rows(A), scaled, transpose_a=True)
            bias = tf.reduce_sum(scaled, axis=0)
        return [kernel, bias] if self.use_bias else [kernel]


class EmbeddingPart:
    """A table that is looked up, any number of times an example, the same id as often as it likes."""

    def __init__(self, layer: Any, inputs: list[Any], gradients: list[Any]) -> None:
        self.table = layer.embeddings
        batch, width = inputs[0].shape[0], gradients[0].shape[-1]
        self.calls = [tf.reshape(gradient, (batch, -1, width)) for gradient in gradients]  # (B, T of the call, width)
        self.ids = tf.concat([tf.reshape(tf.cast(ids, tf.int32), (batch, -1)) for ids in inputs], axis=1)  # (B, T)

    def square_norms(self) -> Any:
        """See ``Part``."""
        squares = tf.concat([tf.reduce_sum(tf.square(G), axis=2) for G in self.calls], axis=1)  # (B, T)
        if self.ids.shape[1] == 1:
            return tf.reduce_sum(squares, axis=1) * (1 + SLACK)
        return self._by_twins(squares) + SLACK * tf.square(tf.reduce_sum(tf.sqrt(squares), axis=1))

    def weighted_sum(self, kept: Kept) -> list[Any]:
        """See ``Part``; [table], as IndexedSlices."""
        multiply = tf.multiply if kept.all_finite else tf.math.multiply_no_nan
        scaled = tf.concat([multiply(G, kept.narrow()) for G in self.calls], axis=1)
        return [tf.IndexedSlices(_rows(scaled), tf.reshape(self.ids, (-1,)), tf.shape(self.table))]

    def _by_twins(self, squares: Any) -> Any:
        """Add up equal ids of an example outright, but only those rows: most ids come once, padding has no gradient."""
        n_rows, n_positions = self.ids.shape
        place = tf.range(n_positions)
        ids = tf.where(squares > 0, self.ids, -1 - place)  # a row without gradient has no twin; ids are not below 0
        ids, order = tf.math.top_k(ids, k=n_positions)
        same = ids[:, 1:] == ids[:, :-1]
        edge = tf.zeros((n_rows, 1), tf.bool)
        twins = tf.concat([edge, same], axis=1) | tf.concat([same, edge], axis=1)
        found = tf.where(twins)  # row by row, equal ids side by side
        starts = tf.gather_nd(tf.concat([~edge, ~same], axis=1), found)
        row, position = tf.cast(found[:, 0], tf.int32), tf.gather_nd(order, found)
        group = tf.cumsum(tf.cast(starts, tf.int32)) - 1
        n_groups = tf.reduce_sum(tf.cast(starts, tf.int32))
        sums = tf.math.unsorted_segment_sum(self._at(row, position), group, n_groups)
        added = tf.math.unsorted_segment_sum(
            tf.reduce_sum(tf.square(sums), axis=1), tf.boolean_mask(row, starts), n_rows
        )
        alone = tf.tensor_scatter_nd_update(
            squares, tf.stack([row, position], axis=1), tf.zeros_like(position, tf.float32)
        )
        return tf.reduce_sum(alone, axis=1) + added

    def _at(self, row: Any, position: Any) -> Any:
        """Gradients at some positions of some rows, (n, width), without laying all calls end to end."""
        total, first = 0.0, 0
        for G in self.calls:
            n_here = G.shape[1]
            inside = (position >= first) & (position < first + n_here)
            place = tf.where(inside, row * n_here + position - first, 0)
            total += tf.where(inside[:, None], tf.gather(_rows(G), place), 0.0)
            first += n_here
        return total


def clip_weights(square_norms: Any, clip_norm: float | None, is_real: Any) -> Any:
    """Return how much of each example's gradient is kept, (B,) float64.

    ===================  ==================
    example              weight
    ===================  ==================
    norm <= limit        1
    norm > limit         limit / norm
    NaN or inf inside    0
    padding              0
    clip_norm is None    1, or 0 as above
    ===================  ==================

    The limit is ``clip_norm * (1 - MARGIN)``.
    """
    squares = tf.cast(square_norms, tf.float64)
    usable = is_real & tf.math.is_finite(squares)
    if clip_norm is None:
        return tf.cast(usable, tf.float64)
    one = tf.ones_like(squares)
    norms = tf.sqrt(tf.where(usable, tf.maximum(squares, 1e-60), one))
    return tf.where(usable, tf.minimum(clip_norm * (1 - MARGIN) / norms, one), tf.zeros_like(one))


def grid_step(clip_norm: float) -> float:
    """Return the step of the grid of exact sums: public, and a power of two, so that multiples of it are exact."""
    return 2.0 ** (math.floor(math.log2(clip_norm)) - GRID_BITS)


def _positions(tensors: list[Any]) -> Any:
    """(B, ..., d) of each call -> (B, T, d)."""
    batch, width = tensors[0].shape[0], tensors[0].shape[-1]
    return tf.concat([tf.reshape(tensor, (batch, -1, width)) for tensor in tensors], axis=1)


def _rows(tensor: Any) -> Any:
    """(B, T, d) -> (B T, d)."""
    return tf.reshape(tensor, (-1, tensor.shape[-1]))


def _flat(tensor: Any) -> Any:
    """(B, ...) -> (B, d)."""
    return tf.reshape(tensor, (tensor.shape[0], -1))
