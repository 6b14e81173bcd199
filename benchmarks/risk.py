"""
Wall time and peak memory of the whole risk report, at 398 thousand and at 4 million events.

    TACT_BENCH_DATA=… python -m benchmarks.risk

The larger shop is the smaller one ten times over, each time with other shoppers, so that every product and day has ten
times the holders: the hard case for attacks that search them. Memory is that of the whole process, the rows included.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from core.anonymize.risk import risk
from core.columns import Columns
from core.tables.dataset import Dataset
from core.tables.importing import import_files

TIMES = (1, 10)


def main() -> None:
    """Import once, measure each size in a process of its own, and print one JSON line last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=Path, help="an imported dataset; without it online_retail is imported")
    parser.add_argument("--times", type=int, help="measure this size only, in this process")
    args = parser.parse_args()
    if args.times:
        print(json.dumps(measured(Dataset.open(args.dataset), args.times)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.dataset or imported(Path(scratch))
        sizes = [child(folder, times) for times in TIMES]
    print(json.dumps({"figure": "risk", "cores": os.cpu_count(), "sizes": sizes}))


def imported(scratch: Path) -> Path:
    """The folder of online_retail, imported to ``scratch``."""
    shop = Path(os.environ["TACT_BENCH_DATA"]) / "online_retail"
    return import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", scratch / "dataset").folder


def child(folder: Path, times: int) -> dict[str, float]:
    """Measure one size in a process of its own: a peak never goes down again."""
    command = [sys.executable, "-m", "benchmarks.risk", "--dataset", str(folder), "--times", str(times)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout.strip(), flush=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(dataset: Dataset, times: int) -> dict[str, float]:
    """Time and peak memory of the report on ``times`` copies of the shop, with what the attacks found."""
    rows, catalogue = dataset.interactions(), dataset.catalogue()
    shops = [rows.assign(**{Columns.USER: rows[Columns.USER] + f"-{copy}"}) for copy in range(times)]
    interactions = pd.concat(shops, ignore_index=True)
    del rows, shops
    before = peak_mb()
    started, cpu_started = time.perf_counter(), time.process_time()
    found = risk(interactions, catalogue=catalogue)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    return {
        "events": len(interactions),
        "shoppers": found["shoppers"],
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "peak_mb": peak_mb(),
        "peak_before_mb": before,
        "unicity_3": found["unicity"]["3"],
        "linkage": found["linkage"]["rate"],
    }


def peak_mb() -> int:
    """The most memory that this process has had so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
