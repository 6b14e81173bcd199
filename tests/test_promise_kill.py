"""
Killed at any moment, a study has paid for whatever noise it may have shown, and never shows the same noise twice.

Real workers are ended by SIGKILL at random moments, and what they leave on the disk is held against the ledger.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.privacy.ledger import Entry, Ledger
from core.privacy.verify import verify_statement
from core.runs.files import log_file
from core.runs.launcher import ROOT, Supervisor
from core.runs.queue import Run, Runs
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.tables.shelf import register
from tests.leaving import leaving
from tests.made_shop import import_made, users
from tests.neighbouring import CANARY, OWNER, UNIQUE, catalogue, whole

pytestmark = pytest.mark.slow

WITHIN_S = 60.0
EPSILONS = (1.0, 2.0, 4.0, 8.0)
REPEATS = 2
STUDY = {
    "methods": ("popularity", "content", "statistics"),
    "epsilons": EPSILONS,
    "repeats": REPEATS,
    "evaluation_epsilon": 20.0,
}
LATEST_S = 0.15  # after a charge; a whole release of the made shop takes about as long


@dataclass
class Shop:
    """A workspace with one dataset, and its queue."""

    home: Home
    queue: Runs

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.home)

    def charges(self, run_id: str) -> list[Entry]:
        return [entry for entry in self.ledger.entries() if entry.study == run_id]

    def submit(self) -> str:
        settings = build(StudySettings, STUDY)
        return self.queue.submit("study", "Study", "shop", settings.model_dump(mode="json"))

    def start(self) -> tuple[Run, subprocess.Popen[bytes]]:
        """Claim the waiting run, as a launcher does, and start its worker."""
        run = self.queue.claim(1)
        assert run is not None
        with log_file(self.home, run.id).open("ab") as log:
            command = [sys.executable, "-m", "core.runs.worker", run.id]
            environment = os.environ | {"TACT_HOME": str(self.home.folder)}
            return run, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    home = Home(tmp_path / "home")
    data = import_made(home.datasets_folder / "shop", whole(), catalogue=catalogue())
    register(home, "shop", "Shop", "private", data)
    yield Shop(home, Runs(home))
    home.close()


def kill_after(shop: Shop, n_charges: int) -> Run:
    """Kill the next run's worker a random moment after its n-th charge."""
    run, worker = shop.start()
    deadline = time.monotonic() + WITHIN_S
    while len(shop.charges(run.id)) < n_charges:
        assert worker.poll() is None, log_file(shop.home, run.id).read_text()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    time.sleep(random.uniform(0, LATEST_S))
    worker.send_signal(signal.SIGKILL)
    worker.wait(WITHIN_S)
    return run


def assert_paid(shop: Shop, run: Run) -> int:
    """Every model and statement of a run has a charge of its own, of at least its cost; returns how many there are."""
    folder, ledger = StudyFolder(run.out), shop.ledger
    charges = shop.charges(run.id)
    purposes = [entry.purpose for entry in charges]
    found = 0
    for repeat in range(REPEATS):
        for epsilon in EPSILONS:
            purpose = f"Joint release at ε {epsilon:g}" + (f", repeat {repeat + 1}" if repeat else "")
            shown = [p for p in (run.out / "models").glob("*") if p.name in names(epsilon, repeat)]
            found += len(shown)
            assert purposes.count(purpose) >= bool(shown), purpose
    for path in folder.statements.glob("*.json"):
        checked = verify_statement(path, shop.home.public_keys(), ledger.knows)
        assert (checked["ok"], checked["signature"]) == (True, "intact"), checked
        assert "put back" not in checked["reason"]
    assert ledger.verify_chain()
    return found


def names(epsilon: float, repeat: int) -> set[str]:
    tail = f"-{epsilon:g}" + (f"-r{repeat}" if repeat else "")
    return {f"{method}{tail}" for method in ("popularity", "statistics")}


def popularities(run: Run) -> dict[str, np.ndarray]:
    """The noisy counts that a run left behind, whole files only: of one half written nothing can be read."""
    found = {}
    for path in run.out.glob("models/popularity-*/model.npz"):
        try:
            with np.load(path, allow_pickle=False) as stored:
                found[path.parent.name] = stored["popularity"]
        except (ValueError, OSError, EOFError, KeyError):
            continue
    return found


@pytest.mark.parametrize("n_charges", [1, 3, 6])
def test_a_worker_that_is_killed_has_paid_for_whatever_it_left(shop: Shop, n_charges: int) -> None:
    """The last charge may be for noise that nobody saw; there is never noise without a charge."""
    shop.submit()
    run = kill_after(shop, n_charges)
    Supervisor(shop.home, limit=1).tick()
    found = assert_paid(shop, run)

    assert shop.queue.get(run.id).status == "interrupted"
    assert len(shop.charges(run.id)) >= n_charges
    assert found <= 2 * len(shop.charges(run.id))
    assert not (run.out / "study.json").exists()


def test_a_retry_pays_again_and_draws_other_noise(shop: Shop) -> None:
    """Killed twice and then left alone: three runs, three sets of charges, no number drawn twice."""
    shop.submit()
    runs, spent = [], [0.0]
    for n_charges in (2, 5):
        run = kill_after(shop, n_charges)
        Supervisor(shop.home, limit=1).tick()
        runs.append(run)
        spent.append(shop.ledger.composed(1e-5))
        shop.queue.retry(run.id)
    last, worker = shop.start()
    assert worker.wait(WITHIN_S) == 0
    runs.append(last)
    spent.append(shop.ledger.composed(1e-5))

    assert spent == sorted(spent)
    assert len(set(spent)) == 4
    assert len(shop.charges(last.id)) == len(EPSILONS) * REPEATS + 1  # and one for the figures
    for run in runs:
        assert_paid(shop, run)
    drawn = [values for run in runs for values in popularities(run).values()]
    assert len(drawn) >= len(EPSILONS) * REPEATS
    numbers = np.concatenate(drawn)
    assert len(np.unique(numbers)) == len(numbers)


def test_a_worker_writes_no_shopper_and_no_product_of_theirs_alone_into_log_row_or_result(shop: Shop) -> None:
    """The log may quote data where something breaks; where nothing does, it quotes none."""
    run_id = shop.submit()
    run, worker = shop.start()
    assert worker.wait(WITHIN_S) == 0
    done = shop.queue.get(run_id)
    secret = (*users(), OWNER, CANARY, UNIQUE)
    log = log_file(shop.home, run.id).read_text()

    assert done.status == "done"
    assert "is done" in log
    assert not [name for name in secret if name in log]
    assert not [name for name in secret if name in repr((done.message, done.facts, done.title, done.error))]
    for path in leaving(done.out).values():
        assert not [name for name in secret if name.encode() in path.read_bytes()], path.name
