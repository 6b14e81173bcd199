"""
Time and memory of an import with every check, beside pandas that only reads and DuckDB that only converts.

    python -m benchmarks.importing [--mb 780] [--quoted] [FILE]

A file of that size is made: rows of a synthetic shop, some of them dirty, or FILE (one table with a header line)
repeated. Each competitor runs in a process of its own, in turn, ``--repeats`` times; times are medians, peaks maxima.

ours    python -m core import: mapped, judged row by row, rejected rows kept with file, line and reason
pandas  pandas.read_csv(dtype=str), and nothing more
duckdb  read_csv(all_varchar) to Parquet, and nothing more; two threads, no limit
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = "UserID,ProductID,Behavior,Time,Quantity,UnitPrice,InvoiceNo,Country\n"
ROWS = 200_000  # made once, then repeated
COUNTRIES = ("United Kingdom", "Germany", "France", "Eire", "Spain")
PANDAS = "import sys, pandas; print(len(pandas.read_csv(sys.argv[1], dtype=str)))"
DUCKDB = """
import sys, duckdb
connection = duckdb.connect(config={"threads": 2})
table = "read_csv('" + sys.argv[1] + "', all_varchar=true)"
connection.execute("copy (select * from " + table + ") to '" + sys.argv[2] + "' (format parquet, compression zstd)")
"""


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="a table to repeat; a synthetic one where left out")
    parser.add_argument("--mb", type=int, default=780)
    parser.add_argument("--quoted", action="store_true", help="put every cell in quotes")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        table = work / "behavior.csv"
        n_rows = _write_table(table, args.file, args.mb * 1_000_000, quoted=args.quoted)
        commands = {
            "ours": [sys.executable, "-m", "core", "import", str(table), "--out", str(work / "out")],
            "pandas": [sys.executable, "-c", PANDAS, str(table)],
            "duckdb": [sys.executable, "-c", DUCKDB, str(table), str(work / "table.parquet")],
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(args.repeats):
            for name, command in commands.items():
                runs[name].append(_measured(command, work))
                print(name, "{:.1f} s, {:.0f} MB".format(*runs[name][-1]), file=sys.stderr)
        report = json.loads((work / "out/report.json").read_text("utf-8"))["behavior"]
        print(json.dumps(_figures(runs, n_rows, table.stat().st_size / 1e6, report)))


def _figures(
    runs: dict[str, list[tuple[float, float]]], n_rows: int, size_mb: float, report: dict[str, object]
) -> dict[str, object]:
    seconds = {name: statistics.median(time_s for time_s, _ in found) for name, found in runs.items()}
    peaks = {name: max(peak_mb for _, peak_mb in found) for name, found in runs.items()}
    if report["rows_in"] != n_rows:
        raise SystemExit(f"{n_rows:,} rows were written, {report['rows_in']:,} came in")
    return {
        "figure": "importing",
        "mb": round(size_mb),
        "rows": n_rows,
        "rows_kept": report["rows_kept"],
        "rejected": report["rejected"],
        "rows_per_s": round(n_rows / seconds["ours"]),
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "peak_mb": {name: round(value) for name, value in peaks.items()},
        "time_to_pandas": round(seconds["ours"] / seconds["pandas"], 2),
        "memory_to_pandas": round(peaks["ours"] / peaks["pandas"], 3),
        "time_to_duckdb": round(seconds["ours"] / seconds["duckdb"], 2),
        "memory_to_duckdb": round(peaks["ours"] / peaks["duckdb"], 3),
    }


def _write_table(path: Path, given: Path | None, size: int, *, quoted: bool) -> int:
    """Write a header and rows until ``size`` bytes; give the number of rows. Rows of ``given`` are its lines."""
    header, *rows = given.read_text("utf-8").splitlines(keepends=True) if given else [HEADER, *_made_rows()]
    if quoted:
        header, *rows = ('"' + line.rstrip("\n").replace(",", '","') + '"\n' for line in (header, *rows))
    n_rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        while file.tell() < size:
            file.writelines(rows)
            n_rows += len(rows)
    return n_rows


def _made_rows() -> list[str]:
    """Rows of one shop and year: one in four without shopper, one in sixty without behaviour; the same ones always."""
    chance = random.Random(20101201)
    rows = []
    for number in range(ROWS):
        shopper = "" if chance.random() < 0.25 else str(12_346 + int(5_000 * chance.random() ** 2))
        product = f"{10_002 + int(4_000 * chance.random() ** 3)}{chance.choice(('', '', '', 'A', 'B'))}"
        code = "" if chance.random() < 1 / 60 else str(chance.choice((1, 1, 1, 2)))
        second = int(365 * 86_400 * number / ROWS)
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_291_161_600 + second))
        price = f"{chance.randrange(20, 2_000) / 100:.2f}"
        country = chance.choice(COUNTRIES)
        order, quantity = 536_365 + number // 20, chance.randrange(1, 25)
        rows.append(f"{shopper},{product},{code},{moment},{quantity},{price},{order},{country}\n")
    return rows


def _measured(command: list[str], work: Path) -> tuple[float, float]:
    """Seconds and peak resident MB of a process of its own."""
    started = time.monotonic()
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "TACT_HOME": str(work / "home")})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[1:4]} failed: {(work / 'log').read_text('utf-8')[-2_000:]}")
    return time.monotonic() - started, _peak_mb(usage)


def _peak_mb(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
