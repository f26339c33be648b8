"""Every figure as the ratio Herdbook ÷ another, with its spread over the rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal

from benchmarks.serving.load import BULK, SINGLE, Case
from benchmarks.serving.result import Results
from benchmarks.serving.roster import ALL, OURS
from benchmarks.serving.table import NONE, count, times, write_table

Where = Case | Literal["memory", "start"]
Figure = tuple[str, Where, str]
"""What it is called, and where it stands: a case or a part of a run, and the field."""

OF_CASE = (
    ("req/s", "requests_s"),
    ("p50", "p50_ms"),
    ("p95", "p95_ms"),
    ("p99", "p99_ms"),
    ("CPU", "cpu_us"),
)
RATIOS: dict[str, list[Figure]] = {
    **{
        count(case.connections, "connection"): [(said, case, field) for said, field in OF_CASE]
        for case in SINGLE
    },
    "many records a request": [
        (f"{said} of {case.records:,}", case, field)
        for case in BULK
        for said, field in (("rows/s", "rows_s"), ("CPU", "cpu_us"))
    ],
    "memory and start": [
        ("PSS", "memory", "proportional_mib"),
        ("RSS", "memory", "resident_mib"),
        ("start", "start", "wall_s"),
        ("start, CPU", "start", "cpu_s"),
    ],
}
"""Ratios by the table that they stand in."""


def write_ratios(results: Results, model: str, kind: str) -> str:
    """Write ours ÷ the other's: the median over the rounds, and the least and the greatest."""
    return write_table(["Herdbook ÷", *(said for said, *_ in RATIOS[kind])], _rows(results, model, kind))


def list_ratios(results: Results) -> list[dict[str, Any]]:
    """List the ratio of every figure, ours ÷ the other's, as plain JSON values."""
    return [
        {"model": model, "contestant": name, "of": kind, "figure": said, **asdict(spread)}
        for model in results.models
        for name in results.titles
        for kind, figures in RATIOS.items()
        for said, where, field in figures
        if name != OURS.name and (spread := results.beside(model, OURS.name, name, where, field))
    ]


def _rows(results: Results, model: str, kind: str) -> Iterator[list[str]]:
    for contestant in ALL:
        found = [
            results.beside(model, OURS.name, contestant.name, where, field)
            for _, where, field in RATIOS[kind]
        ]
        if contestant != OURS and any(found):
            yield [contestant.title, *(NONE if each is None else times(each) for each in found)]
