"""Chinese: see ``core.texts.en.training``."""

TEXTS: dict[str, str] = {}
