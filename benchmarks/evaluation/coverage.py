"""How often the 95 % intervals of scores hold the truth.

Run it from the root of the repository: `python -m benchmarks.evaluation.coverage`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.evaluation.kind import KINDS
from benchmarks.evaluation.learner import Learner
from benchmarks.evaluation.result import count, keep, lay_out, share
from benchmarks.evaluation.simulate import Kind, Table, cross_validate, draw, true_scores
from training.engine.seed import fit_seed
from training.interval import Interval, corrected_t, wilson
from training.score import log_loss, score_folds

MEASURES = ("accuracy", "macro_f1", "log_loss", "brier")
FORMER = ("accuracy, before", "log_loss, before")
FIRST_SEED = 16_000_000
N_FRESH = 10_000
N_EACH = 2_500
"""Fresh records for each cross-validated model; for the model of the whole table there are `N_FRESH`."""


@dataclass(frozen=True)
class Judged:
    """One interval of one table.

    Attributes
    ----------
    holds
        Whether it holds the expected score of the cross-validated models.
    holds_final
        Whether it holds that of the model fitted on the whole table.
    is_flattered
        Whether the model fitted on the whole table is worse than the interval's worse end.
    width
        High end minus low end.
    """

    holds: bool
    holds_final: bool
    is_flattered: bool
    width: float


def judge(measure: str, interval: Interval, truth: float, final: float) -> Judged:
    """Compare an interval with both truths."""
    is_loss = measure.startswith(("log_loss", "brier"))
    return Judged(
        interval.low <= truth <= interval.high,
        interval.low <= final <= interval.high,
        final > interval.high if is_loss else final < interval.low,
        interval.high - interval.low,
    )


def judge_table(kind: Kind, fit: Learner, seed: int) -> dict[str, Judged]:
    """Draw a table, cross-validate on it, and judge every interval, those of before among them."""
    table = draw(kind, seed, n_fresh=N_FRESH)
    found, models = cross_validate(table, fit)
    final = fit(table.frame, table.y, fit_seed(table.seed))
    part = Table(
        table.frame, table.y, table.folds, table.fresh[:N_EACH], table.posterior[:N_EACH], table.seed
    )
    each, near, far = (
        [true_scores(model, part) for model in models],
        true_scores(final, part),
        true_scores(final, table),
    )
    # the final model on all fresh records steadies the mean of the others on a part of them
    truth = {name: float(np.mean([one[name] for one in each])) + far[name] - near[name] for name in far}
    intervals = score_folds(found, table.y, table.folds) | _former(found[0], table)
    return {
        name: judge(name, interval, truth[name.split(",")[0]], far[name.split(",")[0]])
        for name, interval in intervals.items()
    }


def _former(found: np.ndarray, table: Table) -> dict[str, Interval]:
    """Give the intervals of the first version: Wilson over rows, and the corrected t over folds."""
    y, folds = table.y, table.folds[0]
    losses = np.array([log_loss(found[folds == fold], y[folds == fold]) for fold in np.unique(folds)])
    return {
        "accuracy, before": wilson(int((found.argmax(axis=1) == y).sum()), len(y)),
        "log_loss, before": corrected_t(losses, test_share=1 / (len(losses) - 1), bounds=(0.0, 14.0)),
    }


def run(kinds: Sequence[tuple[Kind, Learner]], *, tables: int) -> dict[str, list[dict[str, Judged]]]:
    """Judge so many tables of each kind."""
    found = {}
    for place, (kind, fit) in enumerate(kinds):
        first = FIRST_SEED + 10_000 * place
        found[kind.name] = [judge_table(kind, fit, first + number) for number in range(tables)]
    return found


def tell(found: dict[str, list[dict[str, Judged]]]) -> dict[str, Any]:
    """Tell how often each interval held the truth, over all tables and by kind, as plain JSON values."""
    every = [one for tables in found.values() for one in tables]
    names = (*MEASURES, *FORMER)
    return {
        "tables": len(every),
        "intervals": [{"interval": name} | _tell_interval([one[name] for one in every]) for name in names],
        "kinds": [
            {"kind": kind} | {name: count([one[name].holds for one in tables]) for name in names}
            for kind, tables in found.items()
        ],
    }


def _tell_interval(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "holds": count([one.holds for one in judged]),
        "holds_final": count([one.holds_final for one in judged]),
        "flattered": count([one.is_flattered for one in judged]),
        "median_width": round(float(np.median([one.width for one in judged])), 4),
    }


def to_markdown(results: dict[str, Any]) -> str:
    """Lay the figures out as two tables."""
    head = [
        "interval",
        "holds the cross-validated models'",
        "holds the shipped model's",
        "shipped model worse than the worse end",
        "median width",
    ]
    intervals = [
        [
            one["interval"].replace("_", "-"),
            *(share(one[name]) for name in ("holds", "holds_final", "flattered")),
            f"{one['median_width']:.3f}",
        ]
        for one in results["intervals"]
    ]
    names = (*MEASURES, *FORMER)
    kinds = [[one["kind"], *(_percent(one[name]) for name in names)] for one in results["kinds"]]
    return (
        f"{results['tables']} tables:\n\n{lay_out(head, intervals)}\nBy kind, for the cross-validated "
        f"models, {results['kinds'][0][MEASURES[0]]['of']} tables each:\n\n"
        f"{lay_out(['kind', *(name.replace('_', '-') for name in names)], kinds)}"
    )


def _percent(counted: dict[str, int]) -> str:
    return f"{100 * counted['n'] / counted['of']:.0f} %"


def main() -> None:
    """Judge, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=40, help="tables of each kind")
    tables = parser.parse_args().tables
    started_s = time.process_time()
    results = tell(run(KINDS, tables=tables))
    results["cpu_s"] = round(time.process_time() - started_s)
    print(to_markdown(results))
    keep("coverage", results, to_markdown(results))


if __name__ == "__main__":
    main()
