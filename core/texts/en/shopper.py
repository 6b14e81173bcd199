"""English: sentences of the Recommendations page's closer looks."""

TEXTS: dict[str, str] = {}
