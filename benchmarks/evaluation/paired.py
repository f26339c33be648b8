"""How often a paired comparison claims a difference: where there is none, and where there is one.

Run it from the root of the repository: `python -m benchmarks.evaluation.paired`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.evaluation.coverage import share
from benchmarks.evaluation.kind import DIFFERENT, EQUAL
from benchmarks.evaluation.pair import Pair
from benchmarks.evaluation.simulate import cross_validate, draw, true_scores
from training.paired import NOT_SHOWN, compare_paired

FIRST_SEED = 8_000_000
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
    final = [
        true_scores(fit(table.frame, table.y, table.seed), table)["log_loss"] for fit in (pair.a, pair.b)
    ]
    is_claimed = found.verdict != NOT_SHOWN
    truth = final[0] - final[1]
    return Claim(is_claimed, is_claimed and found.difference.value * truth < 0, truth)


def run(pairs: Sequence[Pair], *, tables: int) -> dict[str, list[Claim]]:
    """Compare on so many tables of each pair."""
    return {
        pair.kind.name: [claim(pair, FIRST_SEED + 10_000 * place + number) for number in range(tables)]
        for place, pair in enumerate(pairs)
    }


def write(found: dict[str, list[Claim]]) -> None:
    """Print what was found as Markdown."""
    print("\n| pair | true difference, nats | claimed | claimed the wrong way |\n|---|---|---|---|")
    every = [one for claims in found.values() for one in claims]
    for name, claims in (*found.items(), ("all", every)):
        mean = np.mean([one.truth for one in claims])
        print(
            f"| {name} | {mean:+.4f} | {share([one.is_claimed for one in claims])} "
            f"| {share([one.is_backwards for one in claims])} |"
        )


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=120, help="tables of each pair")
    tables = parser.parse_args().tables
    started_s = time.process_time()
    for said, pairs in (("different in truth", DIFFERENT), ("equal in truth", EQUAL)):
        print(f"\n{said}")
        write(run(pairs, tables=tables))
    print(f"\n{time.process_time() - started_s:.0f} CPU-seconds")


if __name__ == "__main__":
    main()
