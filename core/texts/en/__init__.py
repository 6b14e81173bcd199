"""English: one module a page, joined here; a name may be given only once."""

import core.texts.en.analysis as analysis
import core.texts.en.anonymization as anonymization
import core.texts.en.audit as audit
import core.texts.en.common as common
import core.texts.en.consent as consent
import core.texts.en.curve as curve
import core.texts.en.data as data
import core.texts.en.decide as decide
import core.texts.en.document as document
import core.texts.en.glossary as glossary
import core.texts.en.grid as grid
import core.texts.en.harm as harm
import core.texts.en.overview as overview
import core.texts.en.privacy as privacy
import core.texts.en.recommendations as recommendations
import core.texts.en.releases as releases
import core.texts.en.risk as risk
import core.texts.en.rules as rules
import core.texts.en.shopper as shopper
import core.texts.en.tour as tour
import core.texts.en.training as training
import core.texts.en.validation as validation

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
