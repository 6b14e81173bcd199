"""
Runs a test in a copy of the tree, with one bug in it or none.

A test has a process of its own, forked from one that has loaded the libraries and nothing of ours: what takes seconds
is loaded once. The copy is what the child imports, so the bug is in everything that the test sees.
"""

import importlib
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.mutants.mutant import ROOT, Mutant

Verdict = Literal["killed", "SURVIVED", "DID NOT APPLY", "DID NOT RUN"]
OURS = ("core", "tests", "pages", "sample_data", "benchmarks")
FILES = ("pyproject.toml", "streamlit_app.py", "README.md", "Makefile", "requirements.txt", "requirements-dev.txt")
LIBRARIES = (
    *("numpy", "pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "scipy.sparse.linalg", "duckdb", "h5py"),
    *("sqlalchemy", "pydantic", "cryptography.hazmat.primitives.asymmetric.ed25519", "pytest"),
    *("sklearn.feature_extraction.text", "dp_accounting.pld", "diffprivlib.mechanisms", "tensorflow", "keras"),
)
ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",  # a bug within a second of its file would not be noticed in a compiled one
    "HYPOTHESIS_PROFILE": "mutants",  # the same examples every time, and none made smaller
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
LIMIT_S = 300.0
FAILED = 1  # pytest's exit codes: 0 all passed, 1 some failed, above that nothing was tried
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=line", "--durations=0", "--durations-min=600")


def load_libraries() -> None:
    """Load what every test would load for itself."""
    os.environ.update(ENVIRONMENT)
    from core.dp_sgd.greetings import without_greetings  # TensorFlow's; forgotten again in every child

    with without_greetings():
        for name in LIBRARIES:
            importlib.import_module(name)


def copy_tree(target: Path) -> None:
    """Copy what tests need; compiled files stay behind."""
    for name in (*OURS, "docs"):
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


@dataclass
class Trial:
    """Tests under way in a process of their own."""

    pid: int
    log: Path
    begun: float
    limit_s: float

    @classmethod
    def start(cls, tests: Sequence[str], tree: Path, limit_s: float = LIMIT_S) -> "Trial":
        """Fork a child that runs these tests in this tree; at most one at a time in one tree."""
        log = tree / "said.txt"
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _run_and_exit(tests, tree, log)
        return cls(pid, log, time.monotonic(), limit_s)

    def result(self) -> tuple[int, str] | None:
        """Pytest's exit code and what it said; None while it runs. Ends what takes too long."""
        is_late = time.monotonic() - self.begun > self.limit_s
        if is_late:
            os.killpg(self.pid, signal.SIGKILL)
        pid, status = os.waitpid(self.pid, 0 if is_late else os.WNOHANG)
        if pid == 0:
            return None
        said = self.log.read_text("utf-8", "replace")
        if is_late:
            return FAILED + 1, said + f"\ntook longer than {self.limit_s:.0f} s"
        return os.waitstatus_to_exitcode(status), said

    def wait(self) -> tuple[int, str]:
        """The result, however long it takes."""
        while (found := self.result()) is None:
            time.sleep(0.05)
        return found


def verdict_of(code: int) -> Verdict:
    """What an exit code says of the bug in the tree."""
    if code == FAILED:
        return "killed"
    return "SURVIVED" if code == 0 else "DID NOT RUN"


def _run_and_exit(tests: Sequence[str], tree: Path, log: Path) -> None:
    """In the child: see nothing but the tree, and end without what the parent would do at its end."""
    code = FAILED + 1
    try:
        os.setsid()
        os.chdir(tree)
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for descriptor in (1, 2):
            os.dup2(said, descriptor)
        sys.dont_write_bytecode = True
        for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
            del sys.modules[name]
        sys.path[:] = [str(tree), *(path for path in sys.path if Path(path or ".").resolve() not in (ROOT, tree))]
        importlib.invalidate_caches()
        code = int(importlib.import_module("pytest").main([*_OPTIONS, f"--rootdir={tree}", *tests]))
    except BaseException:  # noqa: BLE001 - whatever it is, nothing of the parent may go on in the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
