"""The shape of a report as JSON (JSON Schema, draft 2020-12): what whoever reads it may rely on."""

from typing import Any, Final

VERSION: Final = "tact-report-1"

_TEXT: Final = {"type": "string"}
_POINTS: Final = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
}


def _thing(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _kind(kind: str, /, **fields: Any) -> dict[str, Any]:
    return _thing(kind={"const": kind}, **fields)


def _list(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


_SHAPES: Final = [
    _kind("line", points=_POINTS, colour=_TEXT, width={"type": "number"}, dash={"type": "boolean"}),
    _kind("area", points=_POINTS, colour=_TEXT),
    _kind(
        "words",
        x={"type": "number"},
        y={"type": "number"},
        text=_TEXT,
        anchor={"enum": ["start", "middle", "end"]},
        colour=_TEXT,
    ),
]
_BLOCKS: Final = [
    _kind("paragraph", text=_TEXT, tone={"enum": ["plain", "promise", "warning"]}),
    _kind("bullets", items=_list(_TEXT)),
    _kind("fields", fields=_list(_thing(name=_TEXT, label=_TEXT, value=_TEXT))),
    _kind("table", caption=_TEXT, head=_list(_TEXT), rows=_list(_list(_TEXT)), n_numbers={"type": "integer"}),
    _kind(
        "picture",
        name=_TEXT,
        width={"type": "number"},
        height={"type": "number"},
        shapes=_list({"oneOf": _SHAPES}),
        caption=_TEXT,
    ),
    _kind("signatures", labels=_list(_TEXT)),
]
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_thing(
        schema={"const": VERSION},
        title=_TEXT,
        subtitle=_TEXT,
        language={"enum": ["en", "zh"]},
        room={"enum": ["sample", "curator", "releasable"]},
        is_draft={"type": "boolean"},
        mark=_TEXT,
        author=_TEXT,
        created=_TEXT,
        sections=_list(_thing(name=_TEXT, title=_TEXT, blocks=_list({"oneOf": _BLOCKS}))),
        words={"type": "object", "additionalProperties": _TEXT},
        statements={"type": "object", "additionalProperties": {"type": "object"}},
    ),
}
