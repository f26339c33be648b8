"""How often a paired comparison claims a difference: where there is none, and where there is one.

Run it from the root of the repository: `python -m benchmarks.evaluation.paired`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.evaluation.kind import DIFFERENT, EQUAL
from benchmarks.evaluation.pair import Pair
from benchmarks.evaluation.result import add, count, keep, lay_out, share
from benchmarks.evaluation.simulate import Table, cross_validate, draw, true_scores
from training.engine.seed import fit_seed
from training.paired import NOT_SHOWN, compare_paired

FIRST_SEED = 18_000_000
N_FRESH = 2_000


@dataclass(frozen=True)
class Claim:
    """What was claimed of one table, and the true difference of the final models' log-loss in nats."""

    is_claimed: bool
    is_backwards: bool
    truth: float


def claim(pair: Pair, seed: int) -> Claim:
    """Compare on one table."""
    table = draw(pair.kind, seed, n_fresh=N_FRESH)
    (a, _), (b, _) = cross_validate(table, pair.a), cross_validate(table, pair.b)
    found = compare_paired(a, b, table.y, table.folds)
    truth = _final_loss(pair, "a", table) - _final_loss(pair, "b", table)
    is_claimed = found.verdict != NOT_SHOWN
    return Claim(is_claimed, is_claimed and found.difference.value * truth < 0, truth)


def _final_loss(pair: Pair, name: str, table: Table) -> float:
    model = getattr(pair, name)(table.frame, table.y, fit_seed(table.seed))
    return true_scores(model, table)["log_loss"]


def run(pairs: Sequence[Pair], *, tables: int) -> dict[str, list[Claim]]:
    """Compare on so many tables of each pair."""
    return {
        pair.kind.name: [claim(pair, FIRST_SEED + 10_000 * place + number) for number in range(tables)]
        for place, pair in enumerate(pairs)
    }


def tell(found: dict[str, list[Claim]]) -> list[dict[str, Any]]:
    """Tell of each pair how often a difference was claimed, as plain JSON values."""
    return [
        {
            "pair": name,
            "true_difference": round(float(np.mean([one.truth for one in claims])), 5),
            "claimed": count([one.is_claimed for one in claims]),
            "backwards": count([one.is_backwards for one in claims]),
        }
        for name, claims in found.items()
    ]


def to_markdown(results: dict[str, Any]) -> str:
    """Lay the figures out as two tables."""
    equal, different = results["equal"], results["different"]
    return (
        f"Equal in truth ({results['tables']} tables of each pair):\n\n{_table(equal)}"
        f"\nDifferent in truth: the first sees more of what tells.\n\n{_table(different)}"
    )


def _table(rows: Sequence[dict[str, Any]]) -> str:
    cells = [
        [one["pair"], f"{one['true_difference']:+.4f}", share(one["claimed"]), share(one["backwards"])]
        for one in rows
    ]
    both = [share(add(one[name] for one in rows)) for name in ("claimed", "backwards")]
    head = ["pair", "true difference, nats", "claimed", "claimed the wrong way"]
    return lay_out(head, [*cells, ["all", "", *both]])


def main() -> None:
    """Judge, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=200, help="tables of each pair")
    tables = parser.parse_args().tables
    started_s = time.process_time()
    results = {
        "tables": tables,
        "equal": tell(run(EQUAL, tables=tables)),
        "different": tell(run(DIFFERENT, tables=tables)),
    }
    results["cpu_s"] = round(time.process_time() - started_s)
    print(to_markdown(results))
    keep("paired", results, to_markdown(results))


if __name__ == "__main__":
    main()
