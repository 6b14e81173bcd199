"""What a job says of itself on its way, brought to the store by a thread of its own."""

import logging
import threading
import time
from types import TracebackType
from typing import Any, Self

from core.errors import RunCancelled
from core.runs.queue import Runs

PUBLISH_EVERY_S = 0.25
HEARTBEAT_EVERY_S = 5.0
ESTIMATE_AFTER_S = 2.0  # earlier than this, and before a tenth is done, an estimate of the time left says nothing
ESTIMATE_AFTER_SHARE = 0.1

log = logging.getLogger(__name__)


class Reporter:
    """Takes reports as often as they come and tells the store four times a second at most.

    The work is never held up by the database, its last word before a long silence is shown all the same, and a
    person's cancel arrives within a quarter of a second: the next report then raises.
    """

    def __init__(self, queue: Runs, run_id: str) -> None:
        self._queue = queue
        self._run_id = run_id
        self._facts: dict[str, Any] = {}
        self._progress = 0.0
        self._message = ""
        self._is_news = False
        self._is_stopped = False
        self._published = self._began = time.monotonic()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tact-reporter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._publish()  # the last word

    def stop(self) -> None:
        """Make the next report raise; safe in a signal handler."""
        self._is_stopped = True

    def report(self, progress: float, message: str) -> None:
        """Take a step's progress in 0..1; see ``core.progress.Report``.

        Raises:
            RunCancelled: the run was cancelled, or its process was asked to end.
        """
        if self._is_stopped:
            raise RunCancelled
        self._progress, self._message = min(max(progress, 0.0), 1.0), message
        self._is_news = True

    def facts(self, new: dict[str, Any]) -> None:
        """Join facts to what the page shows beside the bar."""
        self._facts = self._facts | new  # a new dictionary: the thread may be reading the old one
        self._is_news = True

    def _watch(self) -> None:
        while not self._is_stopped and not self._is_over.wait(PUBLISH_EVERY_S):
            if self._is_news or time.monotonic() - self._published >= HEARTBEAT_EVERY_S:
                self._publish()

    def _publish(self) -> None:
        self._is_news = False
        facts = self._estimate() | self._facts
        try:
            self._queue.publish(self._run_id, self._progress, self._message, facts)
            self._published = time.monotonic()
        except RunCancelled:
            self._is_stopped = True
        except Exception:  # a database that is locked for a moment must not cost hours of training
            log.exception("Could not write the progress; trying again")
            self._is_news = True

    def _estimate(self) -> dict[str, Any]:
        elapsed_s = time.monotonic() - self._began
        if elapsed_s < ESTIMATE_AFTER_S or self._progress < ESTIMATE_AFTER_SHARE:
            return {}
        return {"seconds_left": round(elapsed_s * (1 - self._progress) / self._progress, 1)}
