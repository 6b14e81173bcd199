"""The learned models: the only part of ``recommend`` that imports Keras."""
