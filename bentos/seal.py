"""The sealer: a thread that moves closed spool files into the ledger."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from herdbook.dataset import Dataset
from herdbook.errors import HerdbookError, StoreAwayError
from herdbook.ledger import Ledger
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import spool_files, spool_folder, sweep_unfinished

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)

logger = logging.getLogger(__name__)


class Sealer:
    """Seals every file of the spool that nobody writes: own closed ones, and those of dead workers.

    Any number of sealers may work on one spool; a file's lock decides. While the store is away, files wait.
    """

    def __init__(
        self, spool: Path, dataset: Dataset, open_ledger: Callable[[], Ledger], *, poll_s: float = 0.5
    ) -> None:
        self._folder = spool_folder(spool, dataset.name)
        self._open_ledger = open_ledger
        self._poll_s = poll_s
        self._ledger: Ledger | None = None
        self._said: set[str] = set()
        self._is_away = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        """Begin to seal in the background."""
        self._thread.start()

    def drain(self, timeout_s: float = 20.0) -> int:
        """Stop the thread, seal all that is left in the spool and free, and tell how many files could not be.

        Call it after the write-ahead log is closed. Files that other workers write are theirs to drain.
        """
        until = time.monotonic() + timeout_s
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        attempt = 0
        while (left := self._seal_all()) and self._is_away and time.monotonic() < until:
            time.sleep(min(BACKOFF_S[min(attempt, 2)], max(0.0, until - time.monotonic())))
            attempt += 1
        if left:
            logger.warning("%d files of the prediction log are not sealed; the next start seals them", left)
        return left

    def _run(self) -> None:
        sweep_unfinished(self._folder)
        failures = 0
        while not self._stop.is_set():
            failures = failures + 1 if self._seal_all() else 0
            wait_s = self._poll_s if not failures else BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]
            self._stop.wait(wait_s)

    def _seal_all(self) -> int:
        """Seal every free file, the oldest first; returns how many stay because something is wrong."""
        left = 0
        files = spool_files(self._folder)
        self._is_away = False
        for place, path in enumerate(files):
            try:
                self._seal(path)
            except StoreAwayError as error:
                self._is_away = True
                self._say("store", f"The prediction log waits in the spool: {error}")
                return len(files) - place
            except Exception as error:  # noqa: BLE001 - the door of this thread: one bad file must not stop the others
                left += 1
                sentence = str(error) if isinstance(error, HerdbookError) else repr(error)
                self._say(path.name, f"The spool file {path.name} cannot be sealed: {sentence}")
        return left

    def _seal(self, path: Path) -> None:
        if self._ledger is None:
            self._ledger = self._open_ledger()
        seal_file(self._ledger, path)
        self._said.discard("store")

    def _say(self, subject: str, sentence: str) -> None:
        """Log a sentence once per trouble, not once per attempt."""
        if subject not in self._said:
            self._said.add(subject)
            logger.warning(sentence)
