"""Judging records in SQL: one statement a file, one reason a rejected record."""

from collections.abc import Iterator
from collections.abc import Mapping as Names
from dataclasses import dataclass

from core.columns import Columns, Uploads
from core.errors import DataError
from core.tables import rules as of_rules
from core.tables.arrow import BLOCK, MALFORMED, RECORD
from core.tables.mapping import Mapping
from core.tables.money import Decimals, find_decimals, number_sql
from core.tables.names import BLANKS, IGNORE
from core.tables.reading import Source
from core.tables.rules import REASON_OF, rule_flags
from core.tables.times import date_formats, plausible_sql, time_sql, usual_time_sql

MISSING_USER = "missing_user"
MISSING_PRODUCT = "missing_product"
UNKNOWN_BEHAVIOR = "unknown_behavior"
IGNORED_BEHAVIOR = "ignored_behavior"
BAD_TIME = "bad_time"
NOT_IN_CATALOGUE = "product_not_in_catalogue"
DUPLICATE_PRODUCT = "duplicate_product"

CURES = {
    MALFORMED: "Their number of cells differs from the header's: check delimiter and quotes.",
    MISSING_USER: "Check that UserID is mapped to the shopper's column.",
    MISSING_PRODUCT: "Check that ProductID is mapped to the product's column.",
    UNKNOWN_BEHAVIOR: "Behavior must be 1 (purchase) or 2 (browse); map other codes.",
    IGNORED_BEHAVIOR: "The mapping ignores all of their codes.",
    BAD_TIME: "Write times as 2010-12-31 08:26:00 or as seconds since 1970, or leave Time out.",
    NOT_IN_CATALOGUE: "Their products are not in the product file: check that both files use the same ids.",
    of_rules.DUPLICATE: "The rule on duplicates rejects them; turn it off.",
    of_rules.RETURN: "The rule on returns rejects them: check that Quantity and Order are mapped to the right columns.",
    of_rules.NO_PRODUCT: "The rule on ids that are no products rejects them; take these ids off its list.",
    of_rules.IMPOSSIBLE_PRICE: "The rule on prices rejects them: check that Price is mapped to the right column.",
    of_rules.OUT_OF_RANGE: "The rule on times rejects them; widen its dates.",
}

REASON = "reason_"
ITEM_SEEN = "item_"  # of a judged record, whatever became of it: what counts product ids
FLAG = "fits_"  # begins the column that says whether a record fits a rule that is off
ROW_HASH = "hash_"
UNREAD = "unread_"  # says that a time is not written in the usual way


@dataclass(frozen=True)
class Judging:
    """SQL that judges a block of behaviour.

    ==============  =========================================================================================
    sql             judges, and gives a ``FLAG`` column for each rule in ``counted``, and ``ITEM_SEEN``
    sql_alone       judges and no more
    usual           the same two, for blocks of which every time is written in the usual way, in half the time; they
                    give the column ``UNREAD`` besides: where it is true, the block is none of these. None: no times
    counted         rules that are off and that the file has the columns for
    prices          how the price column marks decimals; None where there is none
    ==============  =========================================================================================
    """

    sql: str
    sql_alone: str
    usual: tuple[str, str] | None
    counted: tuple[str, ...]
    prices: Decimals | None


def text_sql(value: str) -> str:
    """``value`` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def extra_columns(source: Source, places: Names[str, int | str], rule_fields: tuple[str, ...] = ()) -> dict[int, str]:
    """Places and names of the columns that no field of the clean tables uses; every name free and once only.

    Quantity, price and order number of a behaviour row are looked at by rules only, so they are among these.
    """
    used = {place for field, place in places.items() if field not in rule_fields}
    taken = {name.lower() for name in (*Columns.INTERACTIONS, *Columns.CATALOGUE)}
    kept: dict[int, str] = {}
    for place, header in enumerate(source.header):
        if place in used:
            continue
        name = base = header or f"column {place + 1}"
        number = 2
        while name.lower() in taken or name.endswith("_"):  # names that end so are the SQL's own
            name, number = f"{base} {number}", number + 1
        taken.add(name.lower())
        kept[place] = name
    return kept


def judge_behavior(source: Source, places: Names[str, int | str], mapping: Mapping, *, has_catalogue: bool) -> Judging:
    """SQL that judges a block of behaviour; items are looked up in the table ``catalogue_items``.

    The SQL gives record_, reason_ (null: kept), user_id, item_id, event_type, timestamp, and ``ROW_HASH`` unless the
    rule on duplicates is on; one row a record, in order. Of several reasons a record has the first, in this order:
    the rules that are on, as ``REASON_OF`` lists them but for times; what is missing or unknown; times; products that
    are not in the catalogue.
    """
    rules = mapping.rules
    cells = {field: _cell_sql(places[field]) for field in Uploads.RULE_FIELDS if field in places}
    prices = find_decimals(_filled(source, places.get(Uploads.PRICE))) if Uploads.PRICE in places else None
    flags = rule_flags(rules, cells, prices.mark if prices else ".")
    on = {name: flag for name, flag in flags.items() if rules.is_on(name)}
    off = {name: flag for name, flag in flags.items() if not rules.is_on(name)}
    early = {name: flag for name, flag in on.items() if name != of_rules.TIMES}
    time = places.get(Uploads.TIME)
    formats = date_formats(_filled(source, time))
    unknown = f"when item_ not in (select {Columns.ITEM} from catalogue_items) then '{NOT_IN_CATALOGUE}'"
    row = ", ".join(f"c{place}" for place in range(source.n_columns))
    counts = "".join(f", {flag} as {FLAG}{name}" for name, flag in off.items())
    judged = f"""
        select {RECORD}, case {_whens(early)}
                when user_ is null then '{MISSING_USER}'
                when item_ is null then '{MISSING_PRODUCT}'
                when event_ is null then '{UNKNOWN_BEHAVIOR}'
                when event_ = '{IGNORE}' then '{IGNORED_BEHAVIOR}'
                when time_ is null and written_ is not null then '{BAD_TIME}'
                {_whens({name: flag for name, flag in on.items() if name == of_rules.TIMES})}
                {unknown if has_catalogue else ""} end as {REASON},
            user_ as {Columns.USER}, item_ as {Columns.ITEM}, event_ as {Columns.EVENT}, time_ as {Columns.TIMESTAMP}
            {"" if rules.duplicates else f", hash({row}) as {ROW_HASH}"}"""
    cells_sql = f"""(select *, {_id_sql(places[Uploads.USER], mapping.whole_ids)} as user_,
            {_id_sql(places[Uploads.ITEM], mapping.whole_ids)} as written_item_,
            {_folded("written_item_", rules.fold_case)} as item_,
            {_event_sql(places[Uploads.BEHAVIOR], mapping.event_of_code())} as event_, {_cell_sql(time)} as written_
        from {BLOCK})"""
    counted = f"{judged}, written_item_ as {ITEM_SEEN}{counts}"
    rows = _rows_sql(time_sql("written_", formats) if time is not None else "null::timestamp", cells_sql)
    unread = f", time_ is null and written_ is not null as {UNREAD}{_rows_sql(usual_time_sql('written_'), cells_sql)}"
    usual = None if time is None else (counted + unread, judged + unread)
    return Judging(counted + rows, judged + rows, usual, tuple(off), prices)


def _rows_sql(read: str, cells: str) -> str:
    return f" from (select *, {plausible_sql('read_')} as time_ from (select *, {read} as read_ from {cells}))"


def _whens(flags: Names[str, str]) -> str:
    order = [name for name in REASON_OF if name in flags]
    return " ".join(f"when {flags[name]} then '{REASON_OF[name]}'" for name in order)


def _filled(source: Source, place: int | str | None) -> Iterator[str]:
    """The cells of a column in the sample that hold something."""
    if isinstance(place, int):
        for row in source.sample:
            if len(row) == source.n_columns and row[place].strip() not in BLANKS:
                yield row[place].strip()


def _folded(cell: str, fold_case: bool) -> str:
    return f"upper({cell})" if fold_case else cell


def products_sql(places: Names[str, int | str], mapping: Mapping, decimals: Names[str, Decimals]) -> str:
    """SQL that judges a block of products, duplicates aside.

    Args:
        decimals: How decimals are marked in the columns for price and rating, as ``decimals_of`` gives it.

    Gives record_, reason_, item_id, category, price, rating, title, text, one row a record, in order; bad_price_ and
    bad_rating_ say that there was a cell, but no number of at least 0 in it.
    """
    texts = [_cell_sql(places[name]) for name in Uploads.TEXTS if name in places]
    title = f"coalesce({', '.join(texts)})" if texts else "null::varchar"
    text = f"nullif(concat_ws(' ', {', '.join(texts)}), '')" if texts else "null::varchar"
    item = _folded(_id_sql(places[Uploads.ITEM], mapping.whole_ids), mapping.rules.fold_case)
    price, rating = (
        number_sql(cell, decimals[field].mark if field in decimals else ".")
        for cell, field in (("price_", Uploads.PRICE), ("rating_", Uploads.RATING))
    )
    return f"""
        select {RECORD}, case when {Columns.ITEM} is null then '{MISSING_PRODUCT}' end as {REASON},
            {Columns.ITEM}, {Columns.CATEGORY}, case when priced_ >= 0 then priced_ end as {Columns.PRICE},
            case when rated_ >= 0 then rated_ end as {Columns.RATING}, {Columns.TITLE}, {Columns.TEXT},
            price_ is not null and {Columns.PRICE} is null as bad_price_,
            rating_ is not null and {Columns.RATING} is null as bad_rating_
        from (select *, {price} as priced_, {rating} as rated_
            from (select {RECORD}, {item} as {Columns.ITEM},
                    {_cell_sql(places.get(Uploads.CATEGORY))} as {Columns.CATEGORY},
                    {_number_cell_sql(places.get(Uploads.PRICE))} as price_,
                    {_number_cell_sql(places.get(Uploads.RATING))} as rating_,
                    {title} as {Columns.TITLE}, {text} as {Columns.TEXT}
                from {BLOCK}))"""


def nothing_left(source: Source, n_records: int, rejected: Names[str, int]) -> DataError:
    """The error for a file of which no record can be used: counts and the cure for the commonest reason."""
    counts = ", ".join(f"{n:,} {reason}" for reason, n in sorted(rejected.items(), key=lambda item: -item[1]))
    cure = CURES[max(rejected, key=lambda reason: rejected[reason])]
    return DataError(f"None of the {n_records:,} rows of {source.name} can be used ({counts}). {cure}")


def _cell_sql(place: int | str | None) -> str:
    """The cell of a column; null where it is blank or there is no such column."""
    return f"t{place}" if isinstance(place, int) else "null::varchar"


def _number_cell_sql(place: int | str | None) -> str:
    """As ``_cell_sql``, but a word for nothing, such as "nan", stays: a person should hear of it."""
    return f"nullif(trim(c{place}), '')" if isinstance(place, int) else "null::varchar"


def _id_sql(place: int | str, whole_ids: bool) -> str:
    cell = _cell_sql(place)
    return f"regexp_replace({cell}, '^([0-9]+)\\.0$', '\\1')" if whole_ids else cell


def _event_sql(place: int | str, event_of_code: Names[str, str]) -> str:
    if isinstance(place, str):
        return text_sql(place)
    whens = " ".join(f"when {text_sql(code)} then {text_sql(event)}" for code, event in event_of_code.items())
    return f"case lower({_cell_sql(place)}) {whens} end"


def decimals_of(source: Source, places: Names[str, int | str], fields: tuple[str, ...]) -> dict[str, Decimals]:
    """How decimals are marked in the columns of ``fields``, from the sample."""
    return {field: find_decimals(_filled(source, places[field])) for field in fields if field in places}
