"""
Wall time and peak memory of a whole study, from CSV to curve, as a person would start it.

    TACT_BENCH_DATA=… python -m benchmarks.study online_retail

Five ε, methods popularity, content, statistics and hybrid; TensorFlow's start is included.
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


def main() -> None:
    """Run one study and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="a folder of $TACT_BENCH_DATA, or: sample")
    parser.add_argument("--methods", nargs="+", default=["popularity", "content", "statistics", "hybrid"])
    args = parser.parse_args()
    is_sample = args.dataset == "sample"
    data = Path("sample_data") if is_sample else Path(os.environ["TACT_BENCH_DATA"]) / args.dataset
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "core", "study", str(data / "UserBehavior.csv"), str(data / "ProductInfo.csv")]
        command += ["--methods", *args.methods, "--out", f"{scratch}/study"]
        started = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"TACT_HOME": f"{scratch}/home"})
        seconds = time.monotonic() - started
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "figure": "study",
        "dataset": args.dataset,
        "methods": args.methods,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
