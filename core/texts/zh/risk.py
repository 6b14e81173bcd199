"""Chinese: see ``core.texts.en.risk``."""

TEXTS: dict[str, str] = {}
