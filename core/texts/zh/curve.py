"""Chinese: see ``core.texts.en.curve``."""

TEXTS: dict[str, str] = {}
