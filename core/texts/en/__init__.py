"""English: one module a page, joined here; a name may be given only once."""

import core.texts.en.anonymization as anonymization
import core.texts.en.audit as audit
import core.texts.en.common as common
import core.texts.en.curve as curve
import core.texts.en.data as data
import core.texts.en.grid as grid
import core.texts.en.overview as overview
import core.texts.en.privacy as privacy
import core.texts.en.recommendations as recommendations
import core.texts.en.risk as risk
import core.texts.en.rules as rules
import core.texts.en.training as training

PARTS = (
    common.TEXTS,
    overview.TEXTS,
    data.TEXTS,
    rules.TEXTS,
    anonymization.TEXTS,
    privacy.TEXTS,
    training.TEXTS,
    curve.TEXTS,
    grid.TEXTS,
    recommendations.TEXTS,
    audit.TEXTS,
    risk.TEXTS,
)
TEXTS: dict[str, str] = {key: sentence for part in PARTS for key, sentence in part.items()}
