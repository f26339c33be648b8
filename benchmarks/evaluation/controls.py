"""How often each control finds what was planted, and how often it cries for nothing.

Every line is one kind of table, made anew from many seeds, and says how often the control made a finding.
Run it with `python -m benchmarks.evaluation.controls`; it writes controls.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from benchmarks.evaluation import plant
from benchmarks.evaluation.plant import Table
from training.control.duplicate import check_duplicates
from training.control.finding import Evidence, Finding
from training.control.group import check_groups
from training.control.leak import check_leak
from training.control.rarity import check_rarity
from training.control.rule import check_rule
from training.control.shuffled import check_shuffled
from training.interval import wilson

FIRST_SEED = 50_000
"""The controls' bounds were set while looking at seeds below 21,000."""
REDRAWN = 1_000_000
"""Between the seeds of one table and the next, where tables of a certain kind are wanted."""

HEAD = """# What the controls find, and how often they cry for nothing

Written by `python -m benchmarks.evaluation.controls`. Each line is one kind of table, made anew from seeds
that were not looked at while the controls' bounds were set. A finding is `passed: false`; the interval is
Wilson's. Which strengths are "at the edge" was said after the bounds were set, with other seeds in view.

- *shuffled labels*: with no relation the control must say so in 95 % of tables, for its p-value is exact;
  with a weak one it says so as often as the relation is too weak to be seen in 200 records: that is its
  power. In "leak between folds" a procedure remembers labels of one fold while it is tested on the next.
- *duplicates*: records have three continuous numbers, a boolean and a category. Copies with a jitter as large
  as the distance between unlike records cannot be told from these. Rounded to whole numbers, records coincide
  by themselves, and the control says that it cannot judge.
- *leak*: at least 90 % of the way from chance to no mistake, and the other features together at least 10
  points behind, both with 95 % confidence. Centres of classes are drawn at random, so in some tables without
  a leak one number truly dominates: by the best answers there are, it passes those bounds. Such a number and
  a leak look alike, and the finding says so; these tables stand apart.
- *plain rule*: at least 99 % of the way, and 95 % on rows held out; no claim that there is no rule, but that
  no tree of the shapes tried gives it.
- *groups*: answers are drawn, right or wrong, whatever the features, so every finding among equal groups is a
  false alarm. Holm's method promises at most 5 % of tables with any.

"""


@dataclass(frozen=True)
class Case:
    """A control, the kind of table it is given, and whether it should make a finding."""

    control: str
    table: str
    expected: str
    tables: int
    find: Callable[[int], Finding]


class Careless:
    """A procedure with a fault: what it learned in one fold it still knows when it is tested in the next."""

    def __init__(self, table: Table, share: float) -> None:
        self._table = table
        self._share = share
        self._seen: dict[bytes, int] = {}

    def make(self) -> Pipeline:
        """Make a pipeline that answers from memory where it can, for a share of the rows."""
        return Pipeline([("classifier", _Memory(self._seen, self._share))])


class _Memory(GaussianNB):  # type: ignore[misc]  # scikit-learn has no types
    def __init__(self, seen: dict[bytes, int], share: float) -> None:
        super().__init__()
        self.seen = seen
        self.share = share

    def fit(self, frame: np.ndarray, y: np.ndarray) -> _Memory:
        super().fit(frame, y)
        kept = int(self.share * len(y))
        self.seen.update(
            (row.tobytes(), int(label)) for row, label in zip(frame[:kept], y[:kept], strict=True)
        )
        return self

    def predict_proba(self, frame: np.ndarray) -> np.ndarray:
        found = super().predict_proba(frame)
        for place, row in enumerate(frame):
            if (label := self.seen.get(row.tobytes())) is not None:
                found[place] = np.asarray(self.classes_ == label, dtype=np.float64)
        return np.asarray(found)


def find_shuffled(table: Table, seed: int) -> Finding:
    """Run the control of shuffled labels with the cheapest of classifiers."""
    return check_shuffled(plant.gather(table, make=GaussianNB, seed=seed))


def find_careless(seed: int, share: float) -> Finding:
    """Run the control of shuffled labels on a procedure that remembers answers from fold to fold."""
    table = plant.make_clean(seed, n=200)
    return check_shuffled(plant.gather(table, make=Careless(table, share).make, seed=seed))


def find(check: Callable[[Evidence], Finding], table: Table, seed: int) -> Finding:
    """Run a control that fits nothing of the procedure's."""
    return check(plant.gather(table, make=GaussianNB, seed=seed))


def draw_clean(seed: int, signal: float, *, dominated: bool) -> Table:
    """Draw tables until there is one in which a number truly dominates, or one in which none does."""
    while plant.has_dominant(table := plant.make_clean(seed, signal=signal)) is not dominated:
        seed += REDRAWN
    return table


def find_groups(seed: int, *, bad: float, n: int = 1_000) -> Finding:
    """Let answers about green records be right with the chance `bad`, about all others with 0.9."""
    table = plant.make_clean(seed, n=n)
    right = np.where(table.frame[:, 4] == 1, bad, 0.9)
    answers = plant.answer_at_random(table, right, seed)
    return check_groups(plant.gather(table, make=GaussianNB, seed=seed, probabilities=answers))


def find_rarity(seed: int, n_rare: int) -> Finding:
    """Let one class have so many records."""
    table = plant.make_clean(seed)
    kept = np.concatenate([np.flatnonzero(table.y != 2), np.flatnonzero(table.y == 2)[:n_rare]])
    rare = Table(table.dataset, table.frame[kept], table.y[kept], table.classes)
    return find(check_rarity, rare, seed)


def list_cases(tables: int) -> Iterator[Case]:
    """List all cases, each on so many tables, those about false alarms on five times as many."""
    yield from _list_shuffled(tables)
    yield from _list_duplicates(tables)
    yield from _list_leaks(tables)
    yield from _list_rules(tables)
    for bad in (0.5, 0.7, 0.8):
        yield Case(
            "groups",
            f"1 of 23 groups right {100 * bad:g} %, others 90 %",
            "finding",
            tables,
            _groups(bad, 1_000),
        )
    for n in (200, 1_000):
        yield Case("groups", f"all 23 groups right 90 %, n = {n:,}", "quiet", 5 * tables, _groups(0.9, n))
    for n in (5, 15):
        yield Case("rare_classes", f"a class of {n} records", "finding", tables, _rarity(n))
    for n in (16, 40):
        yield Case("rare_classes", f"a class of {n} records", "quiet", tables, _rarity(n))


def _groups(bad: float, n: int) -> Callable[[int], Finding]:
    return lambda seed: find_groups(seed, bad=bad, n=n)


def _rarity(n: int) -> Callable[[int], Finding]:
    return lambda seed: find_rarity(seed, n)


def _list_shuffled(tables: int) -> Iterator[Case]:
    name = "shuffled_labels"

    def learn(signal: float, n: int) -> Callable[[int], Finding]:
        return lambda seed: find_shuffled(plant.make_clean(seed, n=n, signal=signal), seed)

    def remember(share: float) -> Callable[[int], Finding]:
        return lambda seed: find_careless(seed, share)

    yield Case(name, "no relation, n = 100", "finding in 95 %", 5 * tables, learn(0.0, 100))
    for signal in (0.25, 0.5, 1.0):
        expected = "quiet" if signal == 1.0 else "at the edge"
        yield Case(name, f"classes {signal:g} sd apart, n = 200", expected, tables, learn(signal, 200))
    for share in (0.1, 0.3, 1.0):
        yield Case(
            name, f"{100 * share:g} % of the answers leak between folds", "finding", tables, remember(share)
        )


def _list_duplicates(tables: int) -> Iterator[Case]:
    name = "duplicates"

    def copy(share: float, jitter: float = 0.0) -> Callable[[int], Finding]:
        return lambda seed: find(
            check_duplicates, plant.add_copies(plant.make_clean(seed), seed, share=share, jitter=jitter), seed
        )

    def round_to(digits: int) -> Callable[[int], Finding]:
        return lambda seed: find(check_duplicates, plant.round_numbers(plant.make_clean(seed), digits), seed)

    for share in (0.01, 0.02, 0.05, 0.2, 1.0):
        yield Case(
            name, f"{100 * share:g} % of 400 records in pairs of copies", "finding", tables, copy(share)
        )
    for jitter in (0.0001, 0.001, 0.01, 0.03):
        told = f"5 % in pairs of near copies, jitter of {jitter:g} sd"
        yield Case(name, told, "finding" if jitter < 0.03 else "at the edge", tables, copy(0.05, jitter))
    yield Case(name, "100 % in pairs, jitter of 0.001 sd", "finding", tables, copy(1.0, 0.001))
    yield Case(
        name,
        "no copies",
        "quiet",
        5 * tables,
        lambda seed: find(check_duplicates, plant.make_clean(seed), seed),
    )
    for digits in (2, 1, 0):
        yield Case(name, f"no copies, numbers rounded to {digits} digits", "quiet", tables, round_to(digits))


def _list_leaks(tables: int) -> Iterator[Case]:
    name = "leak"

    def leak(noise: float, n: int) -> Callable[[int], Finding]:
        return lambda seed: find(
            check_leak, plant.add_leak(plant.make_clean(seed, n=n), seed, noise=noise), seed
        )

    def clean(signal: float, *, dominated: bool = False) -> Callable[[int], Finding]:
        return lambda seed: find(check_leak, draw_clean(seed, signal, dominated=dominated), seed)

    for noise in (0.0, 0.01, 0.02, 0.05, 0.1):
        told = f"a feature is the class but for {100 * noise:g} %, n = 1,000"
        yield Case(name, told, "finding" if noise < 0.1 else "at the edge", tables, leak(noise, 1_000))
    yield Case(name, "a feature is the class but for 20 %, n = 1,000", "quiet", tables, leak(0.2, 1_000))
    for signal in (1.0, 3.0, 10.0):
        told = f"no leak, classes {signal:g} sd apart, no number dominates"
        yield Case(name, told, "quiet", 3 * tables, clean(signal))
    told = "no leak, classes 3 sd apart, one number truly dominates"
    yield Case(name, told, "at the edge", tables, clean(3.0, dominated=True))


def _list_rules(tables: int) -> Iterator[Case]:
    name = "plain_rule"

    def rule(questions: int, noise: float) -> Callable[[int], Finding]:
        return lambda seed: find(
            check_rule,
            plant.label_by_rule(plant.make_clean(seed), seed, questions=questions, noise=noise),
            seed,
        )

    def clean(signal: float) -> Callable[[int], Finding]:
        return lambda seed: find(check_rule, plant.make_clean(seed, signal=signal), seed)

    for questions in (1, 2, 3):
        yield Case(
            name,
            f"labels by a rule of {questions} question{'s' * (questions > 1)}",
            "finding",
            tables,
            rule(questions, 0.0),
        )
    yield Case(
        name,
        "by one of two questions or the other, not both, n = 1,000",
        "finding",
        tables,
        lambda seed: find(check_rule, plant.label_by_either(plant.make_clean(seed, n=1_000), seed), seed),
    )
    yield Case(
        name,
        "ten classes by a number's steps, n = 1,000",
        "finding",
        tables,
        lambda seed: find(
            check_rule, plant.label_by_steps(plant.make_clean(seed, n=1_000), seed, steps=10), seed
        ),
    )
    for noise in (0.005, 0.02, 0.05):
        expected = {0.005: "at the edge", 0.02: "at the edge"}.get(noise, "quiet")
        yield Case(
            name, f"by a rule of 2 questions, but for {100 * noise:g} %", expected, tables, rule(2, noise)
        )
    for signal in (0.5, 1.0, 2.0):
        yield Case(
            name,
            f"no rule, classes {signal:g} sd apart",
            "quiet",
            tables,
            clean(signal),
        )


def measure(case: Case) -> str:
    """Run a case and give its line of the table."""
    passed = [case.find(FIRST_SEED + number).passed for number in range(case.tables)]
    found, unjudged = passed.count(False), passed.count(None)
    share = wilson(found, case.tables)
    return (
        f"| {case.control} | {case.table} | {case.expected} | {case.tables} | {100 * share.value:.1f} % "
        f"| {100 * share.low:.1f} to {100 * share.high:.1f} % | {unjudged or ''} |"
    )


def main() -> None:
    """Print the table, and write it unless the run is a short one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=40, help="tables of each planted case")
    parser.add_argument("--quick", action="store_true", help="three tables of each case, and write nothing")
    chosen = parser.parse_args()
    lines = [
        "| control | table | expected | tables | findings | 95 % interval | not judged |",
        "|---|---|---|---|---|---|---|",
    ]
    print(*lines, sep="\n")
    for case in list_cases(3 if chosen.quick else chosen.tables):
        lines.append(measure(case))
        print(lines[-1], flush=True)
    if not chosen.quick:
        Path(__file__).with_suffix(".md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
