"""Anonymised files to hand on, with the risk before and after. No ε can be shown for them."""

import os
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.risk import risk
from core.anonymize.rows import apply_row_rules
from core.anonymize.suppress import suppress_rare_items
from core.columns import Columns, Events, Uploads
from core.errors import SettingsError
from core.progress import Report, silent
from core.settings import AnonymizationSettings
from core.tables.dataset import Dataset
from core.tables.templates import BEHAVIOR_NAME, PRODUCTS_NAME

_FORMULA = r"^[=+\-@\t\r\n]"  # what a spreadsheet runs as a formula
_NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"
_CODES = {event: code for code, event in Uploads.CODES.items()}


def anonymize_files(
    dataset: Dataset, settings: AnonymizationSettings, key: bytes, out: Path, *, report: Report = silent
) -> dict[str, Any]:
    """Write UserBehavior.csv and, where there is a catalogue, ProductInfo.csv to ``out``, in the fixed schema.

    Product ids stay as they are: the catalogue is public. Text that a spreadsheet would run as a formula gets an
    apostrophe in front.

    Returns:
        ``{"before": Risk, "after": Risk, "changes": [Change as a dict]}``.

    Raises:
        SettingsError: a column to drop is not there, or no row is left; nothing was written.
    """
    interactions, catalogue = dataset.interactions(), dataset.catalogue()
    report(0.1, "Measuring the risk before")
    before = risk(interactions)
    report(0.3, "Anonymising")
    interactions, catalogue, changes = apply_rules(interactions, catalogue, settings, key)
    if not len(interactions):
        raise SettingsError(
            f"suppress_items_below {settings.suppress_items_below} leaves no row: every product is rarer. Lower it."
        )
    report(0.5, "Measuring the risk after")
    after = risk(interactions)
    report(0.7, "Writing the files")
    out.mkdir(parents=True, exist_ok=True)
    _write(_behavior_frame(interactions), out / BEHAVIOR_NAME)
    if catalogue is not None:
        _write(_product_frame(catalogue), out / PRODUCTS_NAME)
    report(1.0, "Done")
    return {"before": before, "after": after, "changes": [asdict(change) for change in changes]}


def apply_rules(
    interactions: pd.DataFrame, catalogue: pd.DataFrame | None, settings: AnonymizationSettings, key: bytes
) -> tuple[pd.DataFrame, pd.DataFrame | None, list[Change]]:
    """Every chosen option as an export applies it: row by row first, rare products last."""
    interactions, catalogue, changes = apply_row_rules(interactions, catalogue, settings, key)
    if settings.suppress_items_below is not None:
        interactions, change = suppress_rare_items(interactions, settings.suppress_items_below)
        changes.append(change)
    return interactions, catalogue, changes


def neutralized(text: pd.Series) -> pd.Series:
    """Text cells with an apostrophe before whatever a spreadsheet would run; plain numbers stay.

    See OWASP, "CSV Injection".
    """
    is_formula = text.str.contains(_FORMULA, regex=True, na=False) & ~text.str.fullmatch(_NUMBER, na=False)
    return text.where(~is_formula, "'" + text)


def _behavior_frame(interactions: pd.DataFrame) -> pd.DataFrame:
    event = interactions[Columns.EVENT].map({event: _CODES[event] for event in Events.ALL})
    time = interactions[Columns.TIMESTAMP].dt.strftime("%Y-%m-%d %H:%M:%S")
    own = {
        Uploads.USER: interactions[Columns.USER],
        Uploads.ITEM: interactions[Columns.ITEM],
        Uploads.BEHAVIOR: event,
        Uploads.TIME: time,
    }
    return pd.DataFrame(own).join(interactions.drop(columns=list(Columns.INTERACTIONS)))


def _product_frame(catalogue: pd.DataFrame) -> pd.DataFrame:
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


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write all or nothing: a reader never sees half a file."""
    safe = {
        column: neutralized(values) if pd.api.types.is_string_dtype(values) else values
        for column, values in frame.items()
    }
    table = pd.DataFrame(safe)
    table.columns = [f"'{name}" if re.match(_FORMULA, str(name)) else str(name) for name in table.columns]
    handle, work = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        table.to_csv(work, index=False, lineterminator="\n")
        Path(work).chmod(0o644)
        os.replace(work, path)
    finally:
        Path(work).unlink(missing_ok=True)
