"""Clean tables as CSV files of the fixed schema, in which no spreadsheet runs a cell."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from core.columns import Columns, Events, Uploads
from core.progress import Report, silent

BLOCK = 200_000  # rows that are text at a time: memory stays bounded
_FORMULA = r"^'*[=+\-@\t\r\n]"  # what a spreadsheet runs as a formula; and what would be the same text once it is safe
_NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"
_TIME = "%Y-%m-%d %H:%M:%S"
_CODES = {event: code for code, event in Uploads.CODES.items()}


def write_behavior(interactions: pd.DataFrame, path: Path, report: Report = silent) -> None:
    """Write UserBehavior.csv: UserID, ProductID, Behavior, Time (to the second) and further columns."""
    _write(interactions, behavior_frame, path, report)


def write_products(catalogue: pd.DataFrame, path: Path) -> None:
    """Write ProductInfo.csv: ProductID, Category, Price, Rating, Title, Description and further columns."""
    _write(catalogue, product_frame, path, silent)


def neutralized(text: pd.Series) -> pd.Series:
    """Text cells with an apostrophe before whatever a spreadsheet would run; plain numbers stay.

    A cell that has it already gets another: two shoppers whose ids became one would be a group of other size than was
    promised. See OWASP, "CSV Injection".
    """
    is_suspect = text.str.contains(_FORMULA, regex=True, na=False)
    if not is_suspect.any():
        return text
    suspects = text[is_suspect]
    formulas = suspects[~suspects.str.fullmatch(_NUMBER, na=False)]
    safe = text.copy()
    safe[formulas.index] = "'" + formulas
    return safe


def behavior_frame(interactions: pd.DataFrame) -> pd.DataFrame:
    """Interactions under the names and codes of the fixed schema."""
    own = {
        Uploads.USER: interactions[Columns.USER],
        Uploads.ITEM: interactions[Columns.ITEM],
        Uploads.BEHAVIOR: interactions[Columns.EVENT].map({event: _CODES[event] for event in Events.ALL}),
        Uploads.TIME: interactions[Columns.TIMESTAMP],
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
        Uploads.TEXTS[0]: title.replace("", None),
        Uploads.TEXTS[-1]: pd.Series(rest, index=catalogue.index, dtype="str").replace("", None),
    }
    extra = catalogue.drop(columns=[name for name in Columns.CATALOGUE if name in catalogue.columns])
    return pd.DataFrame(own).join(extra.drop(columns=[name for name in own if name in extra.columns]))


def in_order_of_content(interactions: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by what stands in them, numbered anew: their order tells nothing more."""
    own = [Columns.USER, Columns.TIMESTAMP, Columns.ITEM, Columns.EVENT]
    further = [name for name in interactions.columns if name not in own]
    return interactions.sort_values([*own, *further], ignore_index=True)


def file_facts(path: Path) -> dict[str, str | int]:
    """Size in bytes and SHA-256, by which a recipient can tell that a file is the one meant."""
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _write(table: pd.DataFrame, shown: Callable[[pd.DataFrame], pd.DataFrame], path: Path, report: Report) -> None:
    """Write block by block; DuckDB writes several times faster than pandas, and the same."""
    block_file = path.with_name(f".{path.name}.block")
    with path.open("wb") as whole, duckdb.connect(config={"threads": 1}) as connection:
        for start in range(0, max(len(table), 1), BLOCK):
            report(start / max(len(table), 1), f"Writing {path.name}")
            block = shown(table.iloc[start : start + BLOCK].reset_index(drop=True))
            safe = {
                f"'{name}" if re.match(_FORMULA, str(name)) else str(name): neutralized(values)
                if pd.api.types.is_string_dtype(values)
                else values
                for name, values in block.items()
            }
            connection.register("block", pa.Table.from_pandas(pd.DataFrame(safe), preserve_index=False))
            connection.execute(_copy(block_file, with_header=not start))
            with block_file.open("rb") as part:
                shutil.copyfileobj(part, whole)
    block_file.unlink()


def _copy(path: Path, *, with_header: bool) -> str:
    place = str(path).replace("'", "''")
    return f"copy block to '{place}' (format csv, header {with_header}, timestampformat '{_TIME}')"
