"""Which column of a file is which, what its codes mean, which rules hold: settled by a person (see proposal.py)."""

from collections.abc import Mapping as Names
from typing import Literal, Self

from pydantic import Field, model_validator

from core.columns import Columns, Events, Uploads
from core.errors import DataError
from core.settings import Settings
from core.tables import names
from core.tables.layout import Reading, Role
from core.tables.reading import Source
from core.tables.rules import Rules

Code = Literal["purchase", "view", "ignore"]


CONSTANTS = {f"={event}": event for event in Events.ALL}
"""In place of a Behavior column: every row is a purchase, or a view."""

FIELDS: dict[Role, tuple[str, ...]] = {
    "behavior": (*Uploads.BEHAVIOR_FILE, *Uploads.RULE_FIELDS),
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


class Mapping(Settings):
    """A person's word on how two files are to be read; what it leaves open is proposed from the names.

    Its JSON is what ``--map`` reads. ``behavior`` and ``products`` go from a name of the fixed schema to a column of
    the file ("#3" is the third column of a file without header; "" leaves an optional column out; "=purchase" for
    Behavior where the file has none); Quantity, Price and Order of a behaviour row are for ``rules``. ``codes`` adds
    to the known codes or overrides them, whatever their case. ``computed`` names catalogue columns that were computed
    from these shoppers. ``whole_ids`` reads ids such as 14075.0 as 14075. ``reading`` corrects encoding, delimiter,
    header or sheet of a file.
    """

    behavior: dict[str, str] = Field(default={})
    products: dict[str, str] = Field(default={})
    codes: dict[str, Code] = Field(default={})
    computed: tuple[str, ...] = ()
    whole_ids: bool = False
    reading: dict[Role, Reading] = Field(default={})
    rules: Rules = Rules()

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

    def reading_of(self, role: Role) -> Reading:
        """How the file of this role is read; a mapping that counts its columns says that it has no header."""
        reading = self.reading.get(role, Reading())
        counts = any(column.startswith("#") for column in getattr(self, role).values())
        if counts and reading.has_header is None:
            return reading.model_copy(update={"has_header": False})
        return reading

    def computed_columns(self) -> frozenset[str]:
        """``computed`` by the internal names of the catalogue."""
        return frozenset(UPLOAD_NAMES[name.lower()] for name in self.computed)


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
            place = match_name(source.header, field, taken, is_required=field in REQUIRED[role])
            if place is not None:
                found[field] = place
    if role == "behavior" and Uploads.USER in found and found[Uploads.USER] == found.get(Uploads.ITEM):
        raise DataError(
            f"{Uploads.USER} and {Uploads.ITEM} are mapped to the same column of {source.name}. "
            "Map one of them to another column."
        )
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
    in_first = [match_name(behavior.header, field, set(), is_required=False) is not None for field in fields]
    in_second = [match_name(products.header, field, set(), is_required=False) is not None for field in fields]
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


def match_name(header: tuple[str, ...], field: str, taken: set[int], *, is_required: bool) -> int | None:
    """Find the column that fits a field by name: the schema's own name before any other.

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
