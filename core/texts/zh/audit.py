"""Chinese: see ``core.texts.en.audit``."""

TEXTS: dict[str, str] = {}
