"""Which column of a file is which, and what its behaviour codes mean: proposed by Tact, settled by a person."""

from collections import Counter
from collections.abc import Mapping as Names
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from core.columns import Columns, Events, Uploads
from core.errors import DataError
from core.settings import Settings
from core.tables import names
from core.tables.reading import Source, open_source

Code = Literal["purchase", "view", "ignore"]
Role = Literal["behavior", "products"]

CONSTANTS = {f"={event}": event for event in Events.ALL}
"""In place of a Behavior column: every row is a purchase, or a view."""

FIELDS: dict[Role, tuple[str, ...]] = {
    "behavior": Uploads.BEHAVIOR_FILE,
    "products": (*Uploads.PRODUCT_FILE, *Uploads.TEXTS),
}
REQUIRED: dict[Role, tuple[str, ...]] = {
    "behavior": (Uploads.USER, Uploads.ITEM, Uploads.BEHAVIOR),
    "products": (Uploads.ITEM,),
}
UPLOAD_NAMES = {
    Uploads.CATEGORY.lower(): Columns.CATEGORY,
    Uploads.PRICE.lower(): Columns.PRICE,
    Uploads.RATING.lower(): Columns.RATING,
    **dict.fromkeys((name.lower() for name in Uploads.TEXTS), Columns.TEXT),
    Columns.TEXT: Columns.TEXT,
}
N_SAMPLE_ROWS = 20


class Mapping(Settings):
    """A person's word on how two files are to be read; what it leaves open is proposed from the names.

    ``behavior`` and ``products`` go from a name of the fixed schema to a column of the file ("#3" is the third
    column of a file without header; "" leaves an optional column out; "=purchase" for Behavior where the file
    has none). ``codes`` adds to the known codes or overrides them, whatever their case. ``computed`` names
    catalogue columns that were computed from these shoppers. ``whole_ids`` reads ids such as 14075.0 as 14075.
    """

    behavior: dict[str, str] = Field(default={})
    products: dict[str, str] = Field(default={})
    codes: dict[str, Code] = Field(default={})
    computed: tuple[str, ...] = ()
    whole_ids: bool = False

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        given_by_role: dict[Role, dict[str, str]] = {"behavior": self.behavior, "products": self.products}
        for role, given in given_by_role.items():
            unknown = sorted(set(given) - set(FIELDS[role]))
            if unknown:
                raise ValueError(f"{role} maps {', '.join(unknown)}; it may map {', '.join(FIELDS[role])}")
        unknown = sorted(name for name in self.computed if name.lower() not in UPLOAD_NAMES)
        if unknown:
            raise ValueError(f"computed names {', '.join(unknown)}; it may name Category, Price, Rating, Text")
        return self

    def event_of_code(self) -> dict[str, str]:
        """Every known code in lower case and the event (or "ignore") that it stands for."""
        return {**names.CODES, **{code.strip().lower(): event for code, event in self.codes.items()}}

    def computed_columns(self) -> frozenset[str]:
        """``computed`` by the internal names of the catalogue."""
        return frozenset(UPLOAD_NAMES[name.lower()] for name in self.computed)


@dataclass(frozen=True)
class FileProposal:
    """How one file would be read. ``open_fields``: required, and a person must say which column it is."""

    source: Source
    columns: dict[str, str]
    open_fields: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Proposal:
    """A mapping filled in from the names, for a person to confirm.

    ``codes`` counts the behaviour codes of the first records (at most 10,000); ``unknown_codes`` those that
    the mapping does not explain.
    """

    mapping: Mapping
    behavior: FileProposal
    products: FileProposal | None
    codes: dict[str, int]
    unknown_codes: dict[str, int]

    @property
    def is_certain(self) -> bool:
        """True where an import needs no word from a person."""
        files = (self.behavior, self.products) if self.products else (self.behavior,)
        return not self.unknown_codes and all(file.source.has_header and not file.open_fields for file in files)


def propose(behavior: Path, products: Path | None) -> Proposal:
    """Propose how two files are to be read.

    Raises:
        DataError: a file is empty or no text, or the two look swapped.
    """
    first = _propose_file(open_source(behavior), "behavior")
    second = _propose_file(open_source(products), "products") if products else None
    if second:
        refuse_swapped(first.source, second.source)
    mapping = Mapping(
        behavior=first.columns,
        products=second.columns if second else {},
        codes=_proposed_codes(first),
        whole_ids=_all_end_in_point_zero(first),
    )
    counts = _count_codes(first)
    known = mapping.event_of_code()
    unknown = {code: n for code, n in counts.items() if code.lower() not in known}
    return Proposal(mapping, first, second, counts, unknown)


def resolve(source: Source, role: Role, given: Names[str, str]) -> dict[str, int | str]:
    """Settle which column (0-based place, or a constant such as "purchase") each field of a file is.

    Fields that ``given`` leaves open are matched by name; optional ones that fit nothing are left out.

    Raises:
        DataError: a mapped column is not in the file, or a required one can't be told; names what is there.
    """
    found: dict[str, int | str] = {}
    for field, column in given.items():
        if column in CONSTANTS and field == Uploads.BEHAVIOR:
            found[field] = CONSTANTS[column]
        elif column:
            found[field] = _place(source, field, column)
    for field in FIELDS[role]:
        if field not in given and source.has_header:
            taken = {place for place in found.values() if isinstance(place, int)}
            place = _match(source.header, field, taken, is_required=field in REQUIRED[role])
            if place is not None:
                found[field] = place
    missing = [field for field in REQUIRED[role] if field not in found]
    if missing:
        raise DataError(_missing_sentence(source, missing))
    return found


def counts_columns(given: Names[str, str]) -> bool:
    """True where a mapping counts columns ("#3"), so the file has no header."""
    return any(column.startswith("#") for column in given.values())


def refuse_swapped(behavior: Source, products: Source) -> None:
    """Two files in the wrong order get one clear sentence.

    Raises:
        DataError: only the product file has a shopper and a behaviour column.
    """
    fields = (Uploads.USER, Uploads.BEHAVIOR)
    in_first = [_match(behavior.header, field, set(), is_required=False) is not None for field in fields]
    in_second = [_match(products.header, field, set(), is_required=False) is not None for field in fields]
    if not any(in_first) and all(in_second):
        raise DataError(
            f"The two files look swapped: {products.name} has the shoppers' behaviour and {behavior.name} does not. "
            "Give the behaviour file first and the product file second."
        )


def _missing_sentence(source: Source, missing: list[str]) -> str:
    if not source.has_header:
        return (
            f"{source.name} has no header line (its first line has {source.n_columns} cells). "
            f"Add one, or map {', '.join(missing)} to columns by number, such as “#1”."
        )
    return (
        f"{source.name} has no column for {', '.join(missing)}. It has: {', '.join(source.header[:40])}. "
        "Rename the matching column or map it."
    )


def _place(source: Source, field: str, column: str) -> int:
    if column in source.header:
        return source.header.index(column)
    same = [place for place, name in enumerate(source.header) if name.lower() == column.strip().lower()]
    if len(same) == 1:
        return same[0]
    raise DataError(
        f"{field} is mapped to “{column}”, but {source.name} has no such column. "
        f"It has: {', '.join(source.header[:40])}. Map it to one of these."
    )


def _match(header: tuple[str, ...], field: str, taken: set[int], *, is_required: bool) -> int | None:
    """The column that fits a field by name: the schema's own name before any other.

    A required field with two fitting columns stays open: a wrong guess would go unnoticed.
    """
    own = [place for place, name in enumerate(header) if name.lower() == field.lower()]
    if own:
        return own[0]
    simple = [names.simplified(name) for name in header]
    fits = [
        simple.index(name) for name in names.COLUMN_NAMES[field] if name in simple and simple.index(name) not in taken
    ]
    if not fits or (is_required and len(set(fits)) > 1):
        return None
    return fits[0]


def _propose_file(source: Source, role: Role) -> FileProposal:
    if source.has_header:
        places = {
            field: _match(source.header, field, set(), is_required=field in REQUIRED[role]) for field in FIELDS[role]
        }
        columns = {field: source.header[place] for field, place in places.items() if place is not None}
    else:
        columns = _by_content(source, role)
    still_open = tuple(field for field in REQUIRED[role] if field not in columns)
    return FileProposal(source, columns, still_open, source.sample[:N_SAMPLE_ROWS])


def _by_content(source: Source, role: Role) -> dict[str, str]:
    """A file without header: behaviour and time show by what is in them, ids by their order."""
    columns = list(zip(*(row for row in source.sample if len(row) == source.n_columns), strict=True))
    rest = [place for place, _ in enumerate(columns)]
    found: dict[str, str] = {}
    if role == "behavior":
        for field, fits in ((Uploads.BEHAVIOR, _holds_codes), (Uploads.TIME, _holds_times)):
            place = next((place for place in rest if fits(columns[place])), None)
            if place is not None:
                found[field] = source.header[place]
                rest.remove(place)
    fields = (Uploads.USER, Uploads.ITEM) if role == "behavior" else (Uploads.ITEM, Uploads.CATEGORY)
    for field, place in zip(fields, rest, strict=False):
        found[field] = source.header[place]
    return found


def _holds_codes(cells: tuple[str, ...]) -> bool:
    words = {cell.strip().lower() for cell in cells}
    return words <= set(names.CODES) and not words <= {"1", "1.0"}


def _holds_times(cells: tuple[str, ...]) -> bool:
    def is_time(cell: str) -> bool:
        digits = "".join(character for character in cell if character.isdigit())
        return (cell.isdigit() and len(cell) in (10, 13)) or (
            len(digits) >= 8 and cell[:4].isdigit() and cell[4:5] in "-/"
        )

    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(is_time(cell) for cell in filled)


def _cells(proposal: FileProposal, field: str) -> list[str]:
    column = proposal.columns.get(field)
    if column is None or column in CONSTANTS:
        return []
    place = proposal.source.header.index(column)
    n_columns = proposal.source.n_columns
    return [row[place].strip() for row in proposal.source.sample if len(row) == n_columns]


def _count_codes(proposal: FileProposal) -> dict[str, int]:
    return dict(Counter(_cells(proposal, Uploads.BEHAVIOR)).most_common())


def _proposed_codes(proposal: FileProposal) -> dict[str, Code]:
    """The codes of the file that are known and not of the fixed schema, each with its meaning."""
    found: dict[str, Code] = {}
    for code in _count_codes(proposal):
        event = names.CODES.get(code.lower())
        if event is not None and code not in Uploads.CODES:
            found[code] = "purchase" if event == Events.PURCHASE else "view"
    return found


def _all_end_in_point_zero(proposal: FileProposal) -> bool:
    filled = [cell for cell in _cells(proposal, Uploads.USER) if cell]
    return bool(filled) and all(cell.endswith(".0") and cell[:-2].isdigit() for cell in filled)
