"""What a report is made of: sections of paragraphs, fields, tables and pictures, in one language, for one room."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Room = Literal["sample", "curator", "releasable"]
Tone = Literal["plain", "promise", "warning"]
ROOMS: tuple[Room, ...] = ("sample", "curator", "releasable")


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; ``promise`` and ``warning`` stand out."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Bullets:
    """Sentences, one a line."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One thing that an audit asks for; ``name`` is the same in every language."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Fields:
    """Several fields, one below the other."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Table:
    """Rows of words; the last ``n_numbers`` columns hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_numbers: int = 0


@dataclass(frozen=True)
class Line:
    """A line through points (x, y) in the picture's own units, y downwards."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.5
    dash: bool = False


@dataclass(frozen=True)
class Area:
    """A filled shape; ``colour`` is already as light as it is meant to be."""

    points: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True)
class Words:
    """A few words at a point: where they start, their middle, or their end."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = "#2b333a"


Shape = Line | Area | Words


@dataclass(frozen=True)
class Picture:
    """A drawing; ``caption`` states what it shows with its numbers, for whoever cannot see it."""

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    caption: str


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on; one label a line."""

    labels: tuple[str, ...]


Block = Paragraph | Bullets | Fields | Table | Picture | Signatures


@dataclass(frozen=True)
class Section:
    """One heading with what is below it; ``name`` is the same in every language."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole report.

    Attributes:
        title: Of the document.
        subtitle: Which study, of what.
        language: ``en`` or ``zh``.
        room: Whom it is for.
        is_draft: Two people have not yet approved what it goes with.
        mark: Words across every page: NOT FOR RELEASE, DRAFT, or what the sample is; empty where it may leave as it is.
        author: Who answers for it.
        created: When the study was made, as its statements say it: never the time of printing.
        sections: In the order of a data protection impact assessment.
        words: What the writers say themselves: contents, page, characters that could not be printed.
        statements: The signed statements by name, as they are.
    """

    title: str
    subtitle: str
    language: str
    room: Room
    is_draft: bool
    mark: str
    author: str
    created: str
    sections: tuple[Section, ...]
    words: dict[str, str] = field(default_factory=dict)
    statements: dict[str, dict[str, Any]] = field(default_factory=dict)

    def fields(self) -> Iterator[Field]:
        """Return every field of every section, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Fields):
                    yield from block.fields
