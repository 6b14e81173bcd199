"""Chinese: see ``core.texts.en.grid``."""

TEXTS: dict[str, str] = {}
