"""Chinese: sentences of the Trade-off page's closer looks: who pays, beyond accuracy, validation."""

TEXTS: dict[str, str] = {}
