"""What the plot shows: a panel for each subject, with its lines by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.growth.table import LEAST_BUDGET, pick
from training.sample import MOST_EVALUATED

FIXED_COLUMNS = 10
"""Over rows a training is measured with so many columns."""

BOUND_S = 1.0
"""CPU-seconds that a question about one day may take, however many rows were logged."""

FEWEST_FOR_RARE = 10**5
"""Rows logged in thirty days below which a day hardly ever has the rare label, so that nothing is read."""

ASKED = {
    ("newest 100", False): "newest 100",
    ("one key", False): "one key",
    ("rare label", False): "rare label",
    ("rare label", True): "rare label, one day",
}
"""Questions by name, and whether all rows were made on the day that is asked for."""

Points = list[tuple[float, float]]
Row = Mapping[str, Any]
Mark = tuple[float, str]
"""Where a line is drawn that is no measure, and what it says."""


@dataclass(frozen=True)
class Panel:
    """A subject: its title, what is over what, its lines by name, and what is marked up and across."""

    title: str
    over: str
    lines: dict[str, Points]
    bound: Mark | None = None
    border: Mark | None = None


def list_panels(found: Mapping[str, Any]) -> Iterator[Panel]:
    """List what can be drawn."""
    yield from _list_training(pick(found, "training"))
    predict = pick(found, "predict")
    for what in ("trees", "members"):
        chosen = [row for row in predict if row["ensemble"] == what]
        yield Panel(f"Answer over {what}", "CPU-\u03bcs a row", _answers(chosen))
    asked = [row for row in pick(found, "history") if _name_question(row) and _is_found(row)]
    lines = _split(asked, _name_question, x="logged", y="CPU s")
    over = "CPU-seconds a question; in thirty days, or all in one"
    yield Panel("History of one day over rows logged", over, lines, bound=(BOUND_S, f"at most {BOUND_S:g}"))
    named = {
        "list all": "list all, CPU s",
        "list last 100": "list the last 100, CPU s",
        "index by entries": "index read by entries, CPU s",
        "by checkpoint": "index read by checkpoint, CPU s",
    }
    yield Panel("Ledger over objects", "CPU-seconds", _several(pick(found, "ledger"), named, x="objects"))


def _list_training(rows: Sequence[Row]) -> Iterator[Panel]:
    over_rows = [row for row in rows if row["columns"] == FIXED_COLUMNS]
    is_sampled = any(row["rows"] > MOST_EVALUATED for row in over_rows)
    border = (MOST_EVALUATED, "a sample is scored \u25b8") if is_sampled else None
    least = sorted((row for row in rows if row["budget"] == LEAST_BUDGET), key=lambda row: row["rows"])
    for what, said, unit in (("total", "CPU time", "CPU-seconds"), ("peak_mib", "Memory", "MiB at most")):
        lines = _split(over_rows, _name_budget, x="rows", y=what)
        yield Panel(f"{said} of training over rows", f"{unit}, {FIXED_COLUMNS} columns", lines, border=border)
        lines = _split(least, lambda row: f"{row['rows']:,} rows", x="columns", y=what, fewest=3)
        yield Panel(f"{said} of training over columns", f"{unit}, the least training", lines)


def _answers(rows: Sequence[Row]) -> dict[str, Points]:
    named = {
        "scikit-learn, 1 row": "scikit-learn, 1 row, us",
        "scikit-learn, 1,000": "scikit-learn, 1,000 rows, us",
        "graph, 1 row": "graph, 1 row, us",
        "graph, 1,000": "graph, 1,000 rows, us",
    }
    return _several(rows, named, x="size")


def _name_budget(row: Row) -> str:
    if row["budget"] is None:
        return "whole search"
    return "the least" if row["budget"] == LEAST_BUDGET else f"budget {row['budget']:g} s"


def _name_question(row: Row) -> str:
    return ASKED.get((row["question"], row["log"] == "busy"), "")


def _is_found(row: Row) -> bool:
    return row["question"] != "rare label" or row["log"] == "busy" or row["logged"] >= FEWEST_FOR_RARE


def _split(
    rows: Sequence[Row], name: Callable[[Row], str], *, x: str, y: str, fewest: int = 2
) -> dict[str, Points]:
    """Part rows into lines by a name."""
    lines: dict[str, Points] = {}
    for row in rows:
        lines.setdefault(name(row), []).append((row[x], row[y]))
    return _keep(lines, fewest=fewest)


def _several(rows: Sequence[Row], named: Mapping[str, str], *, x: str) -> dict[str, Points]:
    return _keep({name: [(row[x], row[field]) for row in rows] for name, field in named.items()})


def _keep(lines: Mapping[str, Points], *, fewest: int = 2) -> dict[str, Points]:
    positive = {name: sorted(p for p in points if p[1] > 0) for name, points in lines.items()}
    return {name: points for name, points in positive.items() if len(points) >= fewest}
