"""Chinese: sentences of the guided tour and of the state of the workspace."""

TEXTS: dict[str, str] = {}
