"""The learned models: the only part of ``recommend`` that imports Keras."""

import core.dp_sgd  # noqa: F401 - brings TensorFlow in quietly, before Keras does
