"""
How many shoppers a few known purchases single out, before and after each preset, and the quality that remains.

    TACT_BENCH_DATA=… python -m benchmarks.anonymized online_retail
    TACT_BENCH_DATA=… python -m benchmarks.anonymized retailrocket

Risk is that of the files as ``anonymize`` writes them. Quality (NDCG@20 of ``hybrid``) is the grid's: at ε 1 and 4
where a preset may precede a study, and without noise for all. Presets with a threshold over shoppers stand in the grid
a second time with their options for own rows alone, since that is all of them that a study may follow.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

from core.anonymize.exporting import anonymize_files
from core.anonymize.presets import PRESETS, preset_for
from core.anonymize.pseudonyms import export_key
from core.settings import AnonymizationSettings, GridSettings
from core.store.home import Home
from core.studies.grid import run_grid
from core.tables.dataset import Dataset
from core.tables.importing import import_files

EPSILONS = (1.0, 4.0)
RISKS = ("unicity", "unicity_interval", "unicity_products", "unicity_products_interval", "k")
QUALITY = "ndcg_at_20"


def main() -> None:
    """Measure one shop and print one JSON line last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="a folder of $TACT_BENCH_DATA")
    parser.add_argument("--method", default="hybrid")
    parser.add_argument("--repeats", type=int, default=5, help="draws of the noise in each cell")
    args = parser.parse_args()
    shop = Path(os.environ["TACT_BENCH_DATA"]) / args.dataset
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        dataset = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", place / "dataset")
        home = Home(place / "home")
        presets = {name: preset_for(name, dataset.schema) for name in PRESETS}
        risks = {name: _risk(dataset, chosen, home, place / name) for name, chosen in presets.items()}
        started = time.monotonic()
        table = run_grid(home, dataset, _grid(presets, args), place / "grid", report=_say)
        seconds = time.monotonic() - started
        home.close()
    figures = {"figure": "anonymized", "dataset": args.dataset, "method": args.method, "repeats": args.repeats}
    figures |= {"grid_seconds": round(seconds, 1), "cores": os.cpu_count(), "n_judges": int(table["n_judges"].iloc[0])}
    print(json.dumps(figures | {"risk": risks, "quality": _quality(table)}))


def _grid(presets: dict[str, AnonymizationSettings], args: argparse.Namespace) -> GridSettings:
    """Every preset, and what a study may do of those that have a threshold."""
    own_rows = {f"{name}, own rows": chosen.without_thresholds() for name, chosen in presets.items()}
    may_not = {f"{name}, own rows" for name, chosen in presets.items() if chosen.may_precede_a_study}
    rows = presets | {name: chosen for name, chosen in own_rows.items() if name not in may_not}
    return GridSettings(anonymizations=rows, method=args.method, epsilons=EPSILONS, repeats=args.repeats)


def _risk(dataset: Dataset, settings: AnonymizationSettings, home: Home, out: Path) -> dict[str, Any]:
    """Risk before and after, and what is left, of the files that this preset makes."""
    found = anonymize_files(dataset, settings, export_key(home), out)
    sides = {side: {name: found[side][name] for name in RISKS if name in found[side]} for side in ("before", "after")}
    left = {name: [found["before"][name], found["after"][name]] for name in ("rows", "shoppers")}
    return {**sides, **left}


def _quality(table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """For each row and ε: the figure, its standard error, and the 95 % interval of its difference to "none"."""
    names = [QUALITY, f"{QUALITY}_se", f"{QUALITY}_change", f"{QUALITY}_low", f"{QUALITY}_high"]
    found: dict[str, dict[str, list[float]]] = {}
    for row in table.to_dict("records"):
        cell = [round(float(row[name]), 4) for name in names]
        found.setdefault(str(row["anonymization"]), {})[f"{row['epsilon']:g}"] = cell
    return found


def _say(done: float, message: str) -> None:
    """Progress, for whoever watches."""
    print(f"{done:.0%} {message}", end="\r", file=sys.stderr)


if __name__ == "__main__":
    main()
