"""The targets, and what was measured of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.serving.load import ONE_BAD, Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import BATCHED, EMPTY, FASTAPI_ONNX, LIBRARY, OURS, UNBATCHED, UNLOGGED

AT_64, AT_16, ALONE = Case(64), Case(16), Case(1)
JSON_BULK, ARROW_BULK, ARRAY = Case(2, 10_000), Case(2, 10_000, "arrow"), Case(1, 10_000, "array")
UNHARMED = 1.1
BLANK = "\N{NO-BREAK SPACE}"
UNITS = {"requests_s": "/s", "rows_s": f"{BLANK}rows/s", "p50_ms": f"{BLANK}ms", "p99_ms": f"{BLANK}ms"}


class Found(NamedTuple):
    """What was measured of a target: our figure, the other's, the unit of both, and ours ÷ theirs."""

    ours: Spread
    other: str
    theirs: Spread
    unit: str
    ratio: Spread


Measured = Callable[[Results, str], Found | None]


@dataclass(frozen=True)
class Target:
    """One target: what is measured of a model, and the bound on the median of the ratio."""

    says: str
    measured: Measured
    least: float | None = None
    most: float | None = None
    stretch: float | None = None

    @property
    def bound(self) -> str:
        """Write the bound."""
        said = f"≥{BLANK}{self.least:g}" if self.least is not None else f"≤{BLANK}{self.most:g}"
        return said if self.stretch is None else f"{said} (stretch {self.stretch:g})"

    def is_met(self, ratio: Spread) -> bool:
        """Whether the median is within the bound."""
        if self.least is not None:
            return ratio.middle >= self.least
        return self.most is None or ratio.middle <= self.most


def _compare(results: Results, model: str, case: Case, other: tuple[str, Case], field: str) -> Found | None:
    ours = (OURS.name, case)
    ratio = results.ratio(model, ours, other, field)
    mine, its = (results.spread(model, *each, field) for each in (ours, other))
    if ratio is None or mine is None or its is None:
        return None
    return Found(mine, results.titles[other[0]], its, UNITS[field], ratio)


def _beside(other: str, case: Case, field: str, *, theirs: Case | None = None) -> Measured:
    """Compare a case of ours with the same case of another, or with that one."""
    return lambda results, model: _compare(
        results, model, case, (other, case if theirs is None else theirs), field
    )


def _fastest_of(others: Sequence[str], case: Case, field: str) -> Measured:
    """Compare with whoever of several comes nearest to us."""

    def measured(results: Results, model: str) -> Found | None:
        found = [_beside(other, case, field)(results, model) for other in others]
        return min((each for each in found if each), key=lambda each: each.ratio.middle, default=None)

    return measured


def _bad_beside_good(results: Results, model: str) -> Found | None:
    """Compare ours with itself; whether the other 63 are right was proven before, or it is not measured."""
    found = _compare(results, model, ONE_BAD, (OURS.name, AT_64), "p99_ms")
    return found and found._replace(other="the same without it")


TARGETS = (
    Target(
        "one record, 64 connections: requests/s",
        _beside(FASTAPI_ONNX.name, AT_64, "requests_s"),
        least=1.2,
        stretch=1.5,
    ),
    Target("one record, 16 connections: p99", _beside(FASTAPI_ONNX.name, AT_16, "p99_ms"), most=1.0),
    Target("one record, 64 connections: p99", _beside(FASTAPI_ONNX.name, AT_64, "p99_ms"), most=1.0),
    Target("one record, 1 connection: p50", _beside(FASTAPI_ONNX.name, ALONE, "p50_ms"), most=2.0),
    Target(
        "share of the ceiling, 64 connections",
        _beside(EMPTY.name, AT_64, "requests_s"),
        least=0.6,
    ),
    Target(
        "beside the fastest unbatched peer, 64 connections",
        _fastest_of(UNBATCHED, AT_64, "requests_s"),
        least=10.0,
    ),
    Target(
        "beside the fastest batched peer, 64 connections",
        _fastest_of(BATCHED, AT_64, "requests_s"),
        least=3.0,
    ),
    Target(
        "10,000 records as Arrow, beside the bare graph",
        _beside(LIBRARY.name, ARROW_BULK, "rows_s", theirs=ARRAY),
        least=0.5,
    ),
    Target(
        "10,000 records as JSON",
        _beside(FASTAPI_ONNX.name, JSON_BULK, "rows_s"),
        least=2.0,
    ),
    Target(
        "durable log on ÷ off, 64 connections",
        _beside(UNLOGGED.name, AT_64, "requests_s"),
        least=0.9,
    ),
    Target("one bad record among 64, 64 connections: p99", _bad_beside_good, most=UNHARMED),
)
