"""A disk that fills up in the middle of an import: a sentence, nothing half-made, and the home goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs import worker
from core.runs.queue import Run, Runs
from core.store.home import Home
from core.tables.mapping import Mapping
from core.workspace import Workspace

# A file may not grow beyond so many bytes: what writes then fails as on a full disk, also without being root.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
sys.argv = ["worker", sys.argv[1]]
from core.runs.worker import main
sys.exit(main())
"""
LIMIT_BYTES = 600_000
N_ROWS = 40_000


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


def work_within(ws: Workspace, run_id: str, n_bytes: int) -> Run:
    assert Runs(ws.home).claim(1) is not None
    command = [sys.executable, "-c", LIMITED, run_id, str(n_bytes)]
    subprocess.run(command, env=os.environ | {"TACT_HOME": str(ws.home.folder)}, check=False, capture_output=True)
    return ws.run(run_id)


def big_files(folder: Path) -> tuple[Path, Path]:
    """Files that do not shrink much: each row has 32 random characters."""
    noise = os.urandom(16 * N_ROWS).hex()
    notes = [noise[32 * i : 32 * i + 32] for i in range(N_ROWS)]
    behavior, products = folder / "b.csv", folder / "p.csv"
    rows = "".join(f"u{i % 900},p{i},1,{note}\n" for i, note in enumerate(notes))
    behavior.write_text(f"UserID,ProductID,Behavior,Note\n{rows}")
    rows = "".join(f"p{i},tea,1,1,{note}\n" for i, note in enumerate(notes))
    products.write_text(f"ProductID,Category,Price,Rating,Title\n{rows}")
    return behavior, products


@pytest.mark.parametrize("which", ["behavior", "products"])
def test_an_import_too_large_for_the_disk_ends_with_a_sentence_and_leaves_nothing(
    ws: Workspace, tmp_path: Path, which: str
) -> None:
    behavior, products = big_files(tmp_path)
    small = tmp_path / "small.csv"
    small.write_text("UserID,ProductID,Behavior\nu1,p1,1\n")
    first, second = (behavior, None) if which == "behavior" else (small, products)

    run = work_within(ws, ws.importer.submit_import("Large", first, second, Mapping()), LIMIT_BYTES)

    assert (run.status, run.error) == ("failed", worker.NO_SPACE)
    assert list(ws.home.datasets_folder.iterdir()) == []
    assert ws.datasets() == []
    good = work_within(ws, ws.importer.submit_import("Small", small, None, Mapping()), LIMIT_BYTES)
    assert good.status == "done", good.error
    assert [info.name for info in ws.datasets()] == ["Small"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), worker.NO_SPACE),
        (RuntimeError("Could not write file: No space left on device"), worker.NO_SPACE),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), worker.NO_SPACE),
        (MemoryError(), worker.NO_MEMORY),
        (type("OutOfMemoryException", (Exception,), {})("of DuckDB"), worker.NO_MEMORY),
        (ValueError("a bug"), worker.OUR_FAULT),
    ],
)
def test_what_the_machine_lacks_is_told_from_a_bug_of_ours(error: Exception, sentence: str) -> None:
    wrapped = KeyError("while cleaning up")
    wrapped.__context__ = error

    assert worker._sentence(error) == sentence
    assert worker._sentence(wrapped) == sentence


def test_this_process_ignores_the_signal_of_a_file_that_grows_too_large() -> None:
    """Python does; where it did not, the test above would see a killed worker in place of an error."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
