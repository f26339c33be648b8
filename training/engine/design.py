"""How many outer folds a budget has room for: their own discoveries may cost more than all fits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from herdbook.dataset import Dataset
from training.engine.budget import Budget, Meter
from training.engine.fold import Split, prepare_fold
from training.plan import Plan, narrow
from training.split import Rows, deal

PREPARED_SHARE = 0.5
"""Share of what a budget has left that the preparation of the folds may take."""

FEWEST_FOLDS = 2
PROBE_ROWS = 512
"""Most rows that a preparation is tried on, to tell what one on all rows takes."""

FEWEST_PROBED = 60
WHOLE_ROWS = 4_000
"""Beyond so many rows a preparation grows linearly: discovery chooses its scale on no more."""

LEAST_GROWING = 0.1
"""At least this share of a preparation is taken to grow, whatever a clock's whim says."""

COLLECT_S = 0.03
COLLECT_ROW_S = 4e-5
"""CPU-seconds that choosing, weighing and calibrating take for one fold and kind of inputs, and per row."""


@dataclass(frozen=True)
class Growth:
    """What preparing a fold takes apart from its training rows, and with their square.

    Neighbours in many columns take the square, which in few columns is too much: rather fewer folds than a
    budget that is not kept.
    """

    base_s: float
    square_s: float

    def foretell(self, n_rows: float) -> float:
        """Foretell the CPU-seconds of preparing a fold of so many training rows."""
        whole_s = self.base_s + self.square_s * min(n_rows, WHOLE_ROWS) ** 2
        return whole_s * max(1.0, n_rows / WHOLE_ROWS)


def fit_design(
    dataset: Dataset, rows: Rows, plan: Plan, *, budget: Budget, meter: Meter
) -> tuple[Plan, list[str]]:
    """Take as many of the plan's outer folds as can be prepared; say so if they are fewer.

    Repeats go before folds do. Two folds stay in any case: what they take is the least that a training takes.
    """
    growth = _measure(dataset, rows, plan)
    if growth is None:
        return plan, []
    n, left_s = len(rows.accepted), max(budget.limit_s - meter.spent_s, 0.0)
    costs = {k: k * growth.foretell(n * (k - 1) / k) for k in range(FEWEST_FOLDS, plan.outer_folds + 1)}
    n_folds = max(
        (k for k, cost_s in costs.items() if cost_s <= PREPARED_SHARE * left_s), default=FEWEST_FOLDS
    )
    if n_folds == plan.outer_folds:
        return plan, []
    said = [
        f"{n_folds} outer folds instead of {plan.outer_folds}: to prepare those would have taken about "
        f"{costs[plan.outer_folds]:.3g} of the {left_s:.3g} CPU-seconds that were left"
    ]
    return narrow(plan, rows, outer_folds=n_folds, repeats=1), said


def tell_least(budget: Budget | None, *, spent_s: float, rest_s: float) -> list[str]:
    """Say so if a budget cannot be kept: what was spent, what must follow in any case, and the reserve."""
    if budget is None or spent_s + rest_s <= budget.limit_s:
        return []
    least_s = spent_s + rest_s + budget.reserve_s
    return [
        f"the budget of {budget.cpu_s:.3g} CPU-seconds allows no training on these records: the least, with "
        f"one candidate, was foretold to take about {least_s:.3g}"
    ]


def foretell_collect(plan: Plan, inputs: Sequence[str]) -> float:
    """Foretell what follows the last candidate, over all folds and kinds of inputs."""
    n_rows: int = plan.folds.shape[1]
    return (COLLECT_S + COLLECT_ROW_S * n_rows) * len(plan.splits) * len(inputs)


def _measure(dataset: Dataset, rows: Rows, plan: Plan) -> Growth | None:
    """Prepare a fold on few rows and on twice as many; None where all rows are too few to tell by."""
    n = len(rows.accepted)
    most = min(PROBE_ROWS, n // 4)
    if most // 2 < FEWEST_PROBED:
        return None
    took = [_time(dataset, rows, plan, n_rows=n_rows) for n_rows in (most // 2, most)]
    (few_s, n_few), (many_s, n_many) = took
    most_s = many_s / n_many**2
    square_s = min(most_s, max((many_s - few_s) / (n_many**2 - n_few**2), LEAST_GROWING * most_s))
    return Growth(many_s - square_s * n_many**2, square_s)


def _time(dataset: Dataset, rows: Rows, plan: Plan, *, n_rows: int) -> tuple[float, int]:
    """Give the CPU-seconds that a fold of a sample takes, and how many rows it trains on."""
    parts = round(len(rows.accepted) / n_rows)
    kept = np.flatnonzero(deal(rows.label, folds=parts, seed=(plan.seed, 0)) == 0)
    cluster = None if rows.cluster is None else rows.cluster[kept]
    few = Rows(rows.accepted[kept], rows.label[kept], rows.classes, cluster, rows.names)
    is_test = deal(few.label, folds=plan.outer_folds, seed=(plan.seed, 0)) == 0
    begin = time.process_time()
    prepare_fold(dataset, few, Split(0, 0, is_test, plan.inner_folds, (plan.seed, 0, 1)))
    return time.process_time() - begin, int((~is_test).sum())
