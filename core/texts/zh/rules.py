"""Chinese: see ``core.texts.en.rules``."""

TEXTS: dict[str, str] = {}
