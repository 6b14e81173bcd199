"""Who is alive: a worker holds a file lock as long as it lives, and the kernel drops it on any death, kill -9 too.

A process id alone proves nothing (a zombie has one, and ids are used again). POSIX only; one machine only.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TAKE_WITHIN_S = 2.0  # somebody may be testing the lock at this moment


@contextmanager
def held(path: Path, *, within_s: float = TAKE_WITHIN_S) -> Iterator[bool]:
    """Hold the lock of ``path`` with this process's id in it; yields whether it could be had."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        taken = _take(descriptor, within_s)
        if taken:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        yield taken
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock of ``path``."""
    return holder(path) is not None


def holder(path: Path) -> int | None:
    """Return the id of the living process that holds the lock of ``path``; None where there is none.

    Between taking the lock and writing its id, a holder is 0.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        # A shared lock: two launchers that look at the same time do not take each other for the worker.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return int(os.read(descriptor, 32) or b"0")
    finally:
        os.close(descriptor)


def _take(descriptor: int, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
