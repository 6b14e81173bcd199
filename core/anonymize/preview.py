"""What options would do to a dataset, counted in a process of its own; on a sample of shoppers where it is large.

``python -m core.anonymize.preview DATASET`` reads ``{"settings": …, "key": hex}`` from stdin and prints JSON; with
``--about`` it reads nothing and tells which columns there are and what they look like.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from core.anonymize.applying import apply_all
from core.anonymize.column_names import is_category, is_price
from core.anonymize.identifiers import find_identifiers
from core.anonymize.presets import PRESETS, preset_for
from core.anonymize.shopper_table import quasi_identifiers
from core.columns import Columns
from core.errors import UserError
from core.settings import AnonymizationSettings
from core.store.parquet import connect, create_view
from core.tables.dataset import Dataset

MAX_EVENTS = 400_000  # about: above it, so many rows of whole shoppers are looked at
MEMORY_LIMIT = "512MB"
_BUCKETS = 1_000_000


def sampled(dataset: Dataset, max_events: int = MAX_EVENTS) -> pd.DataFrame:
    """All rows of a dataset, or those of a share of its shoppers that is about ``max_events`` rows.

    A shopper is in the sample with everything they did, or not at all; the same ones at every look. The sample is
    for a preview in the curator's room: exported files and risk take everybody.
    """
    n_events = int(dataset.report["behavior"]["rows_kept"])
    if n_events <= max_events:
        return dataset.interactions()
    least = max(1, round(_BUCKETS * max_events / n_events))
    with connect(MEMORY_LIMIT) as connection:
        create_view(connection, "events", dataset.interactions_path)
        found = connection.sql(f"select * from events where hash({Columns.USER}) % {_BUCKETS} < {least}")
        frame: pd.DataFrame = found.to_arrow_table().to_pandas()
    return frame


def preview(dataset: Dataset, settings: AnonymizationSettings, key: bytes) -> dict[str, Any]:
    """The changes of each chosen option, and how many shoppers and rows were looked at."""
    interactions = sampled(dataset)
    facts = {"shoppers": int(interactions[Columns.USER].nunique()), "rows": len(interactions)}
    applied = apply_all(interactions, dataset.catalogue(), settings, key)
    return {**facts, "changes": [asdict(change) for change in applied.changes]}


def about(dataset: Dataset) -> dict[str, Any]:
    """Columns beyond Tact's own, which of them name a person, what groups may be made of, presets that fit."""
    interactions, catalogue = sampled(dataset), dataset.catalogue()
    names, identifiers = list(interactions.columns), find_identifiers(interactions)
    products = [] if catalogue is None else [name for name in catalogue.columns if name not in Columns.CATALOGUE]
    known = quasi_identifiers(
        names,
        has_time=dataset.schema.has_time,
        has_category=Columns.CATEGORY in dataset.schema.columns,
        has_price=Columns.PRICE in dataset.schema.columns,
    )
    return {
        "columns": [name for name in names if name not in Columns.INTERACTIONS],
        "product_columns": products,
        "identifiers": identifiers,
        "has_prices": Columns.PRICE in dataset.schema.columns or any(map(is_price, names)),
        "has_categories": Columns.CATEGORY in dataset.schema.columns or any(map(is_category, names)),
        "quasi_identifiers": [column.name for column in known],
        "presets": {
            name: preset_for(name, dataset.schema, names, identifiers).model_dump(mode="json") for name in PRESETS
        },
    }


def main() -> None:
    """Print a preview, or what there is to know about the columns."""
    parser = argparse.ArgumentParser(prog="python -m core.anonymize.preview", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--about", action="store_true")
    args = parser.parse_args()
    dataset = Dataset.open(args.dataset)
    if args.about:
        found = about(dataset)
    else:
        given = json.load(sys.stdin)  # the key is a secret: it is never an argument, which other users could see
        settings = AnonymizationSettings.model_validate(given["settings"])
        found = preview(dataset, settings, bytes.fromhex(given["key"]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
