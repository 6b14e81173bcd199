"""Writing YAML: the small part of it that a registry's entry needs, so that no further library is."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NUMBER_WITH_EXPONENT = re.compile(r"-?\d+e")


def as_yaml(value: Mapping[str, Any]) -> str:
    """Return a mapping as YAML 1.1 and 1.2 both read it: block style, keys in the order given.

    Keys are plain words. Values are texts, numbers, truth values, None, mappings or sequences. Texts of several clean
    lines become literal blocks; every other text is written as a JSON string, which YAML reads unchanged.
    """
    return "\n".join(_mapping(value, 0)) + "\n"


def _mapping(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    margin = "  " * depth
    for name, content in value.items():
        if isinstance(content, Mapping) and content:
            yield f"{margin}{name}:"
            yield from _mapping(content, depth + 1)
        elif isinstance(content, Sequence) and not isinstance(content, str) and content:
            yield f"{margin}{name}:"
            yield from _items(content, depth + 1)
        elif isinstance(content, str) and _is_clean_block(content):
            yield f"{margin}{name}: |-"
            yield from (f"{margin}  {line}" for line in content.split("\n"))
        else:
            yield f"{margin}{name}: {_scalar(content)}"


def _items(values: Sequence[Any], depth: int) -> Iterator[str]:
    margin = "  " * depth
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *others = _mapping(value, depth + 1)
            yield f"{margin}- {first.lstrip()}"
            yield from others
        else:
            yield f"{margin}- {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_scalar(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, str):
        return "".join(char if char.isprintable() else _escaped(char) for char in text)
    # YAML 1.1 takes 1e-05 for a text and 1.0e-05 for a number.
    return text.replace("e", ".0e", 1) if isinstance(value, float) and _NUMBER_WITH_EXPONENT.match(text) else text


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _is_clean_block(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) > 1 and all(line and line.isprintable() and line == line.strip() for line in lines)
