"""Direct identifiers in the further columns of a behaviour file: found, and masked cell by cell.

Masking is a rule of one's own row: a column is blanked by its *name*, a cell is masked by what stands in *it*. What can
only be told from many cells together (a column of people's names under another name) is found for a person to decide:
``find_identifiers`` proposes, ``drop_columns`` removes. The product file is public and stays as it is.

Patterns are own and few. The library ``phonenumbers`` (48 MB) reads 10,000 to 25,000 cells a second, needs a
country, and as China's takes one in ten epoch times for a phone number; Presidio brings a language model of some
hundred megabytes. A bare number is never a phone number here: ids, epoch times and invoice numbers are of that length.
Where a column of them is not named after what it holds, ``find_identifiers`` says so.
"""

import ipaddress
import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.column_names import identifier_kind
from core.columns import Columns

MASK = "***"
_OWN = frozenset({*Columns.INTERACTIONS, *Columns.CATALOGUE})
_ENDS = r"(?![\w:/-])"
_STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|terrace|close|way"
_PATTERNS = {
    "email": r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}",
    "iban": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b",
    "card": r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])(?!\.\d)",
    "ip": r"(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.:-])",
    "phone": r"(?<![\w.])\+\d(?:[ ().\-/]{0,2}\d){7,14}(?!\w)"  # +44 20 7946 0958
    rf"|(?<![\w.+/-])\(?0\d{{1,4}}\)?(?:[ /-]?\d){{5,10}}{_ENDS}"  # (020) 7946 0958
    rf"|(?<![\w.+/-])(?:\(\d{{3}}\) ?|\d{{3}}[ .-])\d{{3}}[ .-]\d{{4}}{_ENDS}"  # 555-123-4567
    rf"|(?<![\w.+/-])1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{_ENDS}",  # 138 0013 8000
    "address": rf"\b\d+[A-Za-z]?,? (?:[\w.'’-]+ ){{1,4}}(?:{_STREETS})\.?(?=$|[,;\n])"
    r"|\b\w+(?:straße|strasse|str\.) ?\d+[a-z]?\b|[\u3400-\u9fff]+(?:路|街|道|巷|弄)\s*\d+\s*号",
}
_FIND = {kind: re.compile(pattern, re.IGNORECASE if kind == "address" else 0) for kind, pattern in _PATTERNS.items()}
_MAYBE = (  # quick to find and left by few cells: only they are read pattern by pattern
    r"@|\+\d|\b\d(?:[ ().\-/]{0,2}\d){8}|\d\.\d{1,3}\.\d{1,3}\.\d|::|(?:[0-9A-Fa-f]{1,4}:){4}"
    rf"|\b[A-Z]{{2}}\d{{2}}[ A-Z0-9]{{11}}|(?i:\d.* (?:{_STREETS})\b|straße|strasse|str\.)|[路街道巷弄].*号"
)
_TIME = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:[\d:.]+ ?(UTC|Z|[+-][\d:]+)?)?"
_DATE = re.compile(r"(?:\d{4}([-/. ])\d{1,2}\1\d{1,2}|\d{1,2}([-/. ])\d{1,2}\2\d{4})(?:[ T]?\d{1,2})?")
_CARDS = re.compile(
    r"4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|62\d{14,17}"
    r"|(?:6011|65\d\d|64[4-9]\d|35(?:2[89]|[3-8]\d))\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
_MOBILE = re.compile(r"1[3-9]\d{9}|0\d{9,10}")
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z'’-]*[\w'’-]*(?: [A-Z]\.)?(?: [^\W\d_a-z][\w'’-]+){1,2}|[\u4e00-\u9fff]{2,4}")
_N_LOOKED_AT = 20_000  # distinct cells of a column
_FEW, _MOST, _NEARLY_ALL = 0.01, 0.5, 0.8


def find_identifiers(frame: pd.DataFrame) -> dict[str, str]:
    """The further columns that look like direct identifiers, and the kind of each; for the curator's room.

    A column counts by its name, or where a hundredth of its distinct cells hold a pattern (half, for addresses), or
    where nearly every cell is a bare mobile number. Where there are shoppers, also a column that is constant within
    nearly every shopper and differs between them: "name" where it reads like names, else "code of the shopper".
    """
    found: dict[str, str] = {}
    for column in frame.columns:
        if column in _OWN:
            continue
        kind = identifier_kind(str(column)) or _kind_by_content(frame, str(column))
        if kind:
            found[str(column)] = kind
    return found


def mask_identifiers(rows: pd.DataFrame) -> tuple[pd.DataFrame, Change]:
    """Blank the further columns that are identifiers by name; mask the cells of the others that hold one, as ``***``.

    Returns:
        A new frame with the same columns and rows, and the number of cells that changed.
    """
    masked, blanked, n_blank, n_masked = {}, [], 0, 0
    for column in rows.columns:
        values = rows[column]
        if column in _OWN:
            continue
        kind = identifier_kind(str(column))
        if kind:
            blanked.append(f"{column} ({kind})")
            n_blank += int(values.notna().sum())
            masked[column] = values.where(np.zeros(len(rows), dtype=bool))
        elif pd.api.types.is_string_dtype(values):
            masked[column], n_cells = _mask_cells(values)
            n_masked += n_cells
    sentence = (
        f"{n_masked:,} cells that hold an e-mail or postal address, a phone, card or account number, or an IP address "
        f"become {MASK}."
        + (f" Blank, as their names say what they hold: {', '.join(blanked)}." if blanked else "")
        + " Names of people in columns that are not named so are not found: drop those columns."
    )
    if not masked:
        sentence = "There are no further columns of text, so there is nothing to mask."
    return rows.assign(**masked), Change("mask_identifiers", "cells", n_blank + n_masked, sentence)


def kinds_in(text: str) -> set[str]:
    """The kinds of identifiers that stand in one text."""
    return {kind for kind in _FIND if any(_is_one(kind, found[0], text) for found in _FIND[kind].finditer(text))}


def _mask_text(text: str) -> str:
    for kind, pattern in _FIND.items():
        text = pattern.sub(_masker(kind, text), text)
    return text


def _masker(kind: str, text: str) -> Callable[[re.Match[str]], str]:
    return lambda found: MASK if _is_one(kind, found[0], text) else found[0]


def _is_one(kind: str, found: str, text: str) -> bool:
    """What a pattern alone cannot say: check digits, known issuers, and that a bare number is no phone number."""
    digits = "".join(filter(str.isdigit, found))
    if kind == "card":
        return bool(_CARDS.fullmatch(digits)) and _luhn(digits)
    if kind == "iban":
        return _is_iban(found.replace(" ", ""))
    if kind == "ip":
        return _is_ip(found)
    if kind == "phone":
        if text.strip().isdigit() or _DATE.fullmatch(found.strip()) or not 7 <= len(digits) <= 15:
            return False
        return found[0] == "+" or (9 <= len(digits) <= 11 and not (found.isdigit() and found[0] == "0"))
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    if not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return len(text) > 5  # "a::b" is another name for something in code


def _mask_cells(values: pd.Series) -> tuple[pd.Series, int]:
    """Only cells that may hold something are read letter by letter, and each distinct one once."""
    is_time = values.str.fullmatch(_TIME, na=False).to_numpy(dtype=bool)
    maybe = np.flatnonzero(values.str.contains(_MAYBE, regex=True, na=False).to_numpy(dtype=bool) & ~is_time)
    if not len(maybe):
        return values, 0
    codes, texts = pd.factorize(values.iloc[maybe])
    masked = np.array([_mask_text(str(text)) for text in texts], dtype=object)
    is_changed = (masked != np.asarray(texts, dtype=object))[codes]
    n_changed = int(is_changed.sum())
    if not n_changed:
        return values, 0
    cells = values.to_numpy(dtype=object, copy=True)
    cells[maybe[is_changed]] = masked[codes[is_changed]]
    return pd.Series(cells, index=values.index, dtype="str"), n_changed


def _kind_by_content(frame: pd.DataFrame, column: str) -> str | None:
    values = frame[column]
    if not pd.api.types.is_string_dtype(values):
        return None
    texts = [str(text) for text in values.dropna().drop_duplicates().iloc[:_N_LOOKED_AT] if str(text).strip()]
    if not texts:
        return None
    counts = dict.fromkeys(_FIND, 0)
    for text in texts:
        for kind in kinds_in(text):
            counts[kind] += 1
    for kind, count in counts.items():
        if count >= max(1, (_MOST if kind == "address" else _FEW) * len(texts)):
            return kind
    if np.mean([bool(_MOBILE.fullmatch(text.strip())) for text in texts]) >= _NEARLY_ALL:
        return "phone"
    return _kind_by_shopper(frame, column, texts)


def _kind_by_shopper(frame: pd.DataFrame, column: str, texts: list[str]) -> str | None:
    """A column that is one and the same within each shopper, and another one for another shopper."""
    if Columns.USER not in frame.columns:
        return None
    pairs = frame[[Columns.USER, column]].dropna()
    several = _counts(pairs[Columns.USER]) > 1
    if several.sum() < 20:  # of whom nearly all must agree
        return None
    distinct = _counts(pairs.drop_duplicates()[Columns.USER])  # the same order of shoppers: of their first rows
    is_constant = float((distinct[several] == 1).mean()) >= _NEARLY_ALL
    n_values = pairs[column].nunique()
    is_name = np.mean([bool(_NAME.fullmatch(text)) for text in texts]) >= _NEARLY_ALL
    if not is_constant or n_values < _MOST * len(distinct):
        return None
    return "name" if is_name else "code of the shopper"


def _counts(users: pd.Series) -> npt.NDArray[np.intp]:
    return np.bincount(pd.factorize(users)[0])
