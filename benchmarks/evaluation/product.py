"""How often the intervals hold the truth of training's own evaluation: with search, weights, calibration.

Run it from the root of the repository: `python -m benchmarks.evaluation.product`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.evaluation.coverage import Judged, judge
from benchmarks.evaluation.result import count, keep, lay_out, share
from benchmarks.evaluation.simulate import FEWEST_PER_CLASS, expect_scores
from benchmarks.evaluation.table import Population, blobs, curved
from herdbook.dataset import Dataset
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from training.engine.fold import Split
from training.evaluate import Evaluation, evaluate
from training.nested import CALIBRATED, SINGLE, VOTE
from training.plan import Plan, plan_evaluation
from training.progress import QUIET
from training.split import Rows

MEMBERS = ("logistic_regression", "k_nearest_neighbors")
JUDGED = (CALIBRATED, VOTE, SINGLE)
MEASURES = ("accuracy", "macro_f1", "log_loss", "brier")
FIRST_SEED = 28_000_000
N_FRESH = 2_000


@dataclass(frozen=True)
class Product:
    """A kind of tables: `n` records of `d` features, their folds and the inputs of classifiers.

    `repeats` of the folds are what the plan makes of the table's size if None.
    """

    name: str
    population: Population
    d: int
    n: int
    folds: int
    inputs: str
    repeats: int | None = None

    def declare(self) -> Dataset:
        """Declare tables of this kind."""
        return Dataset.model_validate(
            {
                "format": 1,
                "name": "simulated",
                "features": [{"name": f"x{place}", "type": "number"} for place in range(self.d)],
                "source": {"kind": "csv", "path": "simulated.csv"},
                "labels": {"from": "column", "column": "kind"},
                "training": {"members": list(MEMBERS), "folds": self.folds},
            }
        )


PRODUCTS: tuple[Product, ...] = (
    Product("2 classes, 150 records", blobs(2, 3, apart=0.8, seed=951), 3, 150, 3, FRAME, repeats=1),
    Product(
        "3 classes, 120 records", curved(3, 3, steep=4, seed=952), 3, 120, 3, FRAME_AND_CLUSTERS, repeats=1
    ),
)


@dataclass(frozen=True, eq=False)
class _OneSplit(Plan):
    """A plan of which one split alone is done, with fresh records among those that it tests."""

    only: tuple[Split, ...] = ()

    @property
    def splits(self) -> list[Split]:
        return list(self.only)


@dataclass(frozen=True, eq=False)
class Found:
    """What one table gave: judged intervals by name and measure, and how many folds calibrated their vote."""

    judged: dict[str, dict[str, Judged]]
    calibrated: list[bool]
    differing: int


def judge_table(kind: Product, seed: int) -> Found:
    """Evaluate one table as training does, and judge the intervals by the folds' own models.

    Each outer fold is evaluated once more with fresh records among its tests, which changes nothing of what
    it learns from, chooses, weighs or calibrates by: its models' answers about the table stay what they were
    (`differing` counts those that do not), and those about the fresh records tell its expected scores.
    """
    generator = np.random.default_rng(seed)
    frame, y = kind.population.table(kind.n, generator, fewest=FEWEST_PER_CLASS)
    fresh = kind.population.draw(N_FRESH, generator)
    posterior = kind.population.posterior(fresh)
    classes = tuple(str(place) for place in range(posterior.shape[1]))
    dataset, rows = kind.declare(), Rows(frame, y, classes)
    plan = plan_evaluation(dataset, rows, effort="quick", seed=seed, repeats=kind.repeats)
    found = _evaluate(kind, dataset, rows, plan)
    # any label does: no model sees those of its tests
    both = Rows(np.vstack([frame, fresh]), np.append(y, np.zeros(N_FRESH, np.int64)), classes)
    truths: dict[str, list[dict[str, float]]] = {name: [] for name in JUDGED}
    differing = 0
    for split in plan.splits:
        again = _evaluate(kind, dataset, both, _only(plan, split))
        for name in JUDGED:
            answers = again.nested[name][split.repeat]
            before = found.nested[name][split.repeat]
            differing += int((answers[: kind.n] != before)[split.is_test].sum())
            truths[name].append(expect_scores(answers[kind.n :], posterior))
    intervals = found.scores(y)
    judged = {
        name: {
            measure: judge(measure, intervals[name][measure], _mean(truths[name], measure), np.nan)
            for measure in MEASURES
        }
        for name in JUDGED
    }
    return Found(judged, [method != "none" for method in found.calibrations], differing)


def _evaluate(kind: Product, dataset: Dataset, rows: Rows, plan: Plan) -> Evaluation:
    return evaluate(dataset, rows, plan, inputs=[kind.inputs], progress=QUIET, jobs=1)[kind.inputs]


def _only(plan: Plan, split: Split) -> _OneSplit:
    """Add fresh records to the tests of one split."""
    added = np.full((plan.repeats, N_FRESH), split.number)
    return _OneSplit(
        np.hstack([plan.folds, added]),
        plan.candidates,
        plan.inner_folds,
        plan.seed,
        plan.voting,
        only=(replace(split, is_test=np.append(split.is_test, np.ones(N_FRESH, dtype=np.bool_))),),
    )


def _mean(scores: Sequence[dict[str, float]], measure: str) -> float:
    return float(np.mean([one[measure] for one in scores]))


def run(*, tables: int) -> dict[str, list[Found]]:
    """Judge so many tables of each kind, each kind in a process of its own."""
    with ProcessPoolExecutor(len(PRODUCTS)) as pool:
        found = list(pool.map(_judge_tables, range(len(PRODUCTS)), [tables] * len(PRODUCTS)))
    return {kind.name: one for kind, one in zip(PRODUCTS, found, strict=True)}


def _judge_tables(place: int, tables: int) -> list[Found]:
    first, found = FIRST_SEED + 10_000 * place, []
    for number in range(tables):
        found.append(judge_table(PRODUCTS[place], first + number))
        print(PRODUCTS[place].name, number + 1, file=sys.stderr, flush=True)
    return found


def tell(found: dict[str, list[Found]]) -> list[dict[str, Any]]:
    """Tell how often each interval held the truth, by kind and over all, as plain JSON values."""
    every = {**found, "all": [one for tables in found.values() for one in tables]}
    return [
        {
            "kind": kind,
            "of": name,
            "tables": len(tables),
            "calibrated_folds": count([flag for one in tables for flag in one.calibrated]),
            "answers_that_differ": sum(one.differing for one in tables),
        }
        | {measure: count([one.judged[name][measure].holds for one in tables]) for measure in MEASURES}
        | {
            "median_width": {
                measure: round(float(np.median([one.judged[name][measure].width for one in tables])), 4)
                for measure in MEASURES
            }
        }
        for kind, tables in every.items()
        for name in JUDGED
    ]


def to_markdown(results: dict[str, Any]) -> str:
    """Lay the figures out as a table."""
    rows = [
        [one["kind"], one["of"].replace("_", " "), *(share(one[measure]) for measure in MEASURES)]
        for one in results["rows"]
    ]
    whole = results["rows"][-1]
    flags, differ = whole["calibrated_folds"], whole["answers_that_differ"]
    return (
        lay_out(["kind", "of", *(name.replace("_", "-") for name in MEASURES)], rows)
        + f"\n{whole['tables']} tables; {flags['n']} of {flags['of']} outer folds calibrated their vote; "
        f"answers of a fold's models that differed when they were asked again: {differ}.\n"
    )


def main() -> None:
    """Judge, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=50, help="tables of each kind")
    results: dict[str, Any] = {"rows": tell(run(tables=parser.parse_args().tables))}
    results["cpu_s"] = round(sum(os.times()[:4]))
    print(to_markdown(results))
    keep("product", results, to_markdown(results))


if __name__ == "__main__":
    main()
