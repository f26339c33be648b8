"""Measures the library alone, as a contestant without a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.environment import server_environment
from benchmarks.serving.export import Kit
from benchmarks.serving.load import Case, Load
from benchmarks.serving.world import ROOT
from herdbook.package import GRAPH

ROWS = (1, 100, 10_000)
LONGEST_S = 600


def measure_library(kit: Kit, *, core: int, seconds: float) -> dict[str, Any]:
    """Run the graph on arrays of 1, 100 and 10,000 rows on the servers' core; gives JSON as `measure` does.

    Raises
    ------
    AbsentError
        It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "rows.npy", kit.inputs)
        command = [sys.executable, "-m", "benchmarks.serving.inprocess", str(kit.folder / GRAPH)]
        command += [f"{folder}/rows.npy", str(seconds), *map(str, ROWS)]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=server_environment(),
                capture_output=True,
                check=True,
                timeout=LONGEST_S,
                preexec_fn=lambda: os.sched_setaffinity(0, {core}),
            )
        except subprocess.SubprocessError as error:
            raise AbsentError(f"ONNX Runtime failed: {error}") from None
    loads = [_to_load(json.loads(line)).to_json() for line in done.stdout.splitlines()]
    return {"start": None, "memory": None, "missing": {}, "loads": loads}


def _to_load(said: dict[str, Any]) -> Load:
    took_s, rows = np.array(said["took_s"]), said["rows"]
    case, per_s = Case(1, rows, "array"), len(took_s) / took_s.sum()
    p50, p95, p99 = (round(float(each), 4) for each in np.percentile(1e3 * took_s, (50, 95, 99)))
    return Load(
        connections=case.connections,
        records=rows,
        form=case.form,
        requests_s=round(per_s, 2),
        rows_s=round(per_s * rows, 1),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        cpu_us=round(1e6 * said["cpu_s"] / len(took_s), 1),
        requests=len(took_s),
        refused=0,
        broken=0,
    )
