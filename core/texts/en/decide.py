"""English: sentences that help to choose a point of the curve, and to compare curves."""

TEXTS: dict[str, str] = {}
