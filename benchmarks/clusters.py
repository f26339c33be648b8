"""What assigning records costs beside `hdbscan.approximate_predict`, and finding nearest points beside SciPy.

Run it from the root of the repository: `python -m benchmarks.clusters`. All ways take turns in rounds, on one
thread; the clock is the process's own CPU time, which other processes lengthen least. With `--package FOLDER`
(FOLDER holds a trained model of the animals) its clusters are compared, and then it is shown what each
part of its answer costs: the least of all rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from hdbscan import HDBSCAN, approximate_predict
from numpy.typing import NDArray
from scipy.spatial import KDTree
from threadpoolctl import threadpool_limits

from herdbook.calibration import Calibration
from herdbook.clusters import Clusters
from herdbook.nearest import Nearest, list_points
from herdbook.package import CLUSTERS, FRAME_AND_CLUSTERS, read_card
from herdbook.predictor import Predictor, join, load_classifier
from tests.fixtures.herd import ANIMALS, make_animals
from training.discover import cluster_columns

SIZES = (1, 10, 100, 1_000, 10_000)
PARTS_AT = (1, 8, 64, 1_000)
TABLES = ((2_000, 5, 12), (10_000, 5, 51), (50_000, 5, 112), (10_000, 20, 51))
"""Number of points, of dimensions, and of neighbours: those that a density is told from, and one more."""
ROUNDS = 11
ROUND_S = 0.02
Calls = Mapping[str, Callable[[int], Any]]


def time_call(call: Callable[[int], Any]) -> float:
    """Call for a moment, each time with another number, and give the CPU seconds that a call takes."""
    n_calls, started_s = 0, time.process_time()
    while (taken_s := time.process_time() - started_s) < ROUND_S:
        call(n_calls)
        n_calls += 1
    return taken_s / n_calls


def race(calls: Calls) -> dict[str, NDArray[np.float64]]:
    """Time calls in turns, after one round to warm up; seconds of each round, shape (n_rounds,)."""
    rounds = [{name: time_call(call) for name, call in calls.items()} for _ in range(ROUNDS + 1)]
    return {name: np.array([taken[name] for taken in rounds[1:]]) for name in calls}


def ratio(slow: NDArray[np.float64], quick: NDArray[np.float64]) -> str:
    """Say how many times quicker, round by round: the median, and the middle eight tenths."""
    low, middle, high = np.quantile(slow / quick, (0.1, 0.5, 0.9))
    return f"{middle:6.1f} x ({low:.1f} to {high:.1f})"


def take(rows: NDArray[np.float64], size: int) -> Callable[[int], NDArray[np.float64]]:
    """Give the function that cuts out so many rows, others at every call."""
    n_parts = len(rows) // size
    return lambda number: rows[number % n_parts * size :][:size]


def compare_assigning(clusters: Clusters, frame: NDArray[np.float64]) -> None:
    """Compare with hdbscan, which is given its points; ours place the records first."""
    sizes = {"min_samples": clusters.min_samples, "min_cluster_size": clusters.min_cluster_size}
    oracle = HDBSCAN(**sizes, approx_min_span_tree=False, prediction_data=True).fit(clusters.tree.points)
    places = clusters.space.place(frame)
    print("| rows | approximate_predict, us | walk, us | assign, us | walk quicker by | assign quicker by |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        raw, placed = take(frame, size), take(places, size)
        calls: Calls = {
            "hdbscan": lambda number, placed=placed: approximate_predict(oracle, placed(number)),
            "walk": lambda number, raw=raw: clusters.walk(raw(number)),
            "assign": lambda number, raw=raw: clusters.assign(raw(number)),
        }
        taken = race(calls)
        medians = " | ".join(f"{np.median(taken[name]) * 1e6:,.0f}" for name in calls)
        ratios = " | ".join(ratio(taken["hdbscan"], taken[name]) for name in ("walk", "assign"))
        print(f"| {size:,} | {medians} | {ratios} |")


def make_points(n_points: int, n_dimensions: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw points of six clumps, and as many as 2,000 places like them."""
    generator = np.random.default_rng(0)
    clump, n_drawn = generator.normal(scale=3, size=(6, n_dimensions)), n_points + 2_000
    drawn = clump[generator.integers(0, 6, n_drawn)] + generator.normal(size=(n_drawn, n_dimensions))
    return drawn[:n_points], drawn[n_points:]


def compare_searching() -> None:
    """Compare finding nearest points with SciPy's tree, over sizes and dimensions."""
    print("\n| points | dimensions | neighbours | rows | KDTree, us | ours, us | quicker by | loads in, ms |")
    print("|---|---|---|---|---|---|---|---|")
    for n_points, n_dimensions, k in TABLES:
        points, places = make_points(n_points, n_dimensions)
        tree, started_s = KDTree(points), time.process_time()
        nearest = Nearest(points, k, list_points(points, k))
        load_ms = (time.process_time() - started_s) * 1e3
        for size in (1, 100, 1_000):
            part, wanted = take(places, size), np.arange(1, k + 1)
            calls: Calls = {
                "scipy": lambda number, part=part, wanted=wanted, tree=tree: tree.query(part(number), wanted),
                "ours": lambda number, part=part, nearest=nearest: nearest.query(part(number)),
            }
            taken = race(calls)
            medians = " | ".join(f"{np.median(taken[name]) * 1e6:,.0f}" for name in calls)
            told = f"| {n_points:,} | {n_dimensions} | {k} | {size:,} | {medians} |"
            print(told, ratio(taken["scipy"], taken["ours"]), f"| {load_ms:.0f} |")


def show_parts(folder: Path, frame: NDArray[np.float64]) -> None:
    """Show what an answer costs, and what its parts do one by one: least CPU microseconds of all rounds."""
    predictor, clusters, card = (
        Predictor.load(folder, ANIMALS),
        Clusters.load(folder / CLUSTERS),
        read_card(folder),
    )
    classifier, calibration = load_classifier(folder, card), Calibration.of(card)
    points, k = clusters.tree.points, clusters.min_samples + 1
    nearest = Nearest(points, k, list_points(points, k))
    assignment, places = clusters.assign(frame), clusters.space.place(frame)
    inputs = join(frame, assignment) if card["inputs"] == FRAME_AND_CLUSTERS else frame
    said = classifier.probabilities(inputs)
    print("\n| rows | predict, us | assign | of it place | of it nearest | graph | calibration | a row |")
    print("|---|---|---|---|---|---|---|---|")
    for size in PARTS_AT:
        raw, placed, joined, told = (take(rows, size) for rows in (frame, places, inputs, said))
        calls: Calls = {
            "predict": lambda number, raw=raw: predictor.predict(raw(number)),
            "assign": lambda number, raw=raw: clusters.assign(raw(number)),
            "place": lambda number, raw=raw: clusters.space.place(raw(number)),
            "nearest": lambda number, placed=placed: nearest.query(placed(number)),
            "graph": lambda number, joined=joined: classifier.probabilities(joined(number)),
            "calibration": lambda number, told=told: calibration.apply(told(number)),
        }
        least = {name: taken.min() * 1e6 for name, taken in race(calls).items()}
        print(f"| {size:,} |", " | ".join(f"{us:,.1f}" for us in least.values()), end=" | ")
        print(f"{least['predict'] / size:,.1f} |")


def main() -> None:
    """Compare, on one thread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--package", type=Path, help="folder of a trained model of the animals")
    folder = parser.parse_args().package
    frame = make_animals(5, 20_000)[0]
    with threadpool_limits(1):
        if folder is None:
            compare_assigning(cluster_columns(ANIMALS).fit(make_animals(0)[0]).clusters_, frame)
            compare_searching()
        else:
            compare_assigning(Clusters.load(folder / CLUSTERS), frame)
            show_parts(folder, frame)


if __name__ == "__main__":
    main()
