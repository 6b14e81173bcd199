"""English: one module a page, joined here; a name may be given only once."""

from core.texts.en import common, curve, data, overview, privacy, recommendations, training

PARTS = (common, overview, data, privacy, training, curve, recommendations)
TEXTS: dict[str, str] = {key: sentence for part in PARTS for key, sentence in part.TEXTS.items()}
