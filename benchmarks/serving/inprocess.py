"""ONNX Runtime in a process of its own, without a server: what the arrays themselves take.

`python -m benchmarks.serving.inprocess GRAPH ROWS.npy SECONDS N…` prints a line of JSON for each number of
rows: how many runs on such an array there were, in how many seconds of wall clock and of CPU.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np


def main(arguments: list[str]) -> None:
    """Run and print."""
    graph, rows, seconds, *counts = arguments
    session, given = _open(Path(graph)), np.load(rows)
    for count in map(int, counts):
        array = {session.get_inputs()[0].name: np.resize(given, (count, given.shape[1]))}
        for _ in _repeat(session, array, seconds=0.3 * float(seconds)):
            pass
        cpu_s = time.process_time()
        took_s = list(_repeat(session, array, seconds=float(seconds)))
        print(json.dumps({"rows": count, "took_s": took_s, "cpu_s": time.process_time() - cpu_s}))


def _open(graph: Path) -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _repeat(session: Any, given: dict[str, Any], *, seconds: float) -> Iterator[float]:
    until_s = time.perf_counter() + seconds
    while (began_s := time.perf_counter()) < until_s:
        session.run(["probabilities"], given)
        yield time.perf_counter() - began_s


if __name__ == "__main__":
    main(sys.argv[1:])
