"""Chinese: sentences that help to choose ε by consequence."""

TEXTS: dict[str, str] = {}
