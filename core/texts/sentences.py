"""Sentences that core writes in English (errors, notes, advice), in the language that is spoken.

English is what is raised, logged, signed and stored; so a page looks a sentence up where it shows it. A catalogue
(``core/texts/zh/said.py``) holds English templates with named places, and their translations. What stands in a place
is kept as it is, but for places whose names say otherwise:

* ``n``: digits only; ``field``: one word;
* ``sentence…``: said too, where it is known; ``message``: said, and the template fits only where it is known;
* ``sentences…``: several, parted by semicolons; ``sentence_list…``: parted by commas or “and”;
* ``method…``: names of methods, parted by commas; ``names…``: anything, parted by commas.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.texts.lookup import LANGUAGES, spoken
from core.texts.zh.said import SENTENCES

CATALOGUES: Mapping[str, Mapping[str, str]] = {"zh": SENTENCES}
"""English templates and what they are in another language."""

_PLACE = re.compile(r"\{(\w+)\}")
_LIST = re.compile(r", | and ")
_SHAPES = {"n": r"[\d,.]+", "field": r"\S+"}
_END = re.compile(r"(?<=[.!?]) ")


@dataclass(frozen=True)
class _Template:
    """One English template: what a sentence must hold, what it must look like, and its translation."""

    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    translation: str


def said(sentence: str) -> str:
    """Return a sentence of core in the language that is spoken; in English where no translation fits.

    Several sentences in a row are looked up one by one where they do not fit as one.

    Example:
        >>> from core.texts import said, speaking
        >>> with speaking("zh"):
        ...     said("The file a.csv is not there. Check the path and try again.")
        '文件 a.csv 不存在。请检查路径后重试。'
    """
    language = spoken()
    return _said(sentence, language) if language in CATALOGUES else sentence


@lru_cache(maxsize=2_048)
def _said(sentence: str, language: str) -> str:
    whole = _fitting(sentence, language)
    if whole is not None:
        return whole
    for end in reversed([found.start() for found in _END.finditer(sentence)]):
        first = _fitting(sentence[:end], language)
        if first is not None:
            return first + _said(sentence[end + 1 :], language)
    return sentence


def _fitting(sentence: str, language: str) -> str | None:
    """Return the translation by the template with most letters of its own that fits the whole of ``sentence``."""
    for template in _templates(language):
        if not all(literal in sentence for literal in template.literals):
            continue
        found = template.pattern.fullmatch(sentence)
        if found is None:
            continue
        values = {name: _value(name, value, language) for name, value in found.groupdict().items()}
        if "message" not in values or values["message"] != found["message"]:
            return _filled(template.translation, values)
    return None


def _filled(translation: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values[place[1]], translation)


def _value(name: str, value: str, language: str) -> str:
    """Return what stands in a place, as its name says."""
    if name.startswith("sentence_list"):
        return "、".join(_said(each, language) for each in _LIST.split(value))
    if name.startswith("sentences"):
        whole = _fitting(value, language)
        return whole or "；".join(_said(each, language) for each in value.split("; "))
    if name.startswith(("sentence", "message")):
        return _said(value, language)
    if name.startswith("method"):
        words = LANGUAGES[language]
        return "、".join(words.get(f"method.{each}", each) for each in value.split(", "))
    return "、".join(value.split(", ")) if name.startswith("names") else value


@lru_cache
def _templates(language: str) -> tuple[_Template, ...]:
    """Return the templates of a language, those with most letters of their own first."""
    found = [_template(english, other) for english, other in CATALOGUES[language].items()]
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.literals))))


def _template(english: str, translation: str) -> _Template:
    parts = _PLACE.split(english)  # letters and names of places in turn
    literals, names = parts[::2], parts[1::2]
    places = [f"(?P<{name}>{_SHAPES.get(name, '.+?')})" for name in names]
    pattern = "".join(re.escape(literal) + place for literal, place in zip(literals, [*places, ""], strict=True))
    return _Template(tuple(filter(None, literals)), re.compile(pattern, re.DOTALL), translation)
