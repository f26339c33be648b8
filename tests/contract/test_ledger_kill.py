"""Kill -9 while a process writes into a ledger, and a store that dies while it is written to."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from herdbook.ledger import Ledger, open_ledger
from tests.fixtures.s3_server import S3Server

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from herdbook.errors import StoreAwayError
from herdbook.ledger import open_ledger
ledger, name = open_ledger(sys.argv[1]), sys.argv[2]
for number in range(1_000_000):
    body = b"%d " % number * (1 + number % 50) * 100
    try:
        ledger.create(f"{name}/folder-{number % 7}/{number:08}", body)
    except StoreAwayError:
        sys.exit(7)
    print(number, flush=True)
"""
AWAY = 7
"""Exit code of a writer whose store went away."""


def body_of(number: int) -> bytes:
    """Bytes that the writer stores under a number."""
    return b"%d " % number * (1 + number % 50) * 100


@contextmanager
def writing(url: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """Let a process write, from its first acknowledged object on; it is killed at the end."""
    command = [sys.executable, "-c", WRITER, url, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def count_rest(process: subprocess.Popen[str]) -> int:
    """Count what a writer that has ended acknowledged, its first object among them."""
    assert process.stdout is not None
    return 1 + len([line for line in process.stdout.read().splitlines() if line])


def require_whole(ledger: Ledger, name: str, acknowledged: int) -> None:
    """Every acknowledged object is whole, and at most one more is there, which is whole too."""
    numbers = []
    for entry in ledger.list(f"{name}/"):
        number = int(entry.key.rpartition("/")[2])
        assert ledger.get(entry.key) == body_of(number)
        numbers.append(number)
    # the one more was stored, but the end came before it could be acknowledged
    assert sorted(numbers) in ([*range(acknowledged)], [*range(acknowledged + 1)])


@pytest.fixture(params=["directory", "seaweedfs"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of each kind of ledger in turn."""
    if request.param == "directory":
        return str(tmp_path)
    server: S3Server = request.getfixturevalue("s3_server")
    return server.url(f"killed-{tmp_path.name}")


@pytest.mark.integration
def test_kill_loses_nothing_acknowledged_and_shows_nothing_half_written(ledger_url: str) -> None:
    """After each of five kills every acknowledged object is whole, and at most one more is there."""
    for turn in range(5):
        with writing(ledger_url, f"turn-{turn}") as process:
            time.sleep(0.15 + 0.07 * turn)
            process.kill()
            acknowledged = count_rest(process)

        require_whole(open_ledger(ledger_url), f"turn-{turn}", acknowledged)


@pytest.mark.integration
def test_store_killed_amid_writes_keeps_what_it_acknowledged(s3_server: S3Server) -> None:
    """The writer is told that the store is away; started again, the store holds what it acknowledged."""
    url = s3_server.url("stopped-amid-writes")
    with writing(url, "turn") as process:
        time.sleep(0.5)
        s3_server.stop()
        try:
            code = process.wait(60)
        finally:
            s3_server.start()
        acknowledged = count_rest(process)

    assert code == AWAY
    assert acknowledged > 1
    require_whole(open_ledger(url), "turn", acknowledged)
