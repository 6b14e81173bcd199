"""One script a figure of README; each prints one JSON line last."""
