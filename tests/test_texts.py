"""Every sentence has one name, and pages name only sentences that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.texts import LANGUAGES, plain, text
from core.texts.en import PARTS, TEXTS

ROOT = Path(__file__).parent.parent
FOLDERS = ("pages/**", "core/report/**", "core/serving", "core/tables", "core/anonymize/**")
SOURCES = [path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*.py")]


def patterns() -> Iterator[re.Pattern[str]]:
    """Find every ``text(...)`` call's name as a pattern; what is filled in later matches anything."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]+(\.\w+)+", node.value)
            ):
                yield re.compile(re.escape(node.value) + r"(\.help)?")
            if isinstance(node, ast.JoinedStr):
                words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                if re.fullmatch(r"[a-z_.]*[a-z_]{2,}[a-z_.]*", words) and "." in words:
                    parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values]
                    yield re.compile("".join(parts))
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                yield re.compile(re.escape(node.left.value) + ".+")


def literal_names() -> set[str]:
    """Find the names that are written out whole in a ``text(...)`` call."""
    return {
        node.args[0].value
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_named_sentence_exists() -> None:
    assert literal_names() - set(TEXTS) == set()


def test_every_sentence_is_used() -> None:
    used = list(patterns())

    assert [key for key in TEXTS if not any(pattern.fullmatch(key) for pattern in used)] == []


def test_no_name_is_given_twice() -> None:
    assert len(TEXTS) == sum(len(part) for part in PARTS)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_the_same_sentences_with_the_same_places(language: str) -> None:
    places = re.compile(r"\{(\w+)((?::[^}%]*)?)")  # a format of numbers too; dates are written each in its own way

    assert set(LANGUAGES[language]) == set(TEXTS)
    for key, sentence in LANGUAGES[language].items():
        assert sorted(places.findall(sentence)) == sorted(places.findall(TEXTS[key])), key


def test_chinese_sentences_are_chinese() -> None:
    english = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")  # three words in a row, values aside
    bare = {key: re.sub(r"\{[^}]*\}", "", words) for key, words in LANGUAGES["zh"].items()}

    assert [key for key, words in bare.items() if english.search(words)] == []


def test_values_fill_the_places() -> None:
    assert text("data.rows_kept", kept=9, rows=1000) == "9 of 1,000 rows kept"


def test_uploaded_words_cannot_act_as_markdown() -> None:
    assert plain("**free** [x](http://a) :red[b]\n# c") == (r"\*\*free\*\* \[x\]\(http\://a\) \:red\[b\] \# c")
