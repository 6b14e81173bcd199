"""A process of its own that starts children who charge and draw, and ends them without warning.

Usage: python -m tests.charging MODE HOME DRAWS KILLS. Everything is imported once; each child is a fork that opens the
database for itself. A "draw" is a line in DRAWS: the hash of the entry that should have paid for it.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from core.errors import BudgetRefused
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.plan import Plan
from core.store.home import Home

RELEASE = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=100)
PLAN = Plan(epsilon=1.0, delta=1e-5, n_shoppers=1000, mechanisms=(RELEASE,))
MOST_S, PATIENCE_S = 0.1, 20.0


def charge_and_draw(home: Path, draws: Path, mode: str) -> None:
    """Charge, then draw, again and again until killed or refused; ``draws-first`` does it the wrong way round."""
    ledger = Ledger(Home(home))
    with draws.open("ab", buffering=0) as file:
        while True:
            if mode == "draws-first":
                file.write(f"{ledger.head()[:8]}-unpaid-{time.monotonic_ns()}\n".encode())
            try:
                entry = ledger.charge(PLAN, study=f"child {os.getpid()}", purpose="A draw")
            except BudgetRefused:
                return
            if mode != "draws-first":
                file.write(f"{entry.hash}\n".encode())


def start(home: Path, draws: Path, mode: str) -> int:
    """Fork a child; returns its number."""
    child = os.fork()
    if child == 0:
        try:
            charge_and_draw(home, draws, mode)
        finally:
            os._exit(0)
    return child


def size(path: Path) -> int:
    """Bytes in a file; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def main(mode: str, home: Path, draws: Path, kills: int) -> None:
    """Kill children one after the other, or let several race for what a cap leaves."""
    PLAN.check()  # the accountant's answer is remembered: children spend their time on the database
    if mode == "race":
        for child in [start(home, draws, mode) for _ in range(kills)]:
            os.waitpid(child, 0)
        return
    moments = random.Random(20261124)
    for number in range(kills):
        before = size(draws)
        child = start(home, draws, mode)
        deadline = time.monotonic() + PATIENCE_S
        while number % 3 and size(draws) == before and time.monotonic() < deadline:
            time.sleep(0.001)  # two of three children are at work before they are killed, however slow the machine is
        time.sleep(moments.uniform(0.0, MOST_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
