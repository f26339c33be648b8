"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any, Literal

from benchmarks.serving.load import ARROW_BULK, BULK, SINGLE, Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import ALL, LIBRARY, OURS
from benchmarks.serving.target import ARRAY, TARGETS
from pages.number import MISSING

NONE = MISSING
FIELDS = ("requests_s", "p50_ms", "p95_ms", "p99_ms")
Where = Case | Literal["memory", "start"]
RATIOS: dict[str, list[tuple[str, Where, str]]] = {
    "Throughput": [
        *((f"req/s, {case.connections} conn.", case, "requests_s") for case in SINGLE),
        *((f"rows/s of {case.records:,}", case, "rows_s") for case in BULK),
    ],
    "Latency": [
        (f"{field[:3]}, {case.connections} conn.", case, field) for case in SINGLE for field in FIELDS[1:]
    ],
    "Cost": [
        *((f"CPU, {case.connections} conn.", case, "cpu_us") for case in SINGLE),
        ("PSS", "memory", "proportional_mib"),
        ("RSS", "memory", "resident_mib"),
        ("start", "start", "wall_s"),
        ("start, CPU", "start", "cpu_s"),
    ],
}
"""Ratios by kind: what a column is called, and where its figure stands."""


def write_table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Write a table; columns behind the first are aligned to the right."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def write_targets(results: Results) -> str:
    """Say of each target whether it is met, for each model."""
    head = ["target", "bound", *(results.found["models"][model]["short"] for model in results.models)]
    rows = (
        [target.says, target.bound, *(_verdict(results, model, nth) for model in results.models)]
        for nth, target in enumerate(TARGETS)
    )
    return write_table(head, rows)


def _verdict(results: Results, model: str, nth: int) -> str:
    spread = TARGETS[nth].measured(results, model)
    if spread is None:
        return "not measured"
    return f"{'passed' if TARGETS[nth].is_met(spread) else '**missed**'}: {times(spread)}"


def write_singles(results: Results, model: str) -> str:
    """Write requests a second and latencies of single records, by the number of connections."""
    head = ["", *(f"{case.connections} conn.: req/s; p50, p95, p99 ms" for case in SINGLE)]

    def cell(name: str, case: Case) -> str:
        found = [results.spread(model, name, case, field) for field in FIELDS]
        first, *latencies = ["" if each is None else number(each.middle) for each in found]
        return f"{first}; {', '.join(latencies)}" if first else NONE

    return write_table(head, _rows(results, model, lambda name: [cell(name, case) for case in SINGLE]))


def write_bulk(results: Results, model: str) -> str:
    """Write rows a second, by how many records a request has."""
    cases = (Case(64), *BULK, *ARROW_BULK)
    head = ["", "1 a request", "100", "10,000", "100, Arrow", "10,000, Arrow"]

    def cells(name: str) -> list[str]:
        if name == LIBRARY.name:
            cases_ = [Case(1, each, "array") for each in (1, 100)] + [ARRAY]
            return [*(middle(results.spread(model, name, case, "rows_s")) for case in cases_), NONE, NONE]
        return [middle(results.spread(model, name, case, "rows_s")) for case in cases]

    return write_table(head, _rows(results, model, cells))


def write_costs(results: Results, model: str) -> str:
    """Write CPU time per request, memory, and what a start takes."""
    head = ["", "CPU μs, 1 conn.", "CPU μs, 64 conn.", "PSS MiB", "RSS MiB", "start s", "start CPU-s"]
    parts = (
        ("memory", "proportional_mib"),
        ("memory", "resident_mib"),
        ("start", "wall_s"),
        ("start", "cpu_s"),
    )

    def cells(name: str) -> list[str]:
        cpu = [middle(results.spread(model, name, case, "cpu_us")) for case in (Case(1), Case(64))]
        return cpu + [middle(results.part(model, name, *each)) for each in parts]

    return write_table(head, _rows(results, model, cells))


def write_ratios(results: Results, model: str, kind: str) -> str:
    """Write ours ÷ the other's: the median over the rounds, and the least and the greatest."""
    head = ["Herdbook ÷", *(said for said, *_ in RATIOS[kind])]

    def cells(name: str) -> list[str]:
        found = [results.beside(model, OURS.name, name, where, field) for _, where, field in RATIOS[kind]]
        return [NONE if each is None else times(each) for each in found]

    return write_table(head, (row for row in _rows(results, model, cells) if row[0] != OURS.title))


def list_ratios(results: Results) -> list[dict[str, Any]]:
    """List the ratio of every figure, ours ÷ the other's, as plain JSON values."""
    return [
        {"model": model, "contestant": name, "figure": said, **asdict(spread)}
        for model in results.models
        for name in results.titles
        for said, where, field in chain(*RATIOS.values())
        if name != OURS.name and (spread := results.beside(model, OURS.name, name, where, field))
    ]


def _rows(results: Results, model: str, cells: Callable[[str], list[str]]) -> Iterator[list[str]]:
    """Write a row for each contestant of which there is something to say."""
    for contestant in ALL:
        row = cells(contestant.name) if results.runs(model, contestant.name) else []
        if set(row) - {NONE}:
            yield [contestant.title, *row]


def number(value: float) -> str:
    """Write three digits, and whole numbers in full."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def middle(spread: Spread | None) -> str:
    """Write the median, or a dash."""
    return NONE if spread is None else number(spread.middle)


def times(spread: Spread) -> str:
    """Write a ratio with its spread."""
    return f"{number(spread.middle)} [{number(spread.low)} to {number(spread.high)}]"
