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

import duckdb
import pandas as pd

from core.anonymize.exporting import apply_rules
from core.anonymize.shopper_table import quasi_identifiers
from core.columns import Columns
from core.errors import UserError
from core.settings import AnonymizationSettings
from core.store.parquet import create_view
from core.tables.dataset import Dataset

MAX_EVENTS = 400_000  # about: above it, so many rows of whole shoppers are looked at
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
    with duckdb.connect(config={"threads": 2}) as connection:
        create_view(connection, "events", dataset.interactions_path)
        found = connection.sql(f"select * from events where hash({Columns.USER}) % {_BUCKETS} < {least}")
        frame: pd.DataFrame = found.to_arrow_table().to_pandas()
    return frame


def preview(dataset: Dataset, settings: AnonymizationSettings, key: bytes) -> dict[str, Any]:
    """The changes of each chosen option, and how many shoppers and rows were looked at."""
    interactions = sampled(dataset)
    facts = {"shoppers": int(interactions[Columns.USER].nunique()), "rows": len(interactions)}
    _, _, changes = apply_rules(interactions, dataset.catalogue(), settings, key)
    return {**facts, "changes": [asdict(change) for change in changes]}


def about(dataset: Dataset) -> dict[str, Any]:
    """Names of the columns beyond Tact's own, in the behaviour file and in the product file."""
    interactions, catalogue = sampled(dataset), dataset.catalogue()
    products = [] if catalogue is None else [name for name in catalogue.columns if name not in Columns.CATALOGUE]
    known = quasi_identifiers(
        list(interactions.columns),
        has_time=dataset.schema.has_time,
        has_category=Columns.CATEGORY in dataset.schema.columns,
        has_price=Columns.PRICE in dataset.schema.columns,
    )
    return {
        "columns": [name for name in interactions.columns if name not in Columns.INTERACTIONS],
        "product_columns": products,
        "identifiers": {},
        "quasi_identifiers": [column.name for column in known],
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
