"""The caretaker of a home: what is past its time is deleted while a server runs."""

import logging
import threading

from core.access.log import log_access
from core.runs.forgetting import forget_expired
from core.runs.leftovers import clean_uploads
from core.store.home import Home

TICK_S = 60.0  # two small queries; a dataset goes within a minute of its time, or of the last run that used it

log = logging.getLogger(__name__)


class Caretaker:
    """A thread that looks at its start, and every minute, for expired datasets and forgotten uploads.

    Any number of servers may have one on the same home: deleting twice does no harm.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tact-caretaker", daemon=True)

    def start(self) -> None:
        """Begin to look after the home."""
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self._is_stopping.set()
        self._thread.join()

    def tick(self) -> None:
        """Look once."""
        for dataset_id in forget_expired(self._home):
            log_access(self._home, "", "data.deleted", dataset_id)
        clean_uploads(self._home)

    def _watch(self) -> None:
        while not self._is_stopping.is_set():
            try:
                self.tick()
            except Exception:  # a locked database today must not end this for good
                log.exception("The caretaker could not look after the home; it tries again")
            self._is_stopping.wait(TICK_S)
