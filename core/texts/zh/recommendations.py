"""Chinese: see ``core.texts.en.recommendations``."""

TEXTS: dict[str, str] = {}
