"""Kill -9 while a process writes into a directory ledger."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from herdbook.ledger import open_ledger

WRITER = """
import sys
from herdbook.ledger import open_ledger
ledger, name = open_ledger(sys.argv[1]), sys.argv[2]
for number in range(1_000_000):
    body = b"%d " % number * (1 + number % 50) * 100
    ledger.create(f"{name}/folder-{number % 7}/{number:08}", body)
    print(number, flush=True)
"""


def body_of(number: int) -> bytes:
    """Bytes that the writer stores under a number."""
    return b"%d " % number * (1 + number % 50) * 100


def write_and_kill(root: Path, name: str, seconds: float) -> int:
    """Let a process write for a while, kill it, and return how many writes it acknowledged."""
    root_of_project = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(root), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root_of_project) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        return 1 + len([line for line in process.stdout.read().splitlines() if line])


@pytest.mark.integration
def test_kill_loses_nothing_acknowledged_and_shows_nothing_half_written(tmp_path: Path) -> None:
    """After each of five kills every acknowledged object is whole, and at most one more is there."""
    for turn in range(5):
        acknowledged = write_and_kill(tmp_path, f"turn-{turn}", 0.15 + 0.07 * turn)

        ledger = open_ledger(str(tmp_path))
        numbers = []
        for entry in ledger.list(f"turn-{turn}/"):
            number = int(entry.key.rpartition("/")[2])
            assert ledger.get(entry.key) == body_of(number)
            numbers.append(number)
        # the one more was linked, but the kill came before it could be acknowledged
        assert sorted(numbers) in ([*range(acknowledged)], [*range(acknowledged + 1)])
