"""The certificate that goes with anonymised files: options, risk before and after, what it cost, and the limits."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from typing import Any, TypedDict

from core.anonymize import certificate_words as words
from core.anonymize.certificate_page import page
from core.anonymize.changes import Change
from core.anonymize.distortion import Distortion
from core.anonymize.risk import RiskReport, compare
from core.settings import AnonymizationSettings
from core.settings.base import Settings

KIND = "tact-anonymization-certificate"  # by which a certificate of ours is known
VERSION = 1
LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "cryptography")


class Facts(TypedDict):
    """What the certificate says beyond settings, changes and risk.

    ``tables`` has "before" and "after", each with rows, shoppers and products (those touched). ``files`` goes from a
    name to its sha256 and bytes. ``key`` has the fingerprint of the pseudonyms' key and its version (None: not told).
    ``local`` has event, shopper (both ε) and most (events of the busiest shopper) where answers were randomised.
    """

    date: str
    tables: dict[str, dict[str, int]]
    distortion: Sequence[Distortion]
    n_rounds: int
    files: Mapping[str, Mapping[str, str | int]]
    key: Mapping[str, str | int | None]
    local: Mapping[str, float] | None


def certificate(
    settings: AnonymizationSettings,
    changes: Sequence[Change],
    before: RiskReport,
    after: RiskReport,
    facts: Facts,
) -> dict[str, Any]:
    """Put together what the recipient of anonymised files should know; JSON all through.

    It carries no ε but that of randomised response, which always stands with its value for a whole shopper. It holds
    exact figures of shoppers: for the curator's room, and for the recipient of the files.
    """
    return {
        "kind": KIND,
        "version": VERSION,
        "date": facts["date"],
        "room": words.ROOM,
        "options": [
            {"option": name, "value": value, "meaning": words.MEANINGS[name]}
            for name, value in chosen_options(settings).items()
        ],
        "pseudonyms": dict(facts["key"]) if settings.pseudonymize else None,
        "tables": facts["tables"],
        "rounds": facts["n_rounds"],
        "changes": [asdict(change) for change in changes],
        "distortion": list(facts["distortion"]),
        "risk": {"before": before, "after": after, "sentences": compare(before, after)},
        "attackers": words.ATTACKERS,
        "epsilon": _epsilon(settings, facts["local"]),
        "limits": _limits(settings, after),
        "software": software(),
        "files": {name: dict(found) for name, found in facts["files"].items()},
    }


def certificate_html(found: Mapping[str, Any]) -> str:
    """The certificate as one page of HTML: stands alone, asks for nothing from outside, can be printed."""
    return page(found)


def chosen_options(settings: AnonymizationSettings) -> dict[str, Any]:
    """Names and values (as JSON) of the options that do something, in their order."""
    off, found = AnonymizationSettings(pseudonymize=False), {}
    for name in words.MEANINGS:
        value = getattr(settings, name)
        if value != getattr(off, name):
            found[name] = value.model_dump(mode="json") if isinstance(value, Settings) else value
    if "pseudonymize" in found:
        found["pseudonymize"] = settings.pseudonym_format
    return found


def software() -> dict[str, str]:
    """Versions of Python and of the libraries that made the files."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in LIBRARIES}


def _epsilon(settings: AnonymizationSettings, local: Mapping[str, float] | None) -> dict[str, Any]:
    """What may be said of ε: none of the files', and what randomised response is worth."""
    sentences = [words.NO_EPSILON]
    if settings.thresholds:
        sentences.append(words.WHY_NO_EPSILON.format(names=", ".join(settings.thresholds)))
    found: dict[str, Any] = {"of_the_files": None, "sentences": sentences}
    if local is not None:
        found["of_an_event"], found["of_a_shopper"] = local["event"], local["shopper"]
        sentence = words.LOCAL_EPSILON.format(event=local["event"], shopper=local["shopper"], most=int(local["most"]))
        sentences.append(sentence + (words.LOCAL_WITH_THRESHOLDS if settings.thresholds else ""))
    return found


def _limits(settings: AnonymizationSettings, after: RiskReport) -> list[str]:
    limits = list(words.LIMITS)
    if settings.k_anonymity is not None:
        limits.append(words.LIMIT_GROUPS)
    if settings.km_anonymity is not None:
        limits.append(words.LIMIT_BASKETS)
        if after["known"] == "published":
            limits.append(words.LIMIT_PUBLISHED)
    return limits
