"""Chinese: see ``core.texts.en.privacy``."""

TEXTS: dict[str, str] = {}
