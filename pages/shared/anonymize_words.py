"""The chosen options of anonymisation in a few words, for pages other than their own."""

from core.settings import AnonymizationSettings
from core.texts import plain, text
from pages.shared.anonymize_cards import column_name

_NONE = AnonymizationSettings(pseudonymize=False)
_NO_OPTION = frozenset({"pseudonym_format"})  # a manner of another option


def row_words(settings: AnonymizationSettings, *, study: bool = False) -> str:
    """List the options that change a shopper's own rows, "" where there are none; a ``study`` makes no pseudonyms."""
    left_out = {"pseudonymize"} if study else set()
    return _words(settings.without_thresholds(), left_out)


def threshold_words(settings: AnonymizationSettings) -> str:
    """List the options with a threshold over shoppers; empty where there are none."""
    return _words(settings, set(AnonymizationSettings.model_fields) - set(settings.thresholds))


def _words(settings: AnonymizationSettings, left_out: set[str]) -> str:
    said = []
    for name in AnonymizationSettings.model_fields:
        value = getattr(settings, name)
        if value != getattr(_NONE, name) and name not in left_out | _NO_OPTION:
            said.append(text(f"anonymization.short.{name}", value=_value(name, value)))
    return ", ".join(said)


def _value(name: str, value: object) -> str:
    if name == "drop_columns" and isinstance(value, tuple):
        return plain(", ".join(column_name(column) for column in value))
    if name == "coarsen_time":
        return text(f"anonymization.coarsen_time.{value}")
    return str(len(value) + 1) if isinstance(value, tuple) else f"{getattr(value, 'k', value)}"
