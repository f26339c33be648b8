"""What a start costs with the graph and with the stored pipeline of the same model, side by side.

Run it from the root of the repository: `python -m benchmarks.start [LEDGER]`. LEDGER holds a compiled model
of animals; without it a small one is trained. Each way starts anew in every round, by turns: wall-clock and
CPU-seconds from the start of the process until /readyz answers, and the memory of the worker then and after
predictions; and what an answer costs in a process by itself.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from herdbook.clusters import Clusters
from herdbook.generation import current_generation, promote
from herdbook.ledger import open_ledger
from herdbook.package import CLUSTERS, MODEL, build_package, read_card
from herdbook.registry import fetch, publish
from tests.fixtures.models import Models, dataset_named
from tests.fixtures.service import Service, environment_of

DATASET = "animals"
ROUNDS = 3
WAYS = ("pipeline", "graph")
ASKED = 50

IN_A_PROCESS_OF_ITS_OWN = """
import json, sys, time
begin = time.process_time()
from pathlib import Path
from herdbook.dataset import load_dataset
from herdbook.predictor import Predictor
from threadpoolctl import threadpool_limits
imported = time.process_time()
dataset = load_dataset(Path(f"datasets/{sys.argv[2]}.toml"))
predictor = Predictor.load(Path(sys.argv[1]), dataset)
loaded = time.process_time()
import psutil
memory = psutil.Process().memory_full_info()
import numpy as np
frame = np.tile(dataset.to_frame(predictor.card["golden"]["records"]), (100, 1))[:1000]
inputs = np.column_stack([frame, np.zeros((len(frame), 3))])[:, : frame.shape[1] + 3]
if not predictor._takes_clusters:
    inputs = frame
classifier = predictor._classifier
def cost(ask, rows, calls):
    ask(rows)
    spent = []
    for _ in range(3):
        begin = time.process_time()
        for _ in range(calls):
            ask(rows)
        spent.append((time.process_time() - begin) / calls * 1e6)
    return min(spent)
calls = 1000 if type(classifier).__name__ == "GraphClassifier" else 2
with threadpool_limits(1):
    figures = {
        "import, CPU ms": (imported - begin) * 1e3,
        "load and prove, CPU ms": (loaded - imported) * 1e3,
        "memory once loaded, MB": memory.uss / 1e6,
        "classifier, 1 row, CPU us": cost(classifier.probabilities, inputs[:1], calls),
        "classifier, 1,000 rows, CPU us": cost(classifier.probabilities, inputs, 2),
        "predict, 1 row, CPU us": cost(predictor.predict, frame[:1], calls),
        "predict, 1,000 rows, CPU us": cost(predictor.predict, frame, 2),
        "cluster, 1 row, CPU us": cost(predictor.cluster, frame[:1], 50),
    }
print(json.dumps(figures))
"""


def write_ways(folder: Path, compiled: Path) -> dict[str, dict[str, str]]:
    """Publish the model with and without its graph, each in a ledger of its own; give the environments."""
    card = read_card(compiled) | {"compiled": {"graph": False, "why": "it is measured without"}}
    clusters = Clusters.load(compiled / CLUSTERS)
    build_package(folder / WAYS[0], card=card, model=(compiled / MODEL).read_bytes(), clusters=clusters)
    environments = {}
    for way, package in zip(WAYS, (folder / WAYS[0], compiled), strict=True):
        place = folder / f"{way}-place"
        place.mkdir()
        ledger = open_ledger(str(place / "ledger"))
        promote(ledger, DATASET, publish(ledger, package), who="benchmark", why="to measure its start")
        environments[way] = environment_of(place, str(place / "ledger"), dataset=DATASET)
    return environments


def start_once(folder: Path, environment: dict[str, str], record: dict[str, Any]) -> dict[str, float]:
    """Start a service, ask it some predictions, and say what that took."""
    service = Service(folder, environment)
    begin = time.perf_counter()
    try:
        service.start()
        figures = {"wall s to /readyz": time.perf_counter() - begin, "CPU s to /readyz": spent_s(service)}
        (worker,) = service.workers()
        figures |= memory_of(worker, "worker, ready")
        with service.client() as client:
            for _ in range(ASKED):
                client.post("/predict_one", json=record).raise_for_status()
        return figures | memory_of(worker, f"worker, after {ASKED} requests")
    finally:
        service.kill()


def spent_s(service: Service) -> float:
    """Add up the CPU-seconds of the supervisor and of all below it, with those that ended already."""
    assert service.process is not None
    leader = psutil.Process(service.process.pid)
    return sum(sum(each.cpu_times()[:4]) for each in (leader, *leader.children(recursive=True)))


def memory_of(process: psutil.Process, when: str) -> dict[str, float]:
    """Give a process's memory in MB: resident, and with shared pages counted by share."""
    found = process.memory_full_info()
    return {f"{when}: RSS, MB": found.rss / 1e6, f"{when}: PSS, MB": found.pss / 1e6}


def measure_alone(package: Path) -> dict[str, float]:
    """Load and ask a package in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-c", IN_A_PROCESS_OF_ITS_OWN, str(package), DATASET]
    figures: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return figures


def find_compiled(folder: Path, ledger_url: str | None) -> Path:
    """Fetch the champion of a ledger, or train a small model."""
    if ledger_url is None:
        return Models(folder / "models").animals.folder
    ledger = open_ledger(ledger_url)
    current = current_generation(ledger, DATASET)
    assert current is not None, f"{ledger_url} has no model of {DATASET}"
    return fetch(ledger, current.champion, folder / "compiled")


def show(rounds: dict[str, list[dict[str, float]]]) -> None:
    """Print medians side by side."""
    print(f"{'':36} {WAYS[0]:>12} {WAYS[1]:>12} {'ratio':>8}")
    for name in rounds[WAYS[0]][0]:
        before, after = (statistics.median(one[name] for one in rounds[way]) for way in WAYS)
        print(f"{name:36} {before:12,.2f} {after:12,.2f} {before / after:7.1f}x")


def main() -> None:
    """Measure both ways by turns and print a table."""
    with tempfile.TemporaryDirectory(prefix="herdbook-") as name:
        folder = Path(name)
        compiled = find_compiled(folder, sys.argv[1] if len(sys.argv) > 1 else None)
        card = read_card(compiled)
        assert card["compiled"]["graph"], "the model has no graph"
        environments = write_ways(folder, compiled)
        packages = dict(zip(WAYS, (folder / WAYS[0], compiled), strict=True))
        record = card["golden"]["records"][0]
        dataset_named(DATASET).record_class.model_validate(record)
        rounds: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, done in rounds.items():
                started = start_once(folder / f"{way}-place", environments[way], record)
                done.append(started | measure_alone(packages[way]))
                print(f"round {len(done)} of {ROUNDS}, {way}", flush=True)
        show(rounds)


if __name__ == "__main__":
    main()
