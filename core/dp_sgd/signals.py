"""One forward and one backward pass: what came into each weighted layer, and the gradient at what came out."""

from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from core.dp_sgd.layers import PARAMETRISED, functional


@dataclass
class Recorder:
    """Runs a functional model and keeps, for each trainable layer, its calls as pairs (input, output).

    The output is the one before the activation: with it, the gradient of the weights of one example is a
    product of the two (Goodfellow, 2015, https://arxiv.org/abs/1510.01799).
    """

    tape: Any
    calls: dict[Any, list[tuple[Any, Any]]] = field(default_factory=dict)

    def run(self, model: Any, inputs: list[Any]) -> Any:
        """Return the model's output in training mode; ``inputs`` in the order of ``model.inputs``."""
        # Keras' own walk through the graph, the one that Functional.call uses; masks travel with the tensors.
        outputs = functional(model)._run_through_graph(inputs, operation_fn=self._operation)
        return outputs[0] if isinstance(outputs, list | tuple) and len(outputs) == 1 else outputs

    def _operation(self, layer: Any) -> Any:
        """Wrap one layer of the graph."""
        if isinstance(layer, keras.Model):
            return lambda *inputs, mask=None: self._nested(layer, inputs, mask)
        if type(layer).__name__ in PARAMETRISED and layer.trainable_variables:
            return lambda inputs: self._record(layer, inputs)
        if "training" in getattr(layer, "_call_context_args", ()):
            return lambda *args, **kwargs: layer(*args, **{**kwargs, "training": True})
        return layer

    def _nested(self, model: Any, inputs: Any, mask: Any) -> Any:
        """Walk a model inside the model; masks go in on its inputs, as Keras does it."""
        flat = keras.tree.flatten(inputs)
        for tensor, known in zip(flat, keras.tree.flatten(mask) if mask is not None else (), strict=False):
            tensor._keras_mask = known
        return self.run(model, flat)

    def _record(self, layer: Any, inputs: Any) -> Any:
        """Call a weighted layer and watch its output; an activation is applied after that."""
        if type(layer).__name__ == "Embedding":
            output = layer(inputs)
            self._keep(layer, inputs, output)
            return output
        # One product of two matrices: faster than a product for each example.
        output = tf.matmul(tf.reshape(inputs, (-1, inputs.shape[-1])), layer.kernel)
        if layer.use_bias:
            output += layer.bias
        output = tf.reshape(output, (*inputs.shape[:-1], layer.units))
        self._keep(layer, inputs, output)
        activated = layer.activation(output) if layer.activation else output
        mask = getattr(inputs, "_keras_mask", None)
        if mask is not None:
            activated._keras_mask = mask
        return activated

    def _keep(self, layer: Any, inputs: Any, output: Any) -> None:
        self.tape.watch(output)
        self.calls.setdefault(layer, []).append((inputs, output))


Signals = list[tuple[Any, list[Any], list[Any]]]


def signals(model: Any, loss: Any, inputs: list[Any], targets: Any, *, jit: bool = False) -> tuple[Any, Signals]:
    """Run both passes and return the losses (batch,) and per layer its inputs and output gradients, call by call.

    No gradient with respect to a weight is computed here: that is left to whoever knows the clipping weights.
    With ``jit``, XLA compiles the passes.
    """
    layers: list[Any] = []

    def passes(inputs: list[Any], targets: Any) -> tuple[Any, list[tuple[list[Any], list[Any]]]]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            recorder = Recorder(tape)
            losses = loss(recorder.run(model, inputs), targets)
            total = tf.reduce_sum(losses)
        layers[:] = recorder.calls
        outputs = [[output for _, output in calls] for calls in recorder.calls.values()]
        gradients = tape.gradient(total, outputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        given = [[came_in for came_in, _ in calls] for calls in recorder.calls.values()]
        return losses, list(zip(given, gradients, strict=True))

    run = tf.function(passes, autograph=False, jit_compile=True) if jit else passes
    losses, found = run(inputs, targets)
    return losses, [(layer, given, gradients) for layer, (given, gradients) in zip(layers, found, strict=True)]
