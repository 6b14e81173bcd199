"""A worker with practice jobs instead of the real ones, for the tests of runs.

Lock, signals, reports and ends are those of ``core.runs.worker``; only the job table is another.
"""

import sys
import time
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.progress import Report
from core.runs.jobs import Facts
from core.runs.queue import Run
from core.runs.worker import work
from core.store.home import Home

SHOPPERS_ROW = "shopper 4711 bought 99"


def practise(_home: Home, run: Run, report: Report, facts: Facts) -> None:
    """Do what the run's settings say: wait for a while, then end in one of the ways there are."""
    settings: dict[str, Any] = run.settings
    facts({"device": "CPU, 2 cores"})
    steps = int(settings.get("steps", 0))
    for step in range(steps):
        report(step / steps, f"step {step}")
        time.sleep(0.02)
    if settings.get("deaf"):  # a long computation without a report
        report(0.1, "deaf")
        time.sleep(60)
    if settings.get("end") == "user error":
        raise DataError("The file has no column UserID; choose the matching column.")
    if settings.get("end") == "bug":
        raise ValueError(SHOPPERS_ROW)
    if settings.get("end") == "memory":
        raise MemoryError
    Path(run.out).mkdir()
    (run.out / "result.txt").write_text("42")
    facts({"epsilon_spent": 1.0})


def main() -> None:
    """Be the worker of the run that is named on the command line."""
    sys.exit(work(Home(), sys.argv[1], {"import": practise, "study": practise}))
