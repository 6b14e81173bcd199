"""Two files as Tact would read them: filled in from names and cells, for a person to confirm."""

from collections import Counter
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.columns import Events, Uploads
from core.tables import names
from core.tables.contents import guess_columns
from core.tables.layout import Reading, Role
from core.tables.mapping import CONSTANTS, FIELDS, REQUIRED, Code, Mapping, match_name, refuse_swapped
from core.tables.proposed_rules import ProposedRule, propose_rules
from core.tables.reading import Source, open_source
from core.texts import text

N_SAMPLE_ROWS = 20
Paths = Path | Sequence[Path]

# The public data sets of Tianchi count 1 view, 2 favourite, 3 cart, 4 purchase; the fixed schema knows only 1 and 2.
_FOUR_CODES: dict[str, Code] = {"1": "view", "2": "view", "3": "view", "4": "purchase"}
_MEANINGS: dict[str, Code] = {Events.PURCHASE: "purchase", Events.VIEW: "view", names.IGNORE: "ignore"}


@dataclass(frozen=True)
class FileProposal:
    """How one file would be read.

    ``guessed``: fields whose column was told by its cells alone; ``open_fields``: required, and a person must say
    which column it is.
    """

    source: Source
    columns: dict[str, str]
    open_fields: tuple[str, ...]
    sample_rows: tuple[tuple[str, ...], ...]
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A mapping filled in from names and cells, for a person to confirm.

    ``codes`` counts the behaviour codes of the first records (at most 10,000); ``unknown_codes`` those that the
    mapping does not explain. ``rules`` says what rules would do; the mapping turns none on. ``n_whole_ids`` counts
    the different ids among these records that ``mapping.whole_ids`` would change, and ``whole_ids_sentence`` says so.
    """

    mapping: Mapping
    behavior: FileProposal
    products: FileProposal | None
    codes: dict[str, int]
    unknown_codes: dict[str, int]
    rules: tuple[ProposedRule, ...] = ()
    n_whole_ids: int = 0
    whole_ids_sentence: str = ""

    @property
    def is_certain(self) -> bool:
        """True where an import needs no word from a person."""
        files = (self.behavior, self.products) if self.products else (self.behavior,)
        return not self.unknown_codes and all(
            file.source.has_header and not file.open_fields and not file.guessed for file in files
        )


def propose(
    behavior: Paths,
    products: Paths | None,
    *,
    reading: Names[Role, Reading] = {},
) -> Proposal:
    """Propose how two files are to be read.

    Columns of the behaviour file that would describe products stay extra columns of its rows: a catalogue made from
    shoppers' rows would not be public.

    Args:
        reading: What a person corrected of encoding, delimiter, header and sheet.

    Raises:
        DataError: a file is empty or no text, or the two look swapped.
    """
    first = _propose_file(open_source(behavior, reading=reading.get("behavior")), "behavior")
    second = _propose_file(open_source(products, reading=reading.get("products")), "products") if products else None
    if second:
        refuse_swapped(first.source, second.source)
    counts = codes_in(first.source, first.columns.get(Uploads.BEHAVIOR, ""))
    codes, is_guess = _proposed_codes(counts)
    if is_guess:
        first = _also_guessed(first, Uploads.BEHAVIOR)
    whole = _whole_ids(first)
    mapping = Mapping(
        behavior=first.columns,
        products=second.columns if second else {},
        codes=codes,
        whole_ids=bool(whole),
        reading=dict(reading),
    )
    known = mapping.event_of_code()
    unknown = {code: n for code, n in counts.items() if code.lower() not in known}
    return Proposal(
        mapping,
        first,
        second,
        counts,
        unknown,
        rules=propose_rules(first.source, mapping),
        n_whole_ids=whole,
        whole_ids_sentence=text("rules.whole_ids", n=whole) if whole else "",
    )


def codes_in(source: Source, column: str) -> dict[str, int]:
    """Count the different cells of a column in the first records, the commonest first; none of a constant."""
    if column not in source.header:
        return {}
    place = source.header.index(column)
    return dict(Counter(row[place].strip() for row in source.sample if len(row) == source.n_columns).most_common())


def _propose_file(source: Source, role: Role) -> FileProposal:
    columns: dict[str, str] = {}
    if source.has_header:
        places = {
            field: match_name(source.header, field, set(), is_required=field in REQUIRED[role])
            for field in FIELDS[role]
        }
        columns = {field: source.header[place] for field, place in places.items() if place is not None}
    guessed = _guesses(source, role, columns)
    columns |= guessed
    ordered = {field: columns[field] for field in FIELDS[role] if field in columns}
    still_open = tuple(field for field in REQUIRED[role] if field not in columns)
    return FileProposal(source, ordered, still_open, source.sample[:N_SAMPLE_ROWS], tuple(guessed))


def _guesses(source: Source, role: Role, columns: Names[str, str]) -> dict[str, str]:
    """What the cells tell where names do not: everything where there are none, else the required fields that are open.

    A file without codes, but with orders, quantities or prices, is taken for a list of purchases.
    """
    missing = [field for field in REQUIRED[role] if field not in columns]
    if source.has_header and not missing:
        return {}
    nothing_is_known = not any(field in columns for field in REQUIRED[role])
    wanted = [field for field in FIELDS[role] if field not in columns] if nothing_is_known else missing
    taken = {source.header.index(column) for column in columns.values()}
    places = guess_columns(source, role, wanted, taken)
    found = {field: source.header[place] for field, place in places.items()}
    sold = {*columns, *found} & set(Uploads.RULE_FIELDS)
    if Uploads.BEHAVIOR in missing and Uploads.BEHAVIOR not in found and sold:
        found[Uploads.BEHAVIOR] = f"={Events.PURCHASE}"
    return found


def _also_guessed(file: FileProposal, field: str) -> FileProposal:
    return FileProposal(file.source, file.columns, file.open_fields, file.sample_rows, (*file.guessed, field))


def _cells(proposal: FileProposal, field: str) -> list[str]:
    column = proposal.columns.get(field)
    if column is None or column in CONSTANTS:
        return []
    place = proposal.source.header.index(column)
    n_columns = proposal.source.n_columns
    return [row[place].strip() for row in proposal.source.sample if len(row) == n_columns]


def _proposed_codes(counts: Names[str, int]) -> tuple[dict[str, Code], bool]:
    """The known codes of the file that are not the fixed schema's, with their meanings; True where it is a guess."""
    if {"1", "4"} <= set(counts) <= set(_FOUR_CODES) and counts["1"] > counts["4"]:
        return dict(_FOUR_CODES), True
    found: dict[str, Code] = {}
    for code in counts:
        event = names.CODES.get(code.lower())
        if event is not None and code not in Uploads.CODES:
            found[code] = _MEANINGS[event]
    return found, False


def _whole_ids(proposal: FileProposal) -> int:
    """How many different ids are whole numbers with a point and a zero, in columns where all ids are."""
    n_ids = 0
    for field in (Uploads.USER, Uploads.ITEM):
        filled = {cell for cell in _cells(proposal, field) if cell not in names.BLANKS}
        if filled and all(cell.endswith(".0") and cell[:-2].isdigit() for cell in filled):
            n_ids += len(filled)
    return n_ids
