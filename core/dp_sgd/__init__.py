"""DP-SGD for Keras 3 on TensorFlow: exact per-example norms and book-keeping in one backward pass; usable by itself."""
