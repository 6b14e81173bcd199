"""Chinese: sentences about releases, their approval, and the access log."""

TEXTS: dict[str, str] = {}
