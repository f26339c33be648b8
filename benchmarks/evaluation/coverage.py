"""How often the 95 % intervals of scores hold the truth.

Run it from the root of the repository: `python -m benchmarks.evaluation.coverage`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.evaluation.kind import KINDS
from benchmarks.evaluation.learner import Learner
from benchmarks.evaluation.simulate import Kind, Table, cross_validate, draw, true_scores
from training.interval import Interval, corrected_t, wilson
from training.score import log_loss, score_folds

MEASURES = ("accuracy", "macro_f1", "log_loss", "brier")
FORMER = ("accuracy, before", "log_loss, before")
FIRST_SEED = 6_000_000
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
    final = fit(table.frame, table.y, table.seed)
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


def share(flags: Sequence[bool]) -> str:
    """Write a share in percent with its own 95 % interval (Wilson's)."""
    found = wilson(sum(flags), len(flags))
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def run(kinds: Sequence[tuple[Kind, Learner]], *, tables: int) -> dict[str, list[dict[str, Judged]]]:
    """Judge so many tables of each kind."""
    found = {}
    for place, (kind, fit) in enumerate(kinds):
        first = FIRST_SEED + 10_000 * place
        found[kind.name] = [judge_table(kind, fit, first + number) for number in range(tables)]
    return found


def write(found: dict[str, list[dict[str, Judged]]]) -> None:
    """Print what was found as Markdown."""
    every = [one for tables in found.values() for one in tables]
    print(
        f"{len(every)} tables\n\n| interval | holds the cross-validated models' | holds the final model's "
        "| final model worse than its worse end | median width |\n|---|---|---|---|---|"
    )
    for name in (*MEASURES, *FORMER):
        ones = [one[name] for one in every]
        width = np.median([one.width for one in ones])
        print(
            f"| {name} | {share([one.holds for one in ones])} | {share([one.holds_final for one in ones])} "
            f"| {share([one.is_flattered for one in ones])} | {width:.3f} |"
        )
    print("\n| kind | " + " | ".join((*MEASURES, *FORMER)) + " |\n|" + "---|" * 7)
    for kind, tables in found.items():
        cells = [sum(one[name].holds for one in tables) / len(tables) for name in (*MEASURES, *FORMER)]
        print(f"| {kind} | " + " | ".join(f"{cell:.0%}" for cell in cells) + " |")


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=60, help="tables of each kind")
    tables = parser.parse_args().tables
    started_s = time.process_time()
    write(run(KINDS, tables=tables))
    print(f"\n{time.process_time() - started_s:.0f} CPU-seconds")


if __name__ == "__main__":
    main()
