"""What the client costs: its import, and a file scored by a running service.

`python -m benchmarks.client import` prints seconds of CPU and wall clock of a fresh `import herdbook.client`.
`python -m benchmarks.client file --dataset animals --url URL --rows 1000000` writes a file of random records,
scores it with `herdbook predict --out`, and prints rows a second, CPU-seconds and peak memory of the command.
`python -m benchmarks.client frame --dataset animals --url URL --rows 20000 --chunk-rows 10000` scores a table
by `Client.predict_frame` as JSON and as Arrow in turn, and prints of either rows a second, CPU here and bytes
sent for each row.
`python -m benchmarks.client codec --dataset animals --rows 10000` prints the microseconds of CPU for each row
that the service's reader and writer take, for JSON, Arrow and Parquet.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from herdbook.dataset import Dataset, load_dataset
from herdbook.feature import Feature

ROOT = Path(__file__).parents[1]
IMPORT = (
    "import time; cpu, wall = time.process_time(), time.monotonic(); import herdbook.client; "
    "print(time.process_time() - cpu, time.monotonic() - wall)"
)
FRESH = 10
ROUNDS = 3
"""Of each form, in turn; the first round of all is not counted."""


def measure_import() -> dict[str, float]:
    """Import the client in fresh interpreters; give the medians, in seconds."""
    pairs = []
    for _ in range(FRESH):
        said = subprocess.run([sys.executable, "-c", IMPORT], cwd=ROOT, capture_output=True, check=True)
        pairs.append([float(each) for each in said.stdout.split()])
    cpu, wall = (sorted(column)[FRESH // 2] for column in zip(*pairs, strict=True))
    return {"import_cpu_s": round(cpu, 3), "import_wall_s": round(wall, 3)}


def measure_file(dataset: Dataset, url: str, n_rows: int) -> dict[str, object]:
    """Score a file of random records; give what the command says and what it took."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "in.csv", Path(folder) / "out.parquet"
        _write(given, dataset, n_rows)
        command = [sys.executable, "-m", "cli", "predict", "-d", dataset.name, "--url", url]
        began = time.monotonic()
        said = subprocess.run(
            [*command, str(given), "--out", str(out), "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            **json.loads(said.stdout),
            "whole_s": round(time.monotonic() - began, 1),
            "cpu_s": round(used.ru_utime + used.ru_stime, 1),
            "peak_mib": round(used.ru_maxrss / 1024),
            "out_mib": round(out.stat().st_size / 2**20, 1),
        }


def measure_frame(dataset: Dataset, url: str, n_rows: int, *, chunk_rows: int) -> dict[str, object]:
    """Score one table by JSON and by Arrow in turn; give the medians of each."""
    import pandas as pd

    from herdbook.client import Client
    from herdbook.client.frame import Plan
    from herdbook.client.score import score

    draw = random.Random(0)
    table = pd.DataFrame([_record(dataset, draw) for _ in range(n_rows)])
    taken: dict[str, list[list[float]]] = {"json": [], "arrow": []}
    with Client(url) as client:
        said = client.dataset()
        for form in ["arrow", "json"] * (1 + ROUNDS):
            offer = said if form == "arrow" else {**said, "formats": []}
            plan = Plan(table, offer, key=None, prefix="", chunk_rows=chunk_rows)
            cpu, wall = time.process_time(), time.monotonic()
            score(plan, client.ask, concurrency=1, progress=None)
            taken[form].append(
                [time.monotonic() - wall, time.process_time() - cpu, len(plan.call(0).body or b"")]
            )
    return {form: _per_row(rounds[1:], n_rows, min(chunk_rows, n_rows)) for form, rounds in taken.items()}


def _per_row(rounds: list[list[float]], n_rows: int, chunk_rows: int) -> dict[str, float]:
    wall, cpu, sent = (sorted(column)[len(rounds) // 2] for column in zip(*rounds, strict=True))
    return {
        "rows_per_s": round(n_rows / wall),
        "client_cpu_us_per_row": round(cpu / n_rows * 1e6, 2),
        "sent_bytes_per_row": round(sent / chunk_rows, 1),
    }


def measure_codecs(dataset: Dataset, n_rows: int) -> dict[str, object]:
    """Read and write records in each form; give microseconds of CPU and bytes for each row."""
    from benchmarks.codec import codecs

    draw = random.Random(0)
    records = [_record(dataset, draw) for _ in range(n_rows)]
    said: dict[str, object] = {}
    for form, (body, decode, encode) in codecs(dataset, records).items():
        answer = encode()
        said[form] = {
            "decode_us_per_row": _cpu_us(decode, n_rows),
            "encode_us_per_row": _cpu_us(encode, n_rows),
            "body_bytes_per_row": round(len(body) / n_rows, 1),
            "answer_bytes_per_row": round(len(answer) / n_rows, 1),
        }
    return said


def _cpu_us(call: Callable[[], object], n_rows: int) -> float:
    call()
    spent = []
    for _ in range(2 * ROUNDS + 1):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
    return round(sorted(spent)[ROUNDS] / n_rows * 1e6, 3)


def _record(dataset: Dataset, draw: random.Random) -> dict[str, object]:
    return {feature.name: _cell(feature, draw) for feature in dataset.features}


def _write(path: Path, dataset: Dataset, n_rows: int) -> None:
    draw = random.Random(0)
    with path.open("w") as file:
        file.write(",".join([*dataset.feature_names, "note"]) + "\n")
        for number in range(n_rows):
            cells = [str(_cell(feature, draw)) for feature in dataset.features]
            file.write(",".join([*cells, f"note {number}"]) + "\n")


def _cell(feature: Feature, draw: random.Random) -> object:
    match feature.type:
        case "boolean":
            return draw.random() < 0.5
        case "category":
            return draw.choice(feature.values)
        case "integer":
            low, high = feature.bounds
            return draw.randint(int(max(low, 0)), int(min(high, 100)))
        case _:
            low, high = feature.bounds
            return round(draw.uniform(max(low, 0.0), min(high, 100.0)), 3)


def main() -> None:
    """Measure what is asked for and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["import", "file", "frame", "codec"])
    parser.add_argument("--dataset", default="animals")
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--chunk-rows", type=int, default=1_000)
    asked = parser.parse_args()
    dataset = load_dataset(ROOT / "datasets" / f"{asked.dataset}.toml")
    said: dict[str, object]
    match asked.what:
        case "import":
            said = {**measure_import()}
        case "file":
            said = measure_file(dataset, asked.url, asked.rows)
        case "frame":
            said = measure_frame(dataset, asked.url, asked.rows, chunk_rows=asked.chunk_rows)
        case _:
            said = measure_codecs(dataset, asked.rows)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
