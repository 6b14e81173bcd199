"""Which Keras layers DP-SGD can treat exactly; every other is refused by name, with the reason."""

from collections.abc import Iterator
from typing import Any

import keras

from core.errors import SettingsError

# Without weights, and each output row depends on the same input row alone.
ROWWISE = (
    *("InputLayer", "Identity", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Rescaling", "Masking"),
    *("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    *("Flatten", "Reshape", "Permute", "RepeatVector", "Cropping1D", "ZeroPadding1D", "UpSampling1D"),
    *("GlobalAveragePooling1D", "GlobalMaxPooling1D", "AveragePooling1D", "MaxPooling1D"),
    *("Concatenate", "Dot", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"),
)
PARAMETRISED = ("Dense", "Embedding")
REGULARISERS = (
    "kernel_regularizer",
    "bias_regularizer",
    "embeddings_regularizer",
    "activity_regularizer",
)
MASKS = ("NotEqual",)  # how Embedding(mask_zero=True) marks its padding
REASONS = {
    "BatchNormalization": "it mixes the examples of a batch, so one example reaches into the gradients of others",
    "Lambda": "what it computes cannot be read, so nothing shows that each example stays by itself",
    "ActivityRegularization": "it adds a loss of its own that would escape the clipping",
}


def layers_of(model: Any) -> Iterator[Any]:
    """Walk every operation of a functional model, nested models included."""
    for operation in model.operations:
        if isinstance(operation, keras.Model):
            yield from layers_of(functional(operation))
        else:
            yield operation


def functional(model: Any) -> Any:
    """Return the functional graph of a model.

    Raises:
        SettingsError: the model is a subclass with code of its own, which cannot be walked layer by layer.
    """
    if isinstance(model, keras.Sequential) and model.built:
        return keras.Model(model.inputs, model.outputs)
    if type(model).__name__ != "Functional" or not type(model).__module__.startswith("keras."):
        raise SettingsError(
            f"DP-SGD cannot walk the model {model.name} ({type(model).__name__}) layer by layer. "
            "Build it with keras.Model(inputs, outputs)."
        )
    return model


def check_model(model: Any) -> None:
    """Refuse what would break the promise: coupled examples, losses that escape the clip, unknown gradients.

    Raises:
        SettingsError: names the layer and the reason.
    """
    owners: dict[int, str] = {}
    for layer in layers_of(functional(model)):
        reason = _why_not(layer)
        if reason:
            raise SettingsError(f"DP-SGD cannot use the layer {layer.name} ({type(layer).__name__}): {reason}.")
        for variable in getattr(layer, "trainable_variables", ()):
            other = owners.setdefault(id(variable), layer.name)
            if other != layer.name:
                raise SettingsError(
                    f"DP-SGD cannot use the layers {other} and {layer.name}: they share the variable {variable.path}, "
                    "and the norm would miss what their gradients have in common. Call one layer twice instead."
                )
    if not owners:
        raise SettingsError(f"The model {model.name} has no trainable variables: there is nothing to learn.")


def _why_not(layer: Any) -> str | None:
    """Say why a layer cannot be treated exactly; None where it can."""
    kind = type(layer).__name__
    if kind in MASKS and not isinstance(layer, keras.Layer):
        return None
    own = type(layer).__module__.startswith("keras.")
    if not own or not isinstance(layer, keras.Layer) or kind not in (*ROWWISE, *PARAMETRISED):
        known = ", ".join((*PARAMETRISED, "pooling, merging and activation layers without weights"))
        return REASONS.get(kind, f"its per-example gradient is not known here (known: {known})")
    if any(getattr(layer, name, None) is not None for name in REGULARISERS):
        return "its regulariser is a loss that would escape the clipping; use the l1 and l2 of the trainer"
    if kind in PARAMETRISED and (layer.compute_dtype != "float32" or layer.quantization_mode or layer.lora_enabled):
        return "norms are taken in float32 of the plain weights, without mixed precision, quantisation or LoRA"
    return _axis_trouble(layer, kind)


def _axis_trouble(layer: Any, kind: str) -> str | None:
    """Refuse merging or normalising along axis 0, the examples."""
    axis = getattr(layer, "axes" if kind == "Dot" else "axis", None)
    if axis is None:
        return None
    rank = len(layer._inbound_nodes[0].input_tensors[0].shape)
    axes = axis if isinstance(axis, list | tuple) else [axis]
    if any(one % rank == 0 for one in axes):
        return "it works along axis 0 and would mix the examples of a batch"
    return None
