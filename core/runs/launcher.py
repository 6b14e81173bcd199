"""The launcher: starts a worker process for each waiting run, and notices the workers that have died.

Workers are sessions of their own: they outlive this server, and the next one finds them by their locks.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from core.runs import liveness
from core.runs.devices import default_limit, n_cores
from core.runs.files import lock_file, log_file
from core.runs.leftovers import sweep
from core.runs.queue import Run, Runs, Status
from core.store.home import Home
from core.store.schema import utc_now

ROOT = Path(__file__).resolve().parents[2]
WORKER = (sys.executable, "-m", "core.runs.worker")
TICK_S = 0.5
START_WITHIN_S = 60.0  # a worker takes its lock within a second or two, on a crowded machine later
KILL_AFTER_S = 10.0  # a cancelled worker that reaches no report in this time is ended by force

DIED = (
    "The run's process ended before its work was done: it was stopped from outside, or the machine ran out of memory. "
    "Retry starts it again."
)
NEVER_STARTED = "The run's process could not start. Retry; if it happens again, the log of this run has the cause."

log = logging.getLogger(__name__)

_left_to_work: list[subprocess.Popen[bytes]] = []
"""Workers that outlive their supervisor: Python complains of a handle that is dropped while its process lives."""


class Supervisor:
    """The thread that turns waiting runs into worker processes, at most ``limit`` at a time.

    Any number of servers may have one on the same home: claiming is atomic, and liveness is the kernel's.
    """

    def __init__(self, home: Home, *, limit: int | None = None, command: Sequence[str] = WORKER) -> None:
        """Prepare; nothing starts before ``start``.

        Args:
            home: Whose runs.
            limit: Runs at once; default: as many as this machine carries.
            command: What starts a worker; the run's id is put behind it.
        """
        self._home = home
        self._queue = Runs(home)
        self._limit = limit or default_limit()
        self._command = tuple(command)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tact-supervisor", daemon=True)

    def start(self) -> None:
        """Begin to watch the queue."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and wait for the thread; workers go on."""
        self._is_stopping.set()
        self._thread.join()
        _left_to_work.extend(child for child in self._children.values() if child.poll() is None)

    def tick(self) -> None:
        """Look once: reap, find the dead, hurry the cancelled, start the waiting."""
        for run in self._queue.with_process():
            self._check(run)
        self._children = {run_id: child for run_id, child in self._children.items() if child.poll() is None}
        while not self._is_stopping.is_set() and (claimed := self._queue.claim(self._limit)) is not None:
            self._launch(claimed)

    def _watch(self) -> None:
        while not self._is_stopping.is_set():
            try:
                self.tick()
            except Exception:  # a locked database or a full disk today must not end background work for good
                log.exception("The supervisor could not look after the runs; it tries again")
            self._is_stopping.wait(TICK_S)

    def _check(self, run: Run) -> None:
        """Settle a run whose process is gone, and hurry one that was cancelled."""
        lock = lock_file(self._home, run.id)
        if liveness.is_held(lock):
            if run.status == "cancelling":
                self._hurry(run, lock)
        elif run.status == "cancelling":
            self._bury(run, "cancelled", None)
        elif run.status == "running":  # its worker locks before "running" and unlocks after the end: it is dead
            self._bury(run, "interrupted", DIED)
        elif self._is_stillborn(run):
            self._queue.move(run.id, {"starting"}, "failed", error=NEVER_STARTED)

    def _bury(self, run: Run, end: Status, error: str | None) -> None:
        if self._queue.move(run.id, {run.status}, end, error=error):
            sweep(self._home, run)

    def _is_stillborn(self, run: Run) -> bool:
        child = self._children.get(run.id)
        if child is not None and child.poll() is not None:
            return True
        if run.started is not None and (utc_now() - run.started).total_seconds() < START_WITHIN_S:
            return False
        if child is not None:
            child.kill()
        return True

    def _hurry(self, run: Run, lock: Path) -> None:
        """Ask a cancelled worker to stop at its next report; end it by force when it takes too long."""
        # Cancelling writes the heartbeat last: from then on the worker may not publish.
        waited_s = (utc_now() - run.heartbeat).total_seconds() if run.heartbeat else 0.0
        pid = liveness.holder(lock)
        if not pid:
            return
        try:
            if waited_s < KILL_AFTER_S:
                os.kill(pid, signal.SIGTERM)
            else:
                os.killpg(pid, signal.SIGKILL)  # its own session: helpers that it started go too
        except ProcessLookupError:
            log.info("Run %s ended by itself", run.id)

    def _launch(self, run: Run) -> None:
        descriptor = os.open(log_file(self._home, run.id), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._children[run.id] = subprocess.Popen(
                [*self._command, run.id],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
            )
        except OSError:
            log.exception("Run %s could not be started", run.id)
            self._queue.move(run.id, {"starting"}, "failed", error=NEVER_STARTED)
        finally:
            os.close(descriptor)

    def _environment(self) -> dict[str, str]:
        ours = {
            "TACT_HOME": str(self._home.folder),
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        }
        if self._limit > 1:  # several workers share the cores
            threads = str(max(1, n_cores() // self._limit))
            ours |= {"OMP_NUM_THREADS": threads, "TF_NUM_INTRAOP_THREADS": threads}
        return os.environ | ours
