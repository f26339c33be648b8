"""The write-ahead log: nothing is acknowledged that is not on the disk."""

from __future__ import annotations

import asyncio
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bentos.write_ahead import GROUP_ROWS, Faults, WriteAheadLog
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.row import Logged, new_ids
from herdbook.prediction_log.spool import SpoolFile, spool_files
from tests.fixtures.log import MIXED, logged_of, read_spool, row_frames
from tests.fixtures.log_worker import Worker


@pytest.fixture
def log(tmp_path: Path) -> Iterator[WriteAheadLog]:
    """Open a log in a fresh spool."""
    log = WriteAheadLog(tmp_path, MIXED, seal_rows=100)
    yield log
    log.close()


def append(log: WriteAheadLog, *logged: Logged) -> list[BaseException | None]:
    """Append all at once and give what became of each."""

    async def run() -> list[BaseException | None]:
        return await asyncio.gather(*[log.append(each) for each in logged], return_exceptions=True)

    return asyncio.run(run())


def append_together(log: WriteAheadLog, *logged: Logged) -> Faults:
    """Append a batch, and give what became of each."""

    async def run() -> Faults:
        done: asyncio.Future[Faults] = asyncio.get_running_loop().create_future()
        log.append_together(logged, done.set_result)
        return await done

    return asyncio.run(run())


def ids_in(spool: Path) -> list[str]:
    """List the ids in all spool files of a spool."""
    return [row["id"] for path in spool_files(spool / "mixed") for row in read_spool(path)]


def test_append_returns_after_the_rows_are_in_the_file(log: WriteAheadLog, tmp_path: Path) -> None:
    """As soon as it returns, another reader finds the rows."""
    logged = logged_of(3)

    assert append(log, logged) == [None]
    assert ids_in(tmp_path) == logged.ids
    assert log.depth == 3


def test_append_keeps_every_row_of_many_requests_at_once(log: WriteAheadLog, tmp_path: Path) -> None:
    """Requests of different sizes that wait together are each logged whole."""
    logged = [logged_of(n % 7 + 1, request_id=f"r-{n}") for n in range(200)]

    assert append(log, *logged) == [None] * 200
    assert sorted(ids_in(tmp_path)) == sorted(id_ for each in logged for id_ in each.ids)


def test_append_together_is_one_frame(log: WriteAheadLog, tmp_path: Path) -> None:
    """The requests of one batch are written together, and each hears what became of it."""
    outcomes = append_together(log, *[logged_of() for _ in range(50)])

    (path,) = spool_files(tmp_path / "mixed")
    assert outcomes == [None] * 50
    assert row_frames(path) == 1


def test_append_of_more_than_a_group_is_parted_between_requests(tmp_path: Path) -> None:
    """One sync waits for so many rows and no more; a request is never parted."""
    log = WriteAheadLog(tmp_path, MIXED, seal_rows=10 * GROUP_ROWS)
    sizes = (GROUP_ROWS - 1, 1, 1, GROUP_ROWS + 1, 2)

    outcome = append(log, *[logged_of(n, ids=new_ids(n)) for n in sizes])
    log.close()

    assert outcome == [None] * len(sizes)
    (path,) = spool_files(tmp_path / "mixed")
    assert row_frames(path) >= 4
    assert len(read_spool(path)) == sum(sizes)


def test_append_whose_caller_is_gone_is_logged_with_the_others(log: WriteAheadLog, tmp_path: Path) -> None:
    """A request that is cancelled while it waits for the disk takes nobody with it."""
    logged = [logged_of() for _ in range(3)]

    async def run() -> list[BaseException | None]:
        tasks = [asyncio.ensure_future(log.append(each)) for each in logged]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, gone, last = asyncio.run(run())
    log.close()

    assert (first, type(gone), last) == (None, asyncio.CancelledError, None)
    assert ids_in(tmp_path) == [each.ids[0] for each in logged]


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": []},
        {"frame": np.zeros((1, 3))},
        {"frame": np.zeros((2, 4))},
        {"ids": ["no id"]},
        {"request_id": object()},
    ],
)
def test_append_of_nonsense_harms_no_other_request(
    log: WriteAheadLog, tmp_path: Path, wrong: dict[str, object]
) -> None:
    """A request that cannot be logged fails alone; those that wait with it are logged."""
    good = [logged_of() for _ in range(20)]

    outcome = append(log, *good[:10], logged_of(**wrong), *good[10:])

    assert isinstance(outcome.pop(10), (ValueError, TypeError))
    assert outcome == [None] * 20
    assert sorted(ids_in(tmp_path)) == sorted(each.ids[0] for each in good)


def test_nonsense_harms_no_other_of_its_batch(log: WriteAheadLog, tmp_path: Path) -> None:
    """Of a batch, only the request that cannot be logged hears so."""
    good = [logged_of() for _ in range(4)]

    outcomes = append_together(log, *good[:2], logged_of(keys=[]), *good[2:])

    assert [type(each) for each in outcomes] == [type(None), type(None), ValueError, type(None), type(None)]
    assert ids_in(tmp_path) == [each.ids[0] for each in good]


def test_append_after_close_is_refused(log: WriteAheadLog) -> None:
    """A closed log promises nothing."""
    log.close()

    (outcome,) = append(log, logged_of())

    assert isinstance(outcome, PredictionLogError)
    assert "is closed" in str(outcome)


def test_append_on_a_full_disk_fails_and_recovers(log: WriteAheadLog, tmp_path: Path) -> None:
    """While the disk refuses, requests fail with a sentence; afterwards they are logged again."""
    first, refused, last = logged_of(), logged_of(1000), logged_of()
    append(log, first)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))

    (outcome,) = append(log, refused)
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert isinstance(outcome, PredictionLogError)
    assert append(log, last) == [None]
    assert sorted(ids_in(tmp_path)) == sorted(first.ids + last.ids)


def test_append_is_told_though_the_file_cannot_be_closed(
    log: WriteAheadLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disks that refuse to write may refuse to close, too: whoever waits is told, and the log goes on."""
    append(log, logged_of())

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(SpoolFile, "append", refuse)
        broken.setattr(SpoolFile, "close", refuse)
        (outcome,) = append(log, logged_of())

    assert isinstance(outcome, PredictionLogError)
    assert append(log, logged_of()) == [None]


def test_log_begins_a_new_file_when_one_is_full(log: WriteAheadLog, tmp_path: Path) -> None:
    """A file is closed once it holds the rows that the setting allows."""
    for _ in range(3):
        append(log, logged_of(60))

    assert [len(read_spool(path)) for path in spool_files(tmp_path / "mixed")] == [120, 60]
    assert log.depth == 180


def test_log_begins_a_new_file_when_one_is_old(tmp_path: Path) -> None:
    """A file is closed once its first row is old, without waiting for the next one."""
    log = WriteAheadLog(tmp_path, MIXED, seal_s=0.2)
    append(log, logged_of())
    time.sleep(0.4)
    append(log, logged_of())
    log.close()

    assert len(spool_files(tmp_path / "mixed")) == 2


def test_depth_forgets_what_was_sealed(log: WriteAheadLog, tmp_path: Path) -> None:
    """Rows leave the depth with the file that a sealer removed."""
    append(log, logged_of(150))
    append(log, logged_of(2))
    spool_files(tmp_path / "mixed")[0].unlink()

    assert log.depth == 2


def test_log_in_an_impossible_place_says_so(tmp_path: Path) -> None:
    """A spool that cannot be made is refused at the start, with the cure."""
    (tmp_path / "file").touch()

    with pytest.raises(PredictionLogError, match="HERDBOOK_STATE"):
        WriteAheadLog(tmp_path / "file", MIXED)


@pytest.mark.integration
def test_kill_under_load_loses_no_acknowledged_row(tmp_path: Path) -> None:
    """Killed in the middle of writing, three times over, the spool holds every row that was promised."""
    acknowledged: list[str] = []
    for n_rows in (200, 1300, 2100):
        worker = Worker(tmp_path)
        worker.wait_for(n_rows)
        assert worker.end(signal.SIGKILL) == -signal.SIGKILL
        acknowledged += worker.acknowledged

    held = ids_in(tmp_path)

    assert set(acknowledged) <= set(held)
    assert len(held) == len(set(held))
