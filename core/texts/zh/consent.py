"""Chinese: sentences about consent and erasure."""

TEXTS: dict[str, str] = {}
