"""Chinese: see ``core.texts.en.overview``."""

TEXTS: dict[str, str] = {}
