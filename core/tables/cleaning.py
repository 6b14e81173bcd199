"""Judging records in SQL: one statement a file, one reason a rejected record."""

from collections.abc import Mapping as Names
from collections.abc import Sequence

from core.columns import Columns, Uploads
from core.errors import DataError
from core.tables.names import BLANKS, IGNORE
from core.tables.reading import Source
from core.tables.times import date_formats, plausible_sql, time_sql

MALFORMED = "malformed"
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
}

RECORD, REASON, RAW = "record_", "reason_", "raw_"
_SPACES = " \t\u00a0\u3000\ufeff"


def text_sql(value: str) -> str:
    """``value`` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def name_sql(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def cell_sql(place: int | str | None) -> str:
    """SQL for the trimmed cell of a column; '' where it is blank or there is no such column."""
    if not isinstance(place, int):
        return "''"
    trimmed = f"trim(c{place}, {text_sql(_SPACES)})"
    blanks = ", ".join(text_sql(blank) for blank in BLANKS if blank)
    # The length first: lower-casing every id of a large file costs more than all else.
    return f"case when length({trimmed}) < 6 and lower({trimmed}) in ({blanks}) then '' else {trimmed} end"


def extra_columns(source: Source, used: set[int]) -> dict[int, str]:
    """Places and names of the columns that no field uses; every name free, clean and once only."""
    taken = {name.lower() for name in (*Columns.INTERACTIONS, *Columns.CATALOGUE, RECORD, REASON, RAW)}
    kept: dict[int, str] = {}
    for place, header in enumerate(source.header):
        if place in used:
            continue
        name = base = header or f"column {place + 1}"
        number = 2
        while name.lower() in taken:
            name, number = f"{base} {number}", number + 1
        taken.add(name.lower())
        kept[place] = name
    return kept


def behavior_sql(
    source: Source,
    places: Names[str, int | str],
    event_of_code: Names[str, str],
    *,
    whole_ids: bool,
    has_catalogue: bool,
) -> str:
    """SQL that judges a block of behaviour in the table ``block``; items are looked up in ``catalogue_items``.

    Gives, in the block's order: record_, reason_ (null: kept), raw_ (where rejected), user_id, item_id,
    event_type, timestamp, and the extra columns.
    """
    extra = extra_columns(source, {place for place in places.values() if isinstance(place, int)})
    time = places.get(Uploads.TIME)
    formats = (
        date_formats(row[time] for row in source.sample if len(row) == source.n_columns)
        if isinstance(time, int)
        else []
    )
    known = f"when item_ not in (select {Columns.ITEM} from catalogue_items) then '{NOT_IN_CATALOGUE}'"
    return f"""
        select {RECORD}, {REASON}, {_raw_sql(source)} as {RAW}, user_ as {Columns.USER}, item_ as {Columns.ITEM},
            event_ as {Columns.EVENT}, time_ as {Columns.TIMESTAMP}{_extra_sql(extra)}
        from (select *, case
                when user_ = '' then '{MISSING_USER}'
                when item_ = '' then '{MISSING_PRODUCT}'
                when event_ is null then '{UNKNOWN_BEHAVIOR}'
                when event_ = '{IGNORE}' then '{IGNORED_BEHAVIOR}'
                when time_ is null and written_time_ != '' then '{BAD_TIME}'
                {known if has_catalogue else ""} end as {REASON}
            from (select *, {plausible_sql("read_time_")} as time_
                from (select *, {_event_sql(places[Uploads.BEHAVIOR], event_of_code)} as event_,
                        {time_sql("written_time_", formats) if time is not None else "null::timestamp"} as read_time_
                    from (select *, {_id_sql(places[Uploads.USER], whole_ids)} as user_,
                            {_id_sql(places[Uploads.ITEM], whole_ids)} as item_,
                            {cell_sql(places[Uploads.BEHAVIOR])} as code_, {cell_sql(time)} as written_time_
                        from block))))"""


def products_sql(source: Source, places: Names[str, int | str], *, whole_ids: bool) -> str:
    """SQL that judges a block of products in the table ``block``, duplicates aside.

    Gives record_, reason_, raw_, item_id, category, price, rating, title, text, the extra columns, and
    ``bad_price_`` and ``bad_rating_``: there was a cell, but no number of at least 0 in it.
    """
    extra = extra_columns(source, {place for place in places.values() if isinstance(place, int)})
    texts = [f"nullif({cell_sql(places[name])}, '')" for name in Uploads.TEXTS if name in places]
    title = f"coalesce({', '.join(texts)})" if texts else "null::varchar"
    text = f"nullif(concat_ws(' ', {', '.join(texts)}), '')" if texts else "null::varchar"
    raw = _raw_sql(source)
    return f"""
        select {RECORD}, {REASON}, {raw} as {RAW}, full_raw_, {Columns.ITEM},
            nullif(category_, '') as {Columns.CATEGORY}, {Columns.PRICE}, {Columns.RATING},
            {title} as {Columns.TITLE}, {text} as {Columns.TEXT},
            price_ != '' and {Columns.PRICE} is null as bad_price_,
            rating_ != '' and {Columns.RATING} is null as bad_rating_{_extra_sql(extra)}
        from (select *, {_number_sql("price_")} as {Columns.PRICE}, {_number_sql("rating_")} as {Columns.RATING},
                case when {Columns.ITEM} = '' then '{MISSING_PRODUCT}' end as {REASON},
                {_joined_sql(source)} as full_raw_
            from (select *, {_id_sql(places[Uploads.ITEM], whole_ids)} as {Columns.ITEM},
                    {cell_sql(places.get(Uploads.CATEGORY))} as category_,
                    {_price_cell_sql(places.get(Uploads.PRICE))} as price_,
                    {_price_cell_sql(places.get(Uploads.RATING))} as rating_
                from block))"""


def nothing_left(source: Source, n_records: int, rejected: Names[str, int]) -> DataError:
    """The error for a file of which no record can be used: counts and the cure for the commonest reason."""
    counts = ", ".join(f"{n:,} {reason}" for reason, n in sorted(rejected.items(), key=lambda item: -item[1]))
    cure = CURES[max(rejected, key=lambda reason: rejected[reason])]
    return DataError(f"None of the {n_records:,} rows of {source.name} can be used ({counts}). {cure}")


def _extra_sql(extra: Names[int, str]) -> str:
    return "".join(f", nullif(c{place}, '') as {name_sql(name)}" for place, name in extra.items())


def _id_sql(place: int | str, whole_ids: bool) -> str:
    cell = cell_sql(place)
    return f"regexp_replace({cell}, '^([0-9]+)\\.0$', '\\1')" if whole_ids else cell


def _event_sql(place: int | str, event_of_code: Names[str, str]) -> str:
    if isinstance(place, str):
        return text_sql(place)
    whens = " ".join(f"when {text_sql(code)} then {text_sql(event)}" for code, event in event_of_code.items())
    return f"case lower(code_) {whens} end"


def _price_cell_sql(place: int | str | None) -> str:
    """As ``cell_sql``, but the words for "no number" count as text: a person should hear of them."""
    return f"trim(c{place}, {text_sql(_SPACES)})" if isinstance(place, int) else "''"


def _number_sql(cell: str) -> str:
    """A finite number of at least 0; a decimal comma is read as a point."""
    plain = (
        f"case when regexp_full_match({cell}, '\\+?[0-9]+,[0-9]{{1,2}}') then replace({cell}, ',', '.') else {cell} end"
    )
    value = f"try_cast({plain} as double)"
    return (
        f"case when regexp_full_match({plain}, '\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?') "
        f"and isfinite({value}) then {value} end"
    )


def _joined_sql(source: Source) -> str:
    mark = source.delimiter
    cells: Sequence[str] = [
        f"case when contains(c{i}, {text_sql(mark)}) or contains(c{i}, '\"') "
        f"then '\"' || replace(c{i}, '\"', '\"\"') || '\"' else c{i} end"
        for i in range(source.n_columns)
    ]
    return f"concat_ws({text_sql(mark)}, {', '.join(cells)})"


def _raw_sql(source: Source) -> str:
    return f"case when {REASON} is not null then {_joined_sql(source)} end"
