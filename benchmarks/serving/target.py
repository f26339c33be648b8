"""The targets, and whether the measured ratios reach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.serving.load import ONE_BAD, Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import BATCHED, EMPTY, FASTAPI_ONNX, LIBRARY, OURS, UNBATCHED, UNLOGGED

AT_64, AT_16, ALONE = Case(64), Case(16), Case(1)
JSON_BULK, ARROW_BULK, ARRAY = Case(2, 10_000), Case(2, 10_000, "arrow"), Case(1, 10_000, "array")
UNHARMED = 1.1
Measured = Callable[[Results, str], Spread | None]


@dataclass(frozen=True)
class Target:
    """One target: what is measured of a model, and the bound on its median."""

    says: str
    measured: Measured
    least: float | None = None
    most: float | None = None

    @property
    def bound(self) -> str:
        """Write the bound."""
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"

    def is_met(self, spread: Spread) -> bool:
        """Whether the median is within the bound."""
        if self.least is not None:
            return spread.middle >= self.least
        return self.most is None or spread.middle <= self.most


def _beside(other: str, case: Case, field: str, *, theirs: Case | None = None) -> Measured:
    return lambda results, model: results.ratio(
        model, (OURS.name, case), (other, case if theirs is None else theirs), field
    )


def _worst_case(other: str, cases: Sequence[Case], field: str) -> Measured:
    def measured(results: Results, model: str) -> Spread | None:
        found = [_beside(other, case, field)(results, model) for case in cases]
        return max((each for each in found if each), key=lambda each: each.middle, default=None)

    return measured


def _nearest(others: Sequence[str], case: Case, field: str) -> Measured:
    def measured(results: Results, model: str) -> Spread | None:
        found = [_beside(other, case, field)(results, model) for other in others]
        return min((each for each in found if each), key=lambda each: each.middle, default=None)

    return measured


def _bad_beside_good(results: Results, model: str) -> Spread | None:
    return results.ratio(model, (OURS.name, ONE_BAD), (OURS.name, AT_64), "p99_ms")


TARGETS = (
    Target(
        "one record, 64 connections: requests/s ÷ FastAPI + the same ONNX (stretch: 1.5)",
        _beside(FASTAPI_ONNX.name, AT_64, "requests_s"),
        least=1.2,
    ),
    Target(
        "the same, p99 at 16 and 64 connections, the worse of the two",
        _worst_case(FASTAPI_ONNX.name, (AT_16, AT_64), "p99_ms"),
        most=1.0,
    ),
    Target(
        "one record, 1 connection: p50 ÷ FastAPI + the same ONNX",
        _beside(FASTAPI_ONNX.name, ALONE, "p50_ms"),
        most=2.0,
    ),
    Target(
        "share of the ceiling: requests/s ÷ an empty route through our door, 64 connections",
        _beside(EMPTY.name, AT_64, "requests_s"),
        least=0.6,
    ),
    Target(
        "requests/s, 64 connections ÷ the faster of the unbatched scikit-learn peers",
        _nearest(UNBATCHED, AT_64, "requests_s"),
        least=10.0,
    ),
    Target(
        "requests/s, 64 connections ÷ the fastest of the batched peers",
        _nearest(BATCHED, AT_64, "requests_s"),
        least=3.0,
    ),
    Target(
        "10,000 records a request (Arrow): rows/s ÷ ONNX Runtime in-process on the same array",
        _beside(LIBRARY.name, ARROW_BULK, "rows_s", theirs=ARRAY),
        least=0.5,
    ),
    Target(
        "the same as JSON: rows/s ÷ FastAPI + the same ONNX",
        _beside(FASTAPI_ONNX.name, JSON_BULK, "rows_s"),
        least=2.0,
    ),
    Target(
        "durable log on ÷ off: requests/s, 64 connections",
        _beside(UNLOGGED.name, AT_64, "requests_s"),
        least=0.9,
    ),
    Target(
        "one bad record among 64: p99 ÷ p99 without it (the other 63 are right, or it is not measured)",
        _bad_beside_good,
        most=UNHARMED,
    ),
)
