"""Tables of what was measured, and a list of what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.growth.case import Case
from pages.number import count, number, share

Row = Mapping[str, Any]
Found = Mapping[str, Any]
Every = Sequence[Case]
STAGES = ("check", "discover", "classic", "evaluate", "fit", "compile", "examine", "register")
LEAST_BUDGET = 1.0
"""CPU-seconds that no training can do with: the line then takes the least."""

BUDGET = """\
A budget (`herdbook train --budget S`) bounds the CPU time of the whole training over all processes, but no
training takes less than its least: the check, discovery on all rows, two folds, the cheapest candidate, the
last fit, its graph and the package. Where a budget is smaller than that, the training says so and exceeds it;
the lines with a budget of 1 s show this least. A larger one first leaves out the classic table, repeats and
folds of the evaluation, then the candidates that do not fit into what is left, and what examines the result.
So intervals get wider and fewer settings are tried; what ships is still fitted to all rows. For what
follows the search 15 % are kept; where the last fit, the graph's proof and the package take more, as with an
SVM of 200 columns, the budget is exceeded by that.

At many rows nearly all of the least is discovery, for folds find their clusters anew. Two folds with three
splits inside each make nine discoveries, every one among at most 20,000 rows, and assign five times as many
rows as are evaluated, beside all rows once. Of more than 100,000 rows a sample of so many is evaluated, class
by class, and the model's card says so: beyond, only what takes every row goes on growing, which is the check,
assigning, the last fit, the proof of the graph and the package.
"""
TITLES = {
    "training": "Training",
    "predict": "Answers",
    "history": "History of one day",
    "ledger": "Ledger",
    "sealing": "Sealing and merging",
}


def pick(found: Found, measure: str) -> list[dict[str, Any]]:
    """Give all rows of a measure, each with the memory that its process took."""
    runs = (run for run in found["runs"].values() if run["measure"] == measure)
    return [row | {"peak_mib": run["peak_mib"]} for run in runs for row in run["rows"] or ()]


def write_tables(found: Found, every: Every) -> str:
    """Write a table for each measure, and what was not measured."""
    parts = []
    for measure, title in TITLES.items():
        if rows := [run for run in found["runs"].values() if run["measure"] == measure]:
            parts += [f"## {title}\n", *([BUDGET] if measure == "training" else [])]
            parts += [_write_training(rows) if measure == "training" else _write(found, measure), ""]
    if absent := list(_absent(found, every)):
        parts += ["## Not measured\n", *absent, ""]
    return "\n".join(parts)


def _write(found: Found, measure: str) -> str:
    rows = pick(found, measure)
    match measure:
        case "predict":
            return f"CPU-\u03bcs a row.\n\n{_table([_answer(row) for row in rows])}"
        case "history":
            return f"CPU-seconds of a question, each in a new process.\n\n{_table(_ask(rows))}"
        case _:
            return _table([{name: row[name] for name in row if name != "peak_mib"} for row in rows])


def _table(rows: Sequence[Row]) -> str:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    lines = [heads, ["---:"] * len(heads), *([_cell(row.get(head)) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    return number(round(value, 4)) if isinstance(value, float) else number(value)


def _write_training(runs: Sequence[Row]) -> str:
    ordered = sorted(runs, key=lambda run: (_budget(run), *_size(run)))
    return f"CPU-seconds by stage; *evaluate* is the search.\n\n{_table([_train(run) for run in ordered])}"


def _size(run: Row) -> tuple[int, int]:
    given = dict(zip(run["arguments"][::2], run["arguments"][1::2], strict=True))
    return int(given["--columns"]), int(given["--rows"])


def _budget(run: Row) -> float:
    """Give the budget to order by: the least first, none last."""
    return float(run["arguments"][5]) if "--budget" in run["arguments"] else float("inf")


def _train(run: Row) -> dict[str, Any]:
    columns, rows = _size(run)
    given = dict(zip(run["arguments"][::2], run["arguments"][1::2], strict=True))
    about = {"rows": rows, "columns": columns, "budget, s": given.get("--budget", "none")}
    if not run["rows"]:
        return about | {"total": _end(run), "MiB at most": run["peak_mib"]}
    (row,) = run["rows"]
    took = row | {"evaluate": row["evaluate"] + row["calibrate"], "examine": row["examine"] + row["report"]}
    return {
        **about,
        "total": row["total"],
        **{stage: took[stage] for stage in STAGES},
        "MiB at most": run["peak_mib"],
        "candidates": f"{row['candidates']} of {row['of']}",
        "folds": row["folds"],
        "right": share(row["accuracy"]),
    }


def _end(run: Row) -> str:
    if "stopped_s" in run:
        return f"stopped at {run['stopped_s']:g} CPU-seconds, in \u201c{run['during']}\u201d"
    return f"failed: {run.get('failed')}"


def _answer(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {"ensemble": count(row["size"], row["ensemble"][:-1])}
    for n_rows in ("1 row", "1,000 rows"):
        graph, other, whole = (row[f"{name}, {n_rows}, us"] for name in ("graph", "scikit-learn", "predict"))
        ratio = f"{other / graph:,.3g} \u00d7"
        figures = {"graph": graph, "scikit-learn": other, "ratio": ratio, "whole": whole}
        said |= {f"{n_rows}: {head}": one for head, one in figures.items()}
    return said | {"graph, KiB": row["graph, KiB"]}


def _ask(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Put the questions to one log beside each other; CPU-seconds."""
    logs: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        about = {"rows logged": row["logged"], "over": "one day" if row["log"] == "busy" else row["log"]}
        logs.setdefault((row["logged"], row["log"]), about)[row["question"]] = row["CPU s"]
    return list(logs.values())


def _absent(found: Found, every: Every) -> Iterator[str]:
    runs = found["runs"]
    ended = {(run["measure"], run["series"]) for run in runs.values() if "stopped_s" in run}
    larger: list[str] = []
    left: list[str] = []
    for case in every:
        run = runs.get(case.name)
        if run is not None and not run["rows"]:
            yield f"- `{case.name}`: {_end(run)}."
        elif run is None:
            (larger if (case.measure, case.series) in ended else left).append(f"`{case.name}`")
    if larger:
        yield f"- not begun, since a smaller one was stopped: {', '.join(larger)}."
    if left:
        why = "the run was given no more CPU time; the same command goes on with them"
        yield f"- left out, since {why}: {', '.join(left)}."
