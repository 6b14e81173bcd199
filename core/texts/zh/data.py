"""Chinese: see ``core.texts.en.data``."""

TEXTS: dict[str, str] = {}
