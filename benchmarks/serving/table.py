"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.serving.load import ARROW_BULK, BULK, Case
from benchmarks.serving.result import Results, Spread
from benchmarks.serving.roster import ALL, LIBRARY, OURS
from benchmarks.serving.target import ARRAY, BLANK
from pages.number import MISSING

NONE, TIMES = MISSING, "\N{MULTIPLICATION SIGN}"
FIELDS = ("requests_s", "p50_ms", "p95_ms", "p99_ms", "cpu_us")


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """Write a table; columns behind the first ones are aligned to the right."""
    marks = [*["---"] * left, *["---:"] * (len(head) - left)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def write_singles(results: Results, model: str, case: Case) -> str:
    """Write what single records over so many connections came to, the fastest first."""
    head = ["", "req/s", "Herdbook ÷ it", "p50", "p95", "p99", "CPU μs", "failed"]

    def cells(name: str) -> list[str]:
        if results.spread(model, name, case, "requests_s") is None:
            return []
        first, *others = (middle(results.spread(model, name, case, field)) for field in FIELDS)
        return [first, _ratio(results, model, name, case), *others, _failed(results, model, name, case)]

    def speed(row: list[str]) -> float:
        return -float(row[1].replace(",", ""))

    return write_table(head, sorted(_rows(model, results, cells), key=speed))


def write_bulk(results: Results, model: str) -> str:
    """Write rows a second, by how many records a request has."""
    cases = (Case(64), *BULK, *ARROW_BULK)
    head = ["rows/s", "1 a request", "100", "10,000", "100, Arrow", "10,000, Arrow"]

    def cells(name: str) -> list[str]:
        mine = [Case(1, each, "array") for each in (1, 100)] + [ARRAY] if name == LIBRARY.name else cases
        found = [middle(results.spread(model, name, case, "rows_s")) for case in mine]
        return found + [NONE] * (len(cases) - len(found))

    return write_table(head, _rows(model, results, cells))


def write_costs(results: Results, model: str) -> str:
    """Write memory after all loads, and what a start takes."""
    head = ["", "memory, PSS MiB", "RSS MiB", "start s", "start CPU-s"]
    parts = (
        ("memory", "proportional_mib"),
        ("memory", "resident_mib"),
        ("start", "wall_s"),
        ("start", "cpu_s"),
    )

    def cells(name: str) -> list[str]:
        return [middle(results.part(model, name, *each)) for each in parts]

    return write_table(head, _rows(model, results, cells))


def _rows(model: str, results: Results, cells: Callable[[str], list[str]]) -> Iterator[list[str]]:
    """Write a row for each contestant of which there is something to say."""
    for contestant in ALL:
        row = cells(contestant.name) if results.runs(model, contestant.name) else []
        if set(row) - {NONE}:
            yield [f"**{contestant.title}**" if contestant == OURS else contestant.title, *row]


def _ratio(results: Results, model: str, name: str, case: Case) -> str:
    found = results.beside(model, OURS.name, name, case, "requests_s")
    return NONE if found is None or name == OURS.name else times(found)


def _failed(results: Results, model: str, name: str, case: Case) -> str:
    found = [results.by_round(model, name, case, field).values() for field in ("refused", "broken")]
    return f"{sum(map(sum, found)):,.0f}"


def number(value: float) -> str:
    """Write three digits, and whole numbers in full."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def count(n: int, what: str) -> str:
    """Write how many of what there are."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def middle(spread: Spread | None) -> str:
    """Write the median, or a dash."""
    return NONE if spread is None else number(spread.middle)


def times(spread: Spread) -> str:
    """Write a ratio with its spread."""
    spread_out = f"({number(spread.low)} to {number(spread.high)})".replace(" ", BLANK)
    return f"{number(spread.middle)}{BLANK}{TIMES} {spread_out}"
