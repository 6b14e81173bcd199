"""A report as JSON: the same contents for a machine, in a shape that ``schema`` writes down."""

import json
from dataclasses import fields
from typing import Any

from core.report.document.model import Document
from core.report.document.schema import VERSION

_PLAIN = {"Section", "Field"}  # where these stand, nothing else can


def to_json(document: Document) -> bytes:
    """Return the report as UTF-8 JSON; the same contents are the same bytes."""
    record = {"schema": VERSION, **_record(document)}
    return (json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _record(value: Any) -> Any:
    """Dataclasses become objects that name their kind, but for those whose kind is plain."""
    if isinstance(value, tuple):
        return [_record(each) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    name = type(value).__name__
    found = {} if name in _PLAIN or isinstance(value, Document) else {"kind": name.lower()}
    return found | {each.name: _record(getattr(value, each.name)) for each in fields(value)}
