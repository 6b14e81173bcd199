"""Clean tables as CSV files of the fixed schema, in which no spreadsheet runs a cell."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.columns import Columns, Events, Uploads
from core.progress import Report, silent

BLOCK = 200_000  # rows that are text at a time: memory stays bounded
_FORMULA = r"^[=+\-@\t\r\n]"  # what a spreadsheet runs as a formula
_NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"
_CODES = {event: code for code, event in Uploads.CODES.items()}


def write_behavior(interactions: pd.DataFrame, path: Path, report: Report = silent) -> None:
    """Write UserBehavior.csv: UserID, ProductID, Behavior, Time (to the second) and further columns."""
    _write(interactions, behavior_frame, path, report)


def write_products(catalogue: pd.DataFrame, path: Path) -> None:
    """Write ProductInfo.csv: ProductID, Category, Price, Rating, Title, Description and further columns."""
    _write(catalogue, product_frame, path, silent)


def neutralized(text: pd.Series) -> pd.Series:
    """Text cells with an apostrophe before whatever a spreadsheet would run; plain numbers stay.

    See OWASP, "CSV Injection".
    """
    is_formula = text.str.contains(_FORMULA, regex=True, na=False) & ~text.str.fullmatch(_NUMBER, na=False)
    return text.where(~is_formula, "'" + text)


def behavior_frame(interactions: pd.DataFrame) -> pd.DataFrame:
    """Interactions under the names and codes of the fixed schema."""
    times = interactions[Columns.TIMESTAMP].to_numpy().astype("datetime64[s]")
    written = np.char.replace(np.datetime_as_string(times), "T", " ").astype(object)
    own = {
        Uploads.USER: interactions[Columns.USER],
        Uploads.ITEM: interactions[Columns.ITEM],
        Uploads.BEHAVIOR: interactions[Columns.EVENT].map({event: _CODES[event] for event in Events.ALL}),
        Uploads.TIME: pd.Series(written, index=interactions.index, dtype="str").mask(np.isnat(times)),
    }
    return pd.DataFrame(own).join(interactions.drop(columns=list(Columns.INTERACTIONS)))


def product_frame(catalogue: pd.DataFrame) -> pd.DataFrame:
    """A catalogue under the names of the fixed schema."""
    title, text = catalogue[Columns.TITLE].fillna("").astype("str"), catalogue[Columns.TEXT].fillna("").astype("str")
    # Read back, the text is title and description again.
    rest = [words.removeprefix(first).strip() if first else words for first, words in zip(title, text, strict=True)]
    own = {
        Uploads.ITEM: catalogue[Columns.ITEM],
        Uploads.CATEGORY: catalogue[Columns.CATEGORY],
        Uploads.PRICE: catalogue[Columns.PRICE],
        Uploads.RATING: catalogue[Columns.RATING],
        Uploads.TEXTS[0]: title,
        Uploads.TEXTS[-1]: pd.Series(rest, index=catalogue.index, dtype="str"),
    }
    extra = catalogue.drop(columns=[name for name in Columns.CATALOGUE if name in catalogue.columns])
    return pd.DataFrame(own).join(extra.drop(columns=[name for name in own if name in extra.columns]))


def file_facts(path: Path) -> dict[str, str | int]:
    """Size in bytes and SHA-256, by which a recipient can tell that a file is the one meant."""
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _write(table: pd.DataFrame, shown: Callable[[pd.DataFrame], pd.DataFrame], path: Path, report: Report) -> None:
    for start in range(0, max(len(table), 1), BLOCK):
        report(start / max(len(table), 1), f"Writing {path.name}")
        block = shown(table.iloc[start : start + BLOCK])
        safe = {
            column: neutralized(values) if pd.api.types.is_string_dtype(values) else values
            for column, values in block.items()
        }
        frame = pd.DataFrame(safe)
        frame.columns = [f"'{name}" if re.match(_FORMULA, str(name)) else str(name) for name in frame.columns]
        frame.to_csv(path, mode="a" if start else "w", header=not start, index=False, lineterminator="\n")
