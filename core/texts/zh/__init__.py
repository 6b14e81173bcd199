"""Chinese: one module a page, joined here; a name may be given only once."""

import core.texts.zh.analysis as analysis
import core.texts.zh.anonymization as anonymization
import core.texts.zh.audit as audit
import core.texts.zh.common as common
import core.texts.zh.consent as consent
import core.texts.zh.curve as curve
import core.texts.zh.data as data
import core.texts.zh.decide as decide
import core.texts.zh.document as document
import core.texts.zh.glossary as glossary
import core.texts.zh.grid as grid
import core.texts.zh.harm as harm
import core.texts.zh.overview as overview
import core.texts.zh.privacy as privacy
import core.texts.zh.recommendations as recommendations
import core.texts.zh.releases as releases
import core.texts.zh.risk as risk
import core.texts.zh.rules as rules
import core.texts.zh.shopper as shopper
import core.texts.zh.tour as tour
import core.texts.zh.training as training
import core.texts.zh.validation as validation

PARTS = (
    common.TEXTS,
    overview.TEXTS,
    tour.TEXTS,
    data.TEXTS,
    rules.TEXTS,
    anonymization.TEXTS,
    privacy.TEXTS,
    harm.TEXTS,
    training.TEXTS,
    curve.TEXTS,
    decide.TEXTS,
    analysis.TEXTS,
    grid.TEXTS,
    validation.TEXTS,
    recommendations.TEXTS,
    shopper.TEXTS,
    audit.TEXTS,
    releases.TEXTS,
    consent.TEXTS,
    risk.TEXTS,
    document.TEXTS,
    glossary.TEXTS,
)
TEXTS: dict[str, str] = {key: sentence for part in PARTS for key, sentence in part.items()}
