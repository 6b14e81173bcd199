"""Numbers and prices as shops write them: one SQL expression, to doubles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Mark = Literal[".", ","]

_UNIT = r"(?:\p{Sc}|[A-Z]{1,3}\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Ft|lei|Fr\.?|Rs\.?|元|円|원)"
_SPACES = " \u00a0\u2009\u202f'’"  # what may stand between groups of three digits, beside the two marks
_DIGITS = re.compile(rf"[0-9][0-9.,{_SPACES}]*")
_NUMBER = rf"([-+−]?)\s*(?:{_UNIT})?\s*([-+−]?)\s*([0-9.,][0-9.,{_SPACES}]*?)(?:[.,][-–—]+)?\s*(?:{_UNIT})?"


@dataclass(frozen=True)
class Decimals:
    """How the decimals of a column are marked.

    ``n_ambiguous`` counts the cells of the sample, such as 1,234, that could be read both ways; ``is_told`` is False
    where there are such cells, and no other cell that tells.
    """

    mark: Mark
    n_ambiguous: int
    is_told: bool


def find_decimals(cells: Iterable[str]) -> Decimals:
    """Tell from a sample of a column whether its decimals follow a point or a comma.

    A cell tells where it cannot be read otherwise: 12,50 and 1.234,56 and 1.234.567 tell a comma. Where the
    sample holds nothing but cells such as 1,234 and 1.234, a point is taken for the decimal mark, a comma
    for the mark of thousands.
    """
    told = {".": 0, ",": 0}
    n_ambiguous = 0
    for cell in cells:
        found = _DIGITS.search(cell)
        if not found:
            continue
        tells = _tells(re.sub(rf"[{_SPACES}]", "", found[0]).rstrip(".,"))
        if tells == "both":
            n_ambiguous += 1
        elif tells:
            told[tells] += 1
    mark: Mark = "," if told[","] > told["."] else "."
    return Decimals(mark, n_ambiguous, not n_ambiguous or told["."] != told[","])


def number_sql(cell: str, mark: Mark) -> str:
    """SQL for the number in the trimmed text ``cell``, currency aside; null where it is none or not finite.

    =======================================  =====================
    text                                     read as
    =======================================  =====================
    12.5, .5, 1e3, +3                        12.5, 0.5, 1000, 3
    12,50                                    12.5
    € 1.234,56; 1 234,56 €; $1,234.56        1234.56
    EUR 3.20; ¥99; CHF 1'234.50; CHF 5.-     3.2, 99, 1234.5, 5
    1,234 or 1.234                           by ``mark``
    1.234.567; 1,234,567                     1234567
    cheap, 12 cm, 1,2,3                      null
    =======================================  =====================
    """
    text = f"translate(regexp_replace({cell}, '^{_in_sql(_NUMBER)}$', '\\1\\2\\3'), '−+', '-')"
    text = f"regexp_replace({text}, '[{_in_sql(_SPACES)}]([0-9]{{3}})', '\\1', 'g')"
    for pattern, replacement in _decimal_marks(mark):
        text = f"regexp_replace({text}, '^{pattern}$', '{replacement}')"
    text = f"replace(translate(nullif(regexp_extract({text}, '^-?[0-9.,]*d[0-9]*$'), ''), '.,', ''), 'd', '.')"
    plain = "[-+]?([0-9]+|[0-9]*\\.[0-9]+|[0-9]+\\.)([eE][-+]?[0-9]+)?"
    two_ways = "[1-9][0-9]{0,2}\\.[0-9]{3}"
    is_plain = f"regexp_full_match({cell}, '{plain}')"
    if mark == ",":
        is_plain += f" and not regexp_full_match({cell}, '[-+]?{two_ways}')"
    value = f"try_cast(case when {is_plain} then {cell} else {text} end as double)"
    # Every part stands in the expression once: planning it costs more than a block of rows otherwise.
    return f"nullif(nullif({value}, 'inf'::double), '-inf'::double)"


def _decimal_marks(mark: Mark) -> list[tuple[str, str]]:
    """Patterns of digits with marks, and what makes a "d" of the decimal one (at the end where there is none)."""
    thousands, two_ways = ",.", "(-?[1-9][0-9]{0,2})[%s]([0-9]{3})"
    return [
        ("(-?[0-9]{1,3}(?:,[0-9]{2,3})+)\\.([0-9]*)", "\\1d\\2"),
        ("(-?[0-9]{1,3}(?:\\.[0-9]{3})+),([0-9]*)", "\\1d\\2"),
        ("(-?[0-9]{1,3}(?:(?:,[0-9]{3}){2,}|(?:\\.[0-9]{3}){2,}))", "\\1d"),
        (two_ways % thousands.replace(mark, ""), "\\1\\2d"),
        ("(-?[0-9]*)[.,]([0-9]+)", "\\1d\\2"),
        ("(-?[0-9]+)[.,]?", "\\1d"),
    ]


def _in_sql(pattern: str) -> str:
    return pattern.replace("'", "''")


def _tells(number: str) -> Literal[".", ",", "both", ""]:
    """Which mark a number shows to be that of decimals; "both" where it may be either, "" where it shows nothing."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rindex(".") > number.rindex(",") else ","
    if not points and not commas:
        return ""
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other  # type: ignore[return-value]
    before, after = number.split(mark)
    is_group = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return "both" if is_group else mark  # type: ignore[return-value]
