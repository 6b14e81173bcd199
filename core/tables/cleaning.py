"""Judging records in SQL: one statement a file, one reason a rejected record."""

from collections.abc import Mapping as Names

from core.columns import Columns, Uploads
from core.errors import DataError
from core.tables.arrow import BLOCK, MALFORMED, RECORD
from core.tables.names import IGNORE
from core.tables.reading import Source
from core.tables.times import date_formats, plausible_sql, time_sql

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

REASON = "reason_"


def text_sql(value: str) -> str:
    """``value`` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def extra_columns(source: Source, places: Names[str, int | str]) -> dict[int, str]:
    """Places and names of the columns that no field uses; every name free and once only."""
    taken = {name.lower() for name in (*Columns.INTERACTIONS, *Columns.CATALOGUE)}
    kept: dict[int, str] = {}
    for place, header in enumerate(source.header):
        if place in places.values():
            continue
        name = base = header or f"column {place + 1}"
        number = 2
        while name.lower() in taken or name.endswith("_"):  # names that end so are the SQL's own
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
    """SQL that judges a block of behaviour; items are looked up in the table ``catalogue_items``.

    Gives record_, reason_ (null: kept), user_id, item_id, event_type, timestamp, one row a record, in order.
    """
    time = places.get(Uploads.TIME)
    formats: list[str] = []
    if isinstance(time, int):
        formats = date_formats(row[time] for row in source.sample if len(row) == source.n_columns)
    unknown = f"when item_ not in (select {Columns.ITEM} from catalogue_items) then '{NOT_IN_CATALOGUE}'"
    return f"""
        select {RECORD}, case
                when user_ is null then '{MISSING_USER}'
                when item_ is null then '{MISSING_PRODUCT}'
                when event_ is null then '{UNKNOWN_BEHAVIOR}'
                when event_ = '{IGNORE}' then '{IGNORED_BEHAVIOR}'
                when time_ is null and written_ is not null then '{BAD_TIME}'
                {unknown if has_catalogue else ""} end as {REASON},
            user_ as {Columns.USER}, item_ as {Columns.ITEM}, event_ as {Columns.EVENT}, time_ as {Columns.TIMESTAMP}
        from (select *, {plausible_sql("read_")} as time_
            from (select *, {time_sql("written_", formats) if time is not None else "null::timestamp"} as read_
                from (select {RECORD}, {_id_sql(places[Uploads.USER], whole_ids)} as user_,
                        {_id_sql(places[Uploads.ITEM], whole_ids)} as item_,
                        {_event_sql(places[Uploads.BEHAVIOR], event_of_code)} as event_,
                        {_cell_sql(time)} as written_
                    from {BLOCK})))"""


def products_sql(places: Names[str, int | str], *, whole_ids: bool) -> str:
    """SQL that judges a block of products, duplicates aside.

    Gives record_, reason_, item_id, category, price, rating, title, text, one row a record, in order; bad_price_ and
    bad_rating_ say that there was a cell, but no number of at least 0 in it.
    """
    texts = [_cell_sql(places[name]) for name in Uploads.TEXTS if name in places]
    title = f"coalesce({', '.join(texts)})" if texts else "null::varchar"
    text = f"nullif(concat_ws(' ', {', '.join(texts)}), '')" if texts else "null::varchar"
    return f"""
        select {RECORD}, case when {Columns.ITEM} is null then '{MISSING_PRODUCT}' end as {REASON},
            * exclude ({RECORD}, price_, rating_),
            price_ is not null and {Columns.PRICE} is null as bad_price_,
            rating_ is not null and {Columns.RATING} is null as bad_rating_
        from (select {RECORD}, {Columns.ITEM}, {Columns.CATEGORY}, {_number_sql("price_")} as {Columns.PRICE},
                {_number_sql("rating_")} as {Columns.RATING}, {Columns.TITLE}, {Columns.TEXT}, price_, rating_
            from (select {RECORD}, {_id_sql(places[Uploads.ITEM], whole_ids)} as {Columns.ITEM},
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


def _number_sql(cell: str) -> str:
    """A finite number of at least 0; a decimal comma is read as a point."""
    comma = f"regexp_full_match({cell}, '\\+?[0-9]+,[0-9]{{1,2}}')"
    plain = f"case when {comma} then replace({cell}, ',', '.') else {cell} end"
    number = "\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"
    value = f"try_cast({plain} as double)"
    return f"case when regexp_full_match({plain}, '{number}') and isfinite({value}) then {value} end"
