"""The load: wrk, which posts bodies over so many connections, and what came of it."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.body import Bodies

SCRIPT = Path(__file__).resolve().parent / "post.lua"
LONGEST_S = 60


class Case(NamedTuple):
    """What is measured: connections, records a request, and how they are written."""

    connections: int
    records: int = 1
    form: str = "json"

    @property
    def name(self) -> str:
        """Name it."""
        return f"{self.connections}x{self.records}-{self.form}"


@dataclass(frozen=True)
class Load:
    """What a load came to.

    Attributes
    ----------
    requests_s, rows_s
        Right answers and their records a second.
    p50_ms, p95_ms, p99_ms
        Latency as wrk has it, which counts what waited behind a slow answer, too.
    cpu_us
        CPU time of all of the server's processes for each request that was begun, until all are worked off.
    requests, refused, broken
        How many were answered, how many of them not with success, and how many failed otherwise.
    """

    connections: int
    records: int
    form: str
    requests_s: float
    rows_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_us: float
    requests: int
    refused: int
    broken: int

    @property
    def case(self) -> Case:
        """The case that it is of."""
        return Case(self.connections, self.records, self.form)

    def to_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return asdict(self)


SINGLE = (Case(1), Case(16), Case(64), Case(256))
BULK = (Case(4, 100), Case(2, 10_000))
ARROW_BULK = (Case(4, 100, "arrow"), Case(2, 10_000, "arrow"))
ONE_BAD = Case(64, 1, "one bad in 64")


def require_wrk() -> None:
    """Stop with the cure if the load generator is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit("the benchmark asks by wrk, which is not here; install it: apt-get install wrk")


def run_wrk(
    bodies: Bodies, url: str, *, connections: int, seconds: float, until_last: bool = False
) -> dict[str, float]:
    """Post bodies for so long and give what wrk says; it runs on this process's own core.

    With `until_last` its time ends with the last answer: of few requests the clock would cut off many.

    Raises
    ------
    AbsentError
        wrk itself failed.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{math.ceil(seconds)}s", "--timeout", f"{LONGEST_S}s"]
    command += ["-s", str(SCRIPT), url + bodies.path, "--"]
    command += [str(bodies.folder), str(len(bodies.bodies)), bodies.protocol.content_type]
    command += ["last" if until_last else "all"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 2 * LONGEST_S
        )
        said: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    except (subprocess.SubprocessError, ValueError) as error:
        raise AbsentError(f"wrk failed: {error}") from None
    return said


def to_load(case: Case, said: dict[str, float], cpu_s: float) -> Load:
    """Put together what wrk said and what the server used until it had worked off all that was begun."""
    n_right = said["requests"] - said["refused"]
    per_s = n_right / said["seconds"] if said["seconds"] else 0.0
    return Load(
        connections=case.connections,
        records=case.records,
        form=case.form,
        requests_s=round(per_s, 2),
        rows_s=round(per_s * case.records, 1),
        p50_ms=said["p50_ms"],
        p95_ms=said["p95_ms"],
        p99_ms=said["p99_ms"],
        cpu_us=round(1e6 * cpu_s / max(said["begun"], said["requests"], 1), 1),
        requests=int(said["requests"]),
        refused=int(said["refused"]),
        broken=int(said["broken"] + said["timeouts"]),
    )
