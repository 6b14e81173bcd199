"""Find a sentence by its name, fill in its values."""

from collections.abc import Mapping
from typing import Any

from core.texts import en

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.TEXTS}


def text(key: str, /, language: str = "en", **values: Any) -> str:
    """Return the sentence named ``key``, its ``{places}`` filled with ``values``.

    Raises:
        KeyError: no such sentence; a test holds that pages name only sentences that exist.

    Example:
        >>> text("data.rows_kept", kept=9, rows=10)
        '9 of 10 rows kept'
    """
    sentence = LANGUAGES[language][key]
    return sentence.format(**values) if values else sentence
