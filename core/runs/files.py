"""Where a worker's own files lie: beside the runs' folders, never inside them."""

from pathlib import Path

from core.store.home import Home


def lock_file(home: Home, run_id: str) -> Path:
    """Return the file that a run's worker holds locked while it lives."""
    return home.runs_folder / f"{run_id}.lock"


def log_file(home: Home, run_id: str) -> Path:
    """Return the log of a run's worker. It may quote data: for the curator only."""
    return home.runs_folder / f"{run_id}.log"
