"""An import that somebody stops: its exit code says so, nothing is said to have gone wrong, nothing stays behind."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

N_ROWS = 400_000
PROGRESS = re.compile(r" *\d+%  +[\d.]+ s  \S.*")  # said on a machine that takes longer than a second


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("wait_s", [0.0, 0.1, 0.2])  # some of these fall within a query, some between two
def test_a_stopped_import_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, wait_s: float) -> None:
    behavior = tmp_path / "b.csv"
    behavior.write_text("UserID,ProductID,Behavior,Time\n" + "u1,p1,1,2020-01-01T10:00:00+02:00\n" * N_ROWS)
    command = [sys.executable, "-m", "core", "import", str(behavior), "--out", str(tmp_path / "out")]
    environment = {**os.environ, "TACT_HOME": str(tmp_path / "home")}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as running:
        while not list(tmp_path.glob(".out-import-*/interactions.parquet")):
            assert running.poll() is None, "it ended before it wrote anything"
            time.sleep(0.005)
        time.sleep(wait_s)
        running.send_signal(number)
        _, errors = running.communicate(timeout=60)

    said = [line for line in errors.decode().splitlines() if not PROGRESS.fullmatch(line)]
    assert (running.returncode, said) == (128 + number, [])
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["b.csv"]
