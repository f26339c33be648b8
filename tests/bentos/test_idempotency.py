"""Each key is answered once, whatever becomes of whoever asked or answered."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentos.idempotency.claim import claim, path_of
from bentos.idempotency.kept import Kept, decode_kept, encode_kept
from bentos.idempotency.once import Keep, Once, key_of
from bentos.idempotency.refusal import (
    IdempotencyBusyError,
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
)
from bentos.idempotency.sweep import sweep
from bentos.refusal import BusyError
from herdbook.errors import PredictionLogError

REQUEST = ("predict", b"{}")
KEPT = Kept("asked", 1_700_000_000_000_000, "0190", b'{"predictions":[]}' * 20)


class Worker:
    """Answers with a number that grows, and remembers what it logged."""

    def __init__(self, folder: Path, *, window_s: float = 60.0) -> None:
        self.logged: list[str] = []
        self.once = Once(folder, window_s, self.logged.__contains__)
        self.n_begun = 0
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def work(self, keep: Keep) -> bytes:
        """Make an answer, keep it, and log it."""
        self.n_begun += 1
        id_ = f"id-{self.n_begun}"
        await keep(id_, id_.encode())
        await self.may_go.wait()
        self.logged.append(id_)
        return id_.encode()

    async def ask(self, key: str = "k", request: tuple[str, bytes] = REQUEST) -> tuple[bytes, bool]:
        """Ask once."""
        return await self.once.answer(key, request, self.work)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    """Make a worker whose answers are kept in a fresh folder."""
    worker = Worker(tmp_path)
    yield worker
    worker.once.stop()


def test_once_repeat_gets_the_first_answer(worker: Worker) -> None:
    """The work is done for the first request alone, and another key is another request."""

    async def go() -> list[tuple[bytes, bool]]:
        return [await worker.ask(key) for key in ("k", "k", "other", "k")]

    assert asyncio.run(go()) == [(b"id-1", False), (b"id-1", True), (b"id-2", False), (b"id-1", True)]
    assert worker.logged == ["id-1", "id-2"]


@pytest.mark.parametrize("request_", [("predict", b"[]"), ("predict_one", b"{}")])
def test_once_key_of_another_request_is_refused(worker: Worker, request_: tuple[str, bytes]) -> None:
    """Neither another body nor another path may come under a key that was used."""

    async def go() -> None:
        await worker.ask()
        await worker.ask(request=request_)

    with pytest.raises(IdempotencyKeyReusedError, match="'k'"):
        asyncio.run(go())


def test_once_repeat_during_the_work_is_told_to_wait(worker: Worker) -> None:
    """Of many that ask at once one is at work, and all others are told so."""

    async def go() -> list[object]:
        worker.may_go.clear()
        asked = [asyncio.create_task(worker.ask()) for _ in range(20)]
        await asyncio.wait(asked, timeout=2, return_when=asyncio.FIRST_COMPLETED)
        while sum(each.done() for each in asked) < 19:
            await asyncio.sleep(0.01)
        worker.may_go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    said = asyncio.run(go())

    assert said.count((b"id-1", False)) == 1
    assert sum(isinstance(each, IdempotencyBusyError) for each in said) == 19


def test_once_failed_work_keeps_nothing(worker: Worker, tmp_path: Path) -> None:
    """What was refused may be asked again under its key, and leaves no file."""

    async def fail(_: Keep) -> bytes:
        raise BusyError

    async def go() -> tuple[bytes, bool]:
        with pytest.raises(BusyError):
            await worker.once.answer("k", REQUEST, fail)
        assert not path_of(tmp_path, "k").exists()
        return await worker.ask()

    assert asyncio.run(go()) == (b"id-1", False)


@pytest.mark.parametrize("was_logged", [True, False])
def test_once_end_between_keeping_and_marking_is_settled_by_the_log(worker: Worker, was_logged: bool) -> None:
    """Rows that are in the log were answered; rows that are not were answered to nobody."""

    async def end_early(keep: Keep) -> bytes:
        await keep("id-0", b"first")
        worker.logged += ["id-0"] * was_logged
        raise RuntimeError

    async def go() -> tuple[bytes, bool]:
        with pytest.raises(RuntimeError):
            await worker.once.answer("k", REQUEST, end_early)
        return await worker.ask()

    assert asyncio.run(go()) == ((b"first", True) if was_logged else (b"id-1", False))


def test_once_goes_on_when_the_caller_is_cancelled(worker: Worker) -> None:
    """A request that ran out of time is finished all the same, and its repeat gets the answer."""

    async def go() -> tuple[bytes, bool]:
        worker.may_go.clear()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker.ask(), 0.2)
        with pytest.raises(IdempotencyBusyError):
            await worker.ask()
        worker.may_go.set()
        while not worker.logged:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        return await worker.ask()

    assert asyncio.run(go()) == (b"id-1", True)


def test_once_answer_is_forgotten_after_the_window(tmp_path: Path) -> None:
    """What is older than the window counts for nothing, swept or not."""
    worker = Worker(tmp_path, window_s=0.05)

    async def go() -> list[tuple[bytes, bool]]:
        first = await worker.ask()
        await asyncio.sleep(0.1)
        return [first, await worker.ask("k", ("predict", b"another"))]

    assert asyncio.run(go()) == [(b"id-1", False), (b"id-2", False)]


def test_once_full_disk_logs_nothing(tmp_path: Path) -> None:
    """An answer that cannot be kept is not logged either."""
    (tmp_path / "file").touch()
    worker = Worker(tmp_path / "file")

    with pytest.raises(PredictionLogError, match="cannot be kept"):
        asyncio.run(worker.ask())
    assert worker.logged == []


def test_sweep_removes_what_is_old_and_free(tmp_path: Path) -> None:
    """A file that somebody works on stays, and so does one within the window."""
    paths = [path_of(tmp_path, key) for key in ("old", "held", "young")]
    held = [claim(tmp_path, key) for key in ("old", "held", "young")]
    for one, path in zip(held, paths, strict=True):
        assert one is not None
        one.keep(KEPT)
        if path is not paths[1]:
            one.release()
    for path in paths[:2]:
        os.utime(path, (time.time() - 100,) * 2)

    assert sum(sweep(folder, 60) for folder in tmp_path.iterdir()) == 1
    assert [path.exists() for path in paths] == [False, True, True]


@given(st.builds(Kept, st.text(), st.integers(0, 2**53), st.none() | st.uuids().map(str), st.binary()))
def test_kept_is_read_as_it_was_written(kept: Kept) -> None:
    """Every answer comes back byte for byte."""
    assert decode_kept(encode_kept(kept)) == kept


@given(st.data())
def test_kept_cut_short_or_damaged_is_nothing(data: st.DataObject) -> None:
    """What a kill left half-written is never taken for an answer."""
    whole = encode_kept(KEPT)
    length = data.draw(st.integers(0, len(whole) - 1))
    place = data.draw(st.integers(17, len(whole) - 1))

    assert decode_kept(whole[:length]) is None
    assert decode_kept(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]) is None


@pytest.mark.parametrize("sent", [[b""], [b"a b"], [b"\xe4"], [b"x" * 256], [b"one", b"two"]])
def test_key_of_another_form_is_refused(sent: list[bytes]) -> None:
    """A key has 1 to 255 visible ASCII characters, and there is one."""
    with pytest.raises(IdempotencyKeyInvalidError, match="1 to 255 visible ASCII"):
        key_of({"headers": [(b"idempotency-key", each) for each in sent]})


def test_key_of_a_request_without_one_is_none() -> None:
    """Most requests have none."""
    assert key_of({"headers": [(b"host", b"localhost")]}) is None
    assert key_of({"headers": [(b"idempotency-key", b"x" * 255)]}) == "x" * 255
