"""DP-SGD for Keras 3 on TensorFlow: exact per-example norms and book-keeping in one backward pass; usable by itself."""

import os

from core.dp_sgd.greetings import without_greetings

os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever a person's own keras.json prefers
with without_greetings():
    import tensorflow  # noqa: F401 - every module of this package needs it; here, so that it comes in quietly
