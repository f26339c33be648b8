"""The sealer outlives what goes wrong in its own worker."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from bentos.seal import Sealer
from herdbook.ledger import Ledger
from tests.fixtures.log import MIXED, logged_of, write_spool
from tests.fixtures.sealing import ids_of, is_empty, wait_until


class FailingOpen:
    """Opens files, but not at once those of some name for the sealer's thread."""

    def __init__(self, ending: str, number: int, *, times: int) -> None:
        self.times = times
        self._ending = ending
        self._number = number
        self._open = os.open

    def __call__(self, path: Any, *rest: Any, **options: Any) -> int:
        """Open a file, or fail."""
        is_sealer = threading.current_thread().name == "sealer"
        if self.times and is_sealer and str(path).endswith(self._ending):
            self.times -= 1
            raise OSError(self._number, os.strerror(self._number))
        return self._open(path, *rest, **options)


@pytest.mark.parametrize("name", [".sealing", ".log"])
def test_sealer_outlives_a_trouble_of_the_worker(
    ledger: Ledger,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """A worker that is out of files for a moment seals afterwards, and the trouble is logged once."""
    failing = FailingOpen(name, errno.EMFILE, times=2)
    monkeypatch.setattr(os, "open", failing)
    write_spool(tmp_path, [logged_of(3)])
    sealer = Sealer(tmp_path, MIXED, lambda: ledger, poll_s=0.02)
    sealer.start()

    wait_until(lambda: is_empty(tmp_path), timeout_s=30)

    assert sealer.drain(timeout_s=5) == 0
    assert failing.times == 0
    assert len(ids_of(ledger, tmp_path / "none")) == 3
    (told,) = (record for record in caplog.records if "is tried again" in record.message)
    assert told.exc_text is not None
    assert "Too many open files" in told.exc_text


def test_sealer_goes_on_past_a_file_that_cannot_be_opened(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that this worker may not open is named once, and does not keep the others from being sealed."""
    denied = write_spool(tmp_path, [logged_of()])
    monkeypatch.setattr(os, "open", FailingOpen(denied.name, errno.EACCES, times=1_000))
    sealer = Sealer(tmp_path, MIXED, lambda: ledger, poll_s=0.02)
    sealer.start()
    write_spool(tmp_path, [logged_of(3)])

    wait_until(lambda: is_empty(tmp_path), timeout_s=30)

    assert sealer.drain(timeout_s=5) == 0
    assert sum(f"{denied.name} cannot be opened" in line for line in caplog.messages) == 1
