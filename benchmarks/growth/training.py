"""What a training costs while rows and columns grow: `python -m benchmarks.growth.training --rows 1e4`.

One training through the real line, on data made on the fly: four classes, whose centres lie as far apart in
many columns as in few; every tenth column is a category, one value in fifty is missing, and labels stand in
a column. What each stage takes is what the line notes itself, with its workers. Without a budget the whole
quick search is made; with one the line leaves out what it has no room for, and a budget too small for any
training gives the least that one takes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.growth.measure import show
from herdbook.dataset import Dataset
from herdbook.ledger import open_ledger
from herdbook.recipe import recall_report
from herdbook.snapshot import freeze
from training.line import Trained, train
from training.progress import Quiet
from training.report import EVALUATION

NAME, TARGET = "made", "kind"
CLASSES = 4
APART = 3.0
"""Distance between the centres of classes in standard deviations, over all columns."""

CATEGORIES = ("a", "b", "c", "d")
EVERY, MISSING = 10, 0.02
STAGES = ("check", "discover", "classic", "evaluate", "calibrate", "fit", "compile", "examine", "report")
OWN = "register"
"""What the line does after its last stage: package, prove, publish."""


class Steps(Quiet):
    """Says on the error stream which step runs, so that a training that is stopped leaves word of it."""

    def __init__(self) -> None:
        self.began_s: dict[str, float] = {}

    def start(self, step: str, total: int | None = None) -> None:  # noqa: ARG002 - the protocol names it
        """Say it, and note when it began."""
        name = step.partition(":")[0]
        self.began_s[name] = time.process_time()
        print(name, file=sys.stderr, flush=True)


def declare(n_columns: int) -> Dataset:
    """Declare a dataset of so many columns."""
    features = [
        {"name": f"x{place}", "missing": True}
        | ({"type": "category", "values": CATEGORIES} if is_category(place) else {"type": "number"})
        for place in range(n_columns)
    ]
    return Dataset.model_validate(
        {
            "format": 1,
            "name": NAME,
            "features": features,
            "source": {"kind": "csv", "path": "made.csv"},
            "labels": {"from": "column", "column": TARGET},
        }
    )


def is_category(place: int) -> bool:
    """Tell whether the column of this place, counted from 0, is a category."""
    return place % EVERY == EVERY - 1


def make(n_rows: int, n_columns: int, *, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw a frame (n_rows, n_columns) with gaps, and classes (n_rows,); categories are places."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(CLASSES, n_columns)) * APART / np.sqrt(2 * n_columns)
    y = chance.integers(0, CLASSES, n_rows)
    frame = centres[y] + chance.normal(size=(n_rows, n_columns))
    for place in filter(is_category, range(n_columns)):
        frame[:, place] = np.clip(np.floor(frame[:, place] + len(CATEGORIES) / 2), 0, len(CATEGORIES) - 1)
    frame[chance.random(frame.shape) < MISSING] = np.nan
    return frame, y


def tabulate(frame: NDArray[np.float64], y: NDArray[np.int64]) -> pa.Table:
    """Make the raw table that a source would send."""
    names = np.array(CATEGORIES, dtype=object)
    columns = {}
    for place, values in enumerate(frame.T):
        is_gap = np.isnan(values)
        sent = names[np.where(is_gap, 0, values).astype(np.int64)] if is_category(place) else values
        columns[f"x{place}"] = pa.array(sent, mask=is_gap)
    return pa.table(columns | {TARGET: [f"kind-{one}" for one in y]})


def measure(n_rows: int, n_columns: int, *, budget_s: float | None) -> dict[str, Any]:
    """Train once; give the CPU-seconds of each stage."""
    dataset = declare(n_columns)
    with tempfile.TemporaryDirectory() as scratch:
        ledger = open_ledger(f"{scratch}/ledger")
        print("make the data", file=sys.stderr, flush=True)
        snapshot = freeze(ledger, NAME, tabulate(*make(n_rows, n_columns)), source="made", request={})
        steps = Steps()
        trained = train(
            dataset, snapshot, ledger, budget_cpu_s=budget_s, progress=steps, workdir=Path(scratch)
        )
        # the last step is one of this process alone
        register_s = time.process_time() - steps.began_s[OWN]
        report = recall_report(ledger, EVALUATION, trained.tag)
    about = {"rows": n_rows, "columns": n_columns, "budget": budget_s}
    return about | tell_stages(trained, register_s) | tell_search(trained, report or {})


def tell_stages(trained: Trained, register_s: float) -> dict[str, float]:
    """Tell the CPU-seconds of each stage, those of workers with them, and of the whole."""
    took = {name: one["cpu_s"] for name, one in trained.timings["stages"].items()}
    total_s = trained.timings["cpu_s"] + register_s
    return {name: took.get(name, 0.0) for name in STAGES} | {OWN: register_s, "total": total_s}


def tell_search(trained: Trained, report: dict[str, Any]) -> dict[str, Any]:
    """Tell how much of the search was made, and how good the model is by it."""
    search, evaluation = report["search"], trained.card["evaluation"]
    done, dropped = len(search["completed"]), sum(1 for one in search["dropped"] if one["settings"])
    return {
        "candidates": done,
        "of": done + dropped,
        "left out": sorted(report["examined"]["left_out"]),
        "folds": evaluation["repeats"] * evaluation["outer_folds"],
        "accuracy": round(trained.card["headline"]["accuracy"]["value"], 4),
        "graph": trained.card["compiled"]["graph"],
    }


def main() -> None:
    """Measure one training."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=1_000)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--budget", type=float, metavar="S", help="CPU-seconds that the training may take")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    wanted = parser.parse_args()
    show([measure(wanted.rows, wanted.columns, budget_s=wanted.budget)], to=wanted.json)


if __name__ == "__main__":
    main()
