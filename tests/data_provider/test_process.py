"""The data service as a process: its start, its refusal of a taken port, and its memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from data_provider.encode import JSON, PARQUET
from tests.fixtures.data import ROOT, DataService

MOST_MEMORY_KIB = 2**20


def read_peak_kib(pid: int) -> int:
    """Read the peak resident memory of a process, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


@pytest.mark.integration
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc, which Linux has"
)
@pytest.mark.parametrize(("media_type", "size_bytes"), [(JSON, 105 * 10**6), (PARQUET, 18 * 10**6)])
def test_process_million_records_fit_into_a_gibibyte(
    data_process: DataService, media_type: str, size_bytes: int
) -> None:
    """A million records leave as a stream; the whole process stays below 1 GiB."""
    wanted = {"seed": 0, "number_of_datapoints": 1_000_000}

    with httpx.stream(
        "POST",
        f"{data_process.url}/api/v1/animals/data",
        json=wanted,
        headers={"Accept": media_type},
        timeout=120,
    ) as answer:
        received_bytes = sum(len(piece) for piece in answer.iter_bytes())

    assert received_bytes > size_bytes
    assert read_peak_kib(data_process.pid) < MOST_MEMORY_KIB


@pytest.mark.integration
def test_process_taken_port_is_a_sentence(data_service: str) -> None:
    """On a taken port it ends with one sentence that says what to do."""
    port = data_service.rsplit(":", maxsplit=1)[1]

    ended = subprocess.run(
        [sys.executable, "-m", "data_provider", "--port", port],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "choose another --port" in ended.stderr
    assert ended.stderr.count("\n") == 1
