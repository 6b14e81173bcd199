"""Chinese: see ``core.texts.en.anonymization``."""

TEXTS: dict[str, str] = {}
