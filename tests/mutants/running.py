"""Runs a test in a copy of the tree, with one bug in it or none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.mutants.mutant import ROOT, Mutant

Verdict = Literal["killed", "SURVIVED", "DID NOT APPLY", "DID NOT RUN"]
NEEDED = ("core", "tests", "pages", "sample_data", "benchmarks", "docs")
FILES = ("pyproject.toml", "streamlit_app.py", "README.md", "Makefile", "requirements.txt", "requirements-dev.txt")
LIMIT_S = 240.0
_FAILED = 1  # pytest's exit codes: 0 all passed, 1 some failed, above that nothing was tried
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=line", "--durations=0", "--durations-min=60")


def copy_tree(target: Path) -> None:
    """Copy what tests need; compiled files stay behind, for a bug within a second of its file would not be noticed."""
    for name in NEEDED:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "images"))
    for name in FILES:
        shutil.copy(ROOT / name, target / name)


@contextmanager
def injected(mutant: Mutant, tree: Path) -> Iterator[None]:
    """The bug stands in the tree, and is gone again afterwards.

    Raises:
        ValueError: its text does not stand there exactly once.
    """
    path = tree / mutant.file
    source = path.read_text("utf-8")
    path.write_text(mutant.applied(source), "utf-8")
    try:
        yield
    finally:
        path.write_text(source, "utf-8")


def try_out(mutant: Mutant, tree: Path) -> tuple[Verdict, str]:
    """Inject a bug and run its test; with what pytest said."""
    try:
        with injected(mutant, tree):
            code, said = run_tests([mutant.test], tree)
    except ValueError as error:
        return "DID NOT APPLY", str(error)
    if code == _FAILED:
        return "killed", said
    return ("SURVIVED" if code == 0 else "DID NOT RUN"), said


def run_tests(tests: Iterable[str], tree: Path) -> tuple[int, str]:
    """Run tests in a process of its own; pytest's exit code, and what it said."""
    environment = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "ci",  # the same examples every time
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
    }
    command = [sys.executable, "-m", "pytest", *_OPTIONS, "--rootdir", str(tree), *tests]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return _FAILED + 1, f"took longer than {LIMIT_S:.0f} s"
    return done.returncode, done.stdout + done.stderr
