"""Find a sentence by its name in the language that is spoken, fill in its values."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from core.texts import en, zh

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.TEXTS, "zh": zh.TEXTS}
NAMES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""What each language calls itself."""
DEFAULT = "en"

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT)


def speak(language: str) -> None:
    """Speak this language from now on in this thread (a page's run, a report); an unknown one is ``DEFAULT``."""
    _spoken.set(language if language in LANGUAGES else DEFAULT)


def spoken() -> str:
    """Return the language that is spoken in this thread."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a block, for a report in another language than the page's."""
    token = _spoken.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(token)


def text(key: str, /, **values: Any) -> str:
    """Return the sentence named ``key`` in the language that is spoken, its ``{places}`` filled with ``values``.

    Raises:
        KeyError: no such sentence; a test holds that pages name only sentences that exist.

    Example:
        >>> text("data.rows_kept", kept=9, rows=10)
        '9 of 10 rows kept'
    """
    sentence = LANGUAGES[_spoken.get()].get(key) or LANGUAGES[DEFAULT][key]
    return sentence.format(**values) if values else sentence
