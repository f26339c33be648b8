"""How many outer folds a budget has room for: their own discoveries may cost more than all fits."""

from __future__ import annotations

import math
import time
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

GROWTH = 1.0, 2.2
"""Bounds of the power with which a preparation grows up to there, whatever a clock's whim says."""


@dataclass(frozen=True)
class Growth:
    """What preparing a fold of some training rows took, and the power with which it grows."""

    took_s: float
    n_rows: int
    power: float

    def foretell(self, n_rows: float) -> float:
        """Foretell the CPU-seconds of preparing a fold of so many training rows."""
        grown = (min(n_rows, WHOLE_ROWS) / self.n_rows) ** self.power
        return float(self.took_s * grown * max(1.0, n_rows / WHOLE_ROWS))


def fit_design(
    dataset: Dataset, rows: Rows, plan: Plan, *, budget: Budget, meter: Meter
) -> tuple[Plan, list[str]]:
    """Take as many of the plan's outer folds as can be prepared; say so if they are fewer.

    Repeats go before folds do. Two folds stay in any case: what they take is the least that a training takes.
    """
    growth = _measure(dataset, rows, plan)
    if growth is None:
        return plan, []
    n, spent_s = len(rows.accepted), meter.spent_s
    left_s = max(budget.limit_s - spent_s, 0.0)
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
    if costs[n_folds] > left_s:
        least_s = spent_s + costs[n_folds] + budget.reserve_s
        said.append(
            f"the budget of {budget.cpu_s:.3g} CPU-seconds was too small: the least that a training on these "
            f"records takes, with {n_folds} folds and one candidate, is more than about {least_s:.3g}"
        )
    return narrow(plan, rows, outer_folds=n_folds, repeats=1), said


def _measure(dataset: Dataset, rows: Rows, plan: Plan) -> Growth | None:
    """Prepare a fold on few rows and on twice as many; None where all rows are too few to tell by."""
    n = len(rows.accepted)
    most = min(PROBE_ROWS, n // 4)
    if most // 2 < FEWEST_PROBED:
        return None
    took = [_time(dataset, rows, plan, n_rows=n_rows) for n_rows in (most // 2, most)]
    (few_s, _), (many_s, n_train) = took
    power = float(np.clip(math.log2(max(many_s, 1e-6) / max(few_s, 1e-6)), *GROWTH))
    return Growth(many_s, n_train, power)


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
