"""What there is to measure: each measure, and its sizes in the order in which they grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MEASURES = ("predict", "ledger", "sealing", "history", "training")
ROWS, COLUMNS, LOGGED, LISTED = (10**3, 10**4, 10**5, 10**6), (5, 20, 50, 100, 200), range(4, 8), range(3, 6)
WIDE = ((10**4, 50), (10**4, 200))
"""Rows and columns of tables that are both long and wide: of these the least training is measured."""

BUDGETS = (("--budget", "1"), (), ("--budget", "60"))
"""A second is less than any training takes: it gives the least. None gives the whole search."""

QUICK = {
    "predict": ("--trees", "10,100"),
    "ledger": ("--sizes", "1000"),
    "sealing": ("--quick",),
    "history": ("--sizes", "10000"),
    "training": ("--rows", "300", "--columns", "5", "--budget", "1"),
}


@dataclass(frozen=True)
class Case:
    """One measure of one size; sizes of a `series` grow, and none is tried that follows one too large."""

    measure: str
    series: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its figures are kept by."""
        return " ".join((self.measure, *self.arguments))


def list_cases(measures: Sequence[str], *, is_quick: bool) -> list[Case]:
    """List what is to be measured."""
    if is_quick:
        return [Case(name, name, QUICK[name]) for name in measures]
    return [case for name in measures for case in _list_whole(name)]


def _list_whole(measure: str) -> Iterator[Case]:
    match measure:
        case "training":
            for budget in BUDGETS:
                for n in ROWS:
                    yield Case(measure, f"rows {budget}", ("--rows", str(n), "--columns", "10", *budget))
                for n in COLUMNS:
                    yield Case(measure, f"columns {budget}", ("--rows", "1000", "--columns", str(n), *budget))
            for n, m in WIDE:
                yield Case(measure, "wide", ("--rows", str(n), "--columns", str(m), *BUDGETS[0]))
        case "history" | "ledger":
            for power in LOGGED if measure == "history" else LISTED:
                yield Case(measure, measure, ("--sizes", str(10**power)))
        case _:
            yield Case(measure, measure, ())
