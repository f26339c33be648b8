"""What the client costs: its import, and a file scored by a running service.

`python -m benchmarks.client import` prints seconds of CPU and wall clock of a fresh `import herdbook.client`.
`python -m benchmarks.client file --dataset animals --url URL --rows 1000000` writes a file of random records,
scores it with `herdbook predict --out`, and prints rows a second, CPU-seconds and peak memory of the command.
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
from pathlib import Path

from herdbook.dataset import Dataset, load_dataset
from herdbook.feature import Feature

ROOT = Path(__file__).parents[1]
IMPORT = (
    "import time; cpu, wall = time.process_time(), time.monotonic(); import herdbook.client; "
    "print(time.process_time() - cpu, time.monotonic() - wall)"
)
FRESH = 10


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
    parser.add_argument("what", choices=["import", "file"])
    parser.add_argument("--dataset", default="animals")
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    if asked.what == "import":
        print(json.dumps(measure_import()))
    else:
        dataset = load_dataset(ROOT / "datasets" / f"{asked.dataset}.toml")
        print(json.dumps(measure_file(dataset, asked.url, asked.rows)))


if __name__ == "__main__":
    main()
