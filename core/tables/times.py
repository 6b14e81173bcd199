"""Reading times: one SQL expression for what shops write, to naive UTC."""

import re
from collections.abc import Iterable

EARLIEST, LATEST = "1970-01-01", "2100-01-01"
_NUMBERS_FIRST = re.compile(r"^\s*(\d{1,2})([/.-])(\d{1,2})\2\d{4}")
_CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p")
_OTHER_DATES = ("%Y年%m月%d日", "%Y.%m.%d", "%b %d, %Y", "%d %b %Y")
_HOURS = ("%Y-%m-%d %H", "%Y/%m/%d %H")
_ZONE = "Z|UTC|GMT|(:[0-9.]+)[+-][0-9:]+"
_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)? ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)?"


def date_formats(sample: Iterable[str]) -> list[str]:
    """Formats of dates such as 31/12/2010: only where the sample shows whether day or month comes first.

    Where no number passes 12, the order cannot be told and nothing is guessed: such times are refused.
    """
    found = [match for match in map(_NUMBERS_FIRST.match, sample) if match]
    formats: list[str] = []
    for mark in "/-.":
        firsts = [int(match[1]) for match in found if match[2] == mark]
        seconds = [int(match[3]) for match in found if match[2] == mark]
        if not firsts:
            continue
        if max(firsts) > 12 >= max(seconds) or mark == ".":  # with points the day is first wherever they are used
            order = f"%d{mark}%m{mark}%Y"
        elif max(seconds) > 12 >= max(firsts):
            order = f"%m{mark}%d{mark}%Y"
        else:
            continue
        formats += _with_clocks(order)
    return formats


def _with_clocks(date: str) -> list[str]:
    return [*(f"{date} {clock}" for clock in _CLOCKS), date]


def time_sql(cell: str, formats: list[str]) -> str:
    """SQL for the time in the trimmed text ``cell``; null where it is none. Any year is let through.

    =====================================  ==========================================
    text                                   read as
    =====================================  ==========================================
    2010-12-01 08:26:00, 2014/9/1 19:36    as written, taken for UTC
    2018-12-01 11:40:29 UTC, ...Z          UTC
    2020-01-01T08:00:00+02:00              UTC: 06:00
    1511544070, 1511544070000              seconds, milliseconds since 1970
    20141218, 2014-12-18 02                a day, an hour
    20141218193605, 201412181936           to the second, the minute
    2014年9月1日 19:36, Dec 1, 2018          as written
    31/12/2010 08:26, 12/31/2010 8:26 PM   where ``formats`` has it
    other text                             null
    =====================================  ==========================================
    """
    others = [form for date in _OTHER_DATES for form in _with_clocks(date)]
    listed = ", ".join(f"'{form}'" for form in [*formats, *_HOURS, *others])
    # DuckDB's cast drops an offset and a zone's name silently: only text without either is cast as it stands.
    plain = f"translate({cell}, '0123456789-/:. T', '') = '' and position('-' in substr({cell}, 11)) = 0"
    offset = f"regexp_extract({cell}, ':[0-9.:]+ ?([+-][0-9]{{2}}):?([0-9]{{2}})?$', ['hours', 'minutes'])"
    shift = (
        f"coalesce(try_cast({offset}.hours as integer), 0) * interval 1 hour + "
        f"case when {offset}.hours like '-%' then -1 else 1 end "
        f"* coalesce(try_cast({offset}.minutes as integer), 0) * interval 1 minute"
    )
    bare = f"regexp_extract({cell}, '^([0-9]+)', 1)"
    return f"""coalesce({usual_time_sql(cell)}, case
        when length({cell}) >= 9 and {cell}[5] in ('-', '/') and {plain}
            then coalesce(try_cast({cell} as timestamp), try_strptime({cell}, [{listed}]))
        when regexp_full_match({cell}, '\\d{{9,10}}\\.\\d{{1,9}}')
            then make_timestamp(({cell}::decimal(20, 9) * 1000000)::bigint)
        when regexp_full_match({cell}, '\\d{{9,10}}') then make_timestamp({bare}::bigint * 1000000)
        when regexp_full_match({cell}, '(19|20)\\d{{10}}')  -- as milliseconds it would be a day of 1976
            then coalesce(try_strptime({cell}, '%Y%m%d%H%M'), make_timestamp({bare}::bigint * 1000))
        when regexp_full_match({cell}, '\\d{{12,13}}(\\.0)?') then make_timestamp({bare}::bigint * 1000)
        when regexp_full_match({cell}, '\\d{{15,16}}') then make_timestamp({cell}::bigint)
        when regexp_full_match({cell}, '\\d{{8}}') then try_strptime({cell}, '%Y%m%d')
        when regexp_full_match({cell}, '\\d{{14}}') then try_strptime({cell}, '%Y%m%d%H%M%S')
        when regexp_full_match({cell}, '{_ISO}')
            then try_cast(regexp_replace({cell}, ' ?({_ZONE})$', '\\2') as timestamp) - ({shift})
        else try_strptime({cell}, [{listed}]) end)"""


def usual_time_sql(cell: str) -> str:
    """SQL for a time that is written as most shops write it; null for any other. Strict, and by far the quickest."""
    return f"try_strptime({cell}, '%Y-%m-%d %H:%M:%S')"


def plausible_sql(column: str) -> str:
    """SQL that keeps a time within the years that a shop can have, and makes null of any other."""
    return f"case when {column} >= '{EARLIEST}' and {column} < '{LATEST}' then {column} end"
