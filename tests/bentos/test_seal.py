"""The sealer: the spool empties into the ledger, whoever died and whatever was away."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bentos.aside.child import ROOT
from bentos.seal import Sealer
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log.spool import SpoolFile, spool_files
from tests.fixtures.log import MIXED, logged_of, write_spool
from tests.fixtures.log_worker import Worker
from tests.fixtures.s3_server import S3Server
from tests.fixtures.sealing import ids_of, is_empty, sealing, wait_until


@pytest.fixture
def sealer(ledger: Ledger, tmp_path: Path) -> Iterator[Sealer]:
    """Run a sealer on a fresh spool."""
    sealer = Sealer(tmp_path, MIXED, lambda: ledger, poll_s=0.02)
    sealer.start()
    yield sealer
    sealer.drain(timeout_s=5)


def test_sealer_adopts_what_a_dead_worker_left(sealer: Sealer, ledger: Ledger, tmp_path: Path) -> None:
    """A file without a living writer is sealed within moments."""
    logged = logged_of(5)

    write_spool(tmp_path, [logged])
    wait_until(lambda: is_empty(tmp_path))

    assert ids_of(ledger, tmp_path / "none") == logged.ids[::-1]


def test_sealer_leaves_a_living_workers_file(sealer: Sealer, tmp_path: Path) -> None:
    """A file is sealed when its writer has closed it, not before."""
    (tmp_path / "mixed").mkdir()
    file = SpoolFile(tmp_path / "mixed", MIXED)
    file.append([logged_of()])
    time.sleep(0.2)

    assert file.path.exists()

    file.close()
    wait_until(lambda: is_empty(tmp_path))


def test_sealer_goes_on_past_a_file_that_cannot_be_sealed(
    sealer: Sealer, ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A foreign file in the spool is named once and stays; the rows beside it are sealed."""
    (tmp_path / "mixed").mkdir()
    foreign = tmp_path / "mixed" / "0.log"
    foreign.write_text("not ours")
    write_spool(tmp_path, [logged_of(3)])

    wait_until(lambda: spool_files(tmp_path / "mixed") == [foreign])

    assert sealer.drain() == 1
    assert len(ids_of(ledger, tmp_path / "none")) == 3
    assert sum("does not begin as a spool file" in line for line in caplog.messages) == 1


def test_sealer_waits_for_a_store_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While the store is away files wait, nothing is lost, and the trouble is logged once."""
    root = tmp_path / "ledger"
    ledger = open_ledger(str(root))
    root.rename(tmp_path / "away")
    sealer = Sealer(tmp_path, MIXED, lambda: ledger, poll_s=0.02)
    sealer.start()
    logged = [logged_of(4), logged_of(2)]
    paths = [write_spool(tmp_path, [each]) for each in logged]
    wait_until(lambda: any("cannot be reached" in line for line in caplog.messages))
    time.sleep(0.8)

    assert spool_files(tmp_path / "mixed") == sorted(paths)
    (tmp_path / "away").rename(root)

    wait_until(lambda: is_empty(tmp_path))
    sealer.drain(timeout_s=5)
    assert len(ids_of(ledger, tmp_path / "none")) == 6
    assert sum("cannot be reached" in line for line in caplog.messages) == 1


def test_drain_gives_up_in_time_and_says_what_is_left(tmp_path: Path, ledger: Ledger) -> None:
    """Without a store, drain ends at its timeout and leaves the files for the next start."""
    shutil.rmtree(tmp_path / "ledger")
    write_spool(tmp_path, [logged_of()])
    sealer = Sealer(tmp_path, MIXED, lambda: ledger)
    started_s = time.monotonic()

    left = sealer.drain(timeout_s=0.3)

    assert left == 1
    assert time.monotonic() - started_s < 5
    assert not is_empty(tmp_path)


def test_sealer_goes_on_when_its_process_is_killed(
    sealer: Sealer, ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The process that seals may die at any time: another one goes on, and it is told once."""
    logged = [logged_of(3) for _ in range(4)]
    for nth, each in enumerate(logged):
        write_spool(tmp_path, [each])
        if nth % 2:
            wait_until(lambda: bool(sealing()) or is_empty(tmp_path))
            for child in sealing():
                child.kill()
        wait_until(lambda: is_empty(tmp_path))

    assert sorted(ids_of(ledger, tmp_path / "none")) == sorted(id_ for each in logged for id_ in each.ids)
    assert sum("is started again" in line for line in caplog.messages) <= 1


def test_sealers_of_one_spool_share_a_process(ledger: Ledger, tmp_path: Path) -> None:
    """However many workers share a spool, one process seals for all of them, and none is left over."""
    sealers = [Sealer(tmp_path, MIXED, lambda: ledger, poll_s=0.02) for _ in range(3)]
    for each in sealers:
        each.start()
    for _ in range(4):
        write_spool(tmp_path, [logged_of(2)])
        time.sleep(0.1)
    wait_until(lambda: is_empty(tmp_path))

    assert len(sealing()) == 1
    assert [each.drain(timeout_s=20) for each in sealers] == [0, 0, 0]
    assert sealing() == []
    assert len(ids_of(ledger, tmp_path / "none")) == 8


def test_worker_that_seals_imports_no_arrow() -> None:
    """What sealing and reading weigh is not the worker's to carry."""
    script = """
import sys, bentos.seal, bentos.write_ahead, bentos.aside.reader, herdbook.prediction_log.history
sys.exit(", ".join(name for name in ("pyarrow", "pandas", "boto3", "scipy") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)

    assert done.stderr.decode().strip() == ""


@pytest.mark.integration
def test_two_killed_workers_lose_no_acknowledged_row(tmp_path: Path, ledger: Ledger) -> None:
    """Two workers that log and seal into one ledger are killed; a third adopts what they left."""
    workers = [Worker(tmp_path, ledger.url) for _ in range(2)]
    for worker in workers:
        worker.wait_for(1800)
    for worker in workers:
        worker.end(signal.SIGKILL)
    promised = {id_ for worker in workers for id_ in worker.acknowledged}

    assert promised <= set(ids_of(ledger, tmp_path))
    assert Sealer(tmp_path, MIXED, lambda: ledger).drain() == 0

    sealed = ids_of(ledger, tmp_path / "none")
    assert promised <= set(sealed)
    assert len(sealed) == len(set(sealed))
    assert is_empty(tmp_path)


@pytest.mark.integration
def test_terminated_worker_leaves_nothing_unsealed(tmp_path: Path, ledger: Ledger) -> None:
    """On SIGTERM a worker closes its file and drains it before it ends."""
    worker = Worker(tmp_path, ledger.url)
    worker.wait_for(700)

    assert worker.end(signal.SIGTERM) == 0
    assert is_empty(tmp_path)
    assert sorted(ids_of(ledger, tmp_path / "none")) == sorted(worker.acknowledged)


@pytest.mark.integration
@pytest.mark.parametrize("absence", ["stopped", "hanging"])
def test_store_away_and_back_loses_nothing(
    tmp_path: Path, s3_server: S3Server, s3_ledger: Ledger, absence: str
) -> None:
    """A worker goes on logging while its S3 store refuses or hangs, and seals all of it afterwards."""
    worker = Worker(tmp_path, s3_ledger.url)
    worker.wait_for(600)
    (s3_server.stop if absence == "stopped" else s3_server.pause)()
    worker.wait_for(2500)
    waiting = len(spool_files(tmp_path / "mixed"))
    (s3_server.start if absence == "stopped" else s3_server.resume)()

    assert worker.end(signal.SIGTERM) == 0
    assert waiting > 2
    assert is_empty(tmp_path)
    assert sorted(ids_of(s3_ledger, tmp_path / "none")) == sorted(worker.acknowledged)
