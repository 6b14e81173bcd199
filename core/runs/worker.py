"""The process of one run: ``python -m core.runs.worker RUN_ID``, with ``TACT_HOME`` in the environment.

It holds the run's lock from its first moment to its last, so that whoever looks can tell that it lives.
"""

import errno
import logging
import os
import signal
import sys
from collections.abc import Mapping

from core.errors import RunCancelled, UserError
from core.runs import liveness
from core.runs.files import lock_file
from core.runs.jobs import JOBS, Job
from core.runs.leftovers import sweep
from core.runs.queue import Runs
from core.runs.reporter import Reporter
from core.store.home import Home

NICENESS = 5  # the pages stay quick while a run computes

STOPPED = "The run was stopped from outside before it had finished. Retry starts it again."
OUR_FAULT = (
    "Something went wrong inside Tact, and it is not your data's fault. Retry; the log of this run has the cause."
)
NO_MEMORY = "The run needs more memory than this machine has left. Close other programs or take fewer rows, then retry."
NO_SPACE = "The disk is full. Make room where Tact keeps its data, then retry."
FULL_DISK = ("No space left on device", "Disk quota exceeded", "File too large", "database or disk is full")
"""How DuckDB, Arrow and SQLite say it, whose errors have no number."""
OUT_OF_MEMORY = "OutOfMemoryException"  # DuckDB's; by name, as importing DuckDB for it would cost every worker

log = logging.getLogger("core.runs.worker")  # by name: this module is called __main__ when it runs


def work(home: Home, run_id: str, jobs: Mapping[str, Job] = JOBS) -> int:
    """Do a run that a launcher has claimed; returns the exit code: 0 where it is done."""
    lock = lock_file(home, run_id)
    with liveness.held(lock) as is_ours:
        if not is_ours:
            log.error("Run %s has a worker already", run_id)
            return 1
        is_done = _do(home, run_id, jobs)
        lock.unlink(missing_ok=True)
    return 0 if is_done else 1


def _do(home: Home, run_id: str, jobs: Mapping[str, Job]) -> bool:
    queue = Runs(home)
    reporter = Reporter(queue, run_id)
    signal.signal(signal.SIGTERM, lambda *_: reporter.stop())
    if not queue.move(run_id, {"starting"}, "running"):
        queue.move(run_id, {"cancelling"}, "cancelled")
        return False
    run = queue.get(run_id)
    try:
        with reporter:
            jobs[run.kind](home, run, reporter.report, reporter.facts)
    except RunCancelled:
        if not queue.move(run_id, {"cancelling"}, "cancelled"):
            queue.move(run_id, {"running"}, "interrupted", error=STOPPED)
    except UserError as error:
        queue.move(run_id, {"running", "cancelling"}, "failed", error=str(error))
    except Exception as error:  # whatever a job raises, its row must say that it ended
        # The traceback may quote shoppers' data: it goes to the log in the home, never to a page.
        log.exception("Run %s failed", run_id)
        queue.move(run_id, {"running", "cancelling"}, "failed", error=_sentence(error))
    else:
        return queue.move(run_id, {"running", "cancelling"}, "done")
    sweep(home, run)
    return False


def _sentence(error: BaseException | None) -> str:
    """What a person can do about an error: the first in its chain of causes that is known to come from the machine."""
    while error is not None:
        if isinstance(error, MemoryError) or type(error).__name__ == OUT_OF_MEMORY:
            return NO_MEMORY
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return NO_SPACE
        if any(words in str(error) for words in FULL_DISK):
            return NO_SPACE
        error = error.__cause__ or error.__context__
    return OUR_FAULT


def main() -> int:
    """Run the worker of the run that is named on the command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    return work(Home(), sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
