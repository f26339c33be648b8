"""The page: what grows how in three sentences, tables, what was not measured, and how it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pages.number import count, number, share

PLOT = "growth.svg"
Row = Mapping[str, Any]
Found = Mapping[str, Any]
COMMAND = "python -m benchmarks.growth all --docs docs/benchmarks"
STAGES = ("check", "discover", "classic", "evaluate", "fit", "compile", "examine", "register")
HOW = f"""\
## How it was measured

- `{COMMAND}`, from the root of the repository.
  Each case is a process of its own. CPU-seconds are those of user and system over all its processes, which a
  busy machine touches least; memory is the most that they held at once, pages that they share counted once.
- A case that takes more CPU time than it may is stopped, and so are all that would be larger; nothing is
  extrapolated. What is measured is kept, and the command goes on where it was (`--json`, `--limit`).
- A training goes through the line as `herdbook train` does, on data made on the fly: four classes, as hard to
  tell apart with many columns as with few, every tenth column a category, one value in fifty missing.
- Clusters are looked for among at most 20,000 rows, and an SVM and neighbours are not tried on more than
  20,000 and 100,000 labelled rows, which is why the search does not grow evenly.
- Answers are timed on one thread, the least of three rounds. *Whole* is `predict` of a loaded package: the
  clusters of 1,000 rows that discovery kept, the graph, and the calibration.
"""
LEAST_BUDGET = 1.0
"""CPU-seconds that no training can do with: the line then takes the least."""

BUDGET = """\
A budget (`herdbook train --budget S`) bounds the CPU time of the whole training over all processes, but no
training takes less than its least: the check, discovery on all rows, two folds, the cheapest candidate, the
last fit, its graph and the package. Where a budget is smaller than that, the training says so and exceeds it;
the lines with a budget of 1 s show this least. A larger one first leaves out the classic table, repeats and
folds of the evaluation, then the candidates that do not fit into what is left, and what examines the result.
So intervals get wider and fewer settings are tried; what ships is still fitted to all rows.
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


def write_page(found: Found, every: Sequence[str]) -> str:
    """Write the page; `every` names all cases that there are."""
    return "\n".join(_parts(found, every))


def _parts(found: Found, every: Sequence[str]) -> Iterator[str]:
    machine, runs = found["machine"], found["runs"].values()
    commits = " and ".join(f"`{one}`" for one in dict.fromkeys(run["commit"] for run in runs))
    yield "# How cost grows\n"
    yield f"<!-- made by `{COMMAND}`: change benchmarks/growth/ instead -->\n"
    yield " ".join(f"{says}." for says in _say(found)) + "\n"
    yield (
        f"Commit {commits}, {' and '.join(sorted({run['date'] for run in runs}))}. {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}, Python "
        f"{machine['python']}; a + marks files that differ from the commit.\n"
    )
    yield f"![How cost grows: a panel for each subject]({PLOT})\n"
    yield write_tables(found, every)
    yield HOW


def write_tables(found: Found, every: Sequence[str]) -> str:
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
    ordered = sorted(runs, key=lambda run: ("--budget" in run["arguments"], *_size(run)))
    return f"CPU-seconds by stage; *evaluate* is the search.\n\n{_table([_train(run) for run in ordered])}"


def _size(run: Row) -> tuple[int, int]:
    given = dict(zip(run["arguments"][::2], run["arguments"][1::2], strict=True))
    return int(given["--columns"]), int(given["--rows"])


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
        return f"stopped at {run['stopped_s']:g}, in \u201c{run['during']}\u201d"
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


def _absent(found: Found, every: Sequence[str]) -> Iterator[str]:
    for name in every:
        run = found["runs"].get(name)
        if run is None:
            yield f"- `{name}`: not run."
        elif not run["rows"]:
            yield f"- `{name}`: {_end(run)}."


def _say(found: Found) -> Iterator[str]:
    """Say what grows how, by the first and the last size that were measured."""
    training, predict = pick(found, "training"), pick(found, "predict")
    whole = [row for row in training if row["budget"] is None]
    least = [row for row in training if row["budget"] == LEAST_BUDGET]
    parts = [
        _grow(f"{says} takes {what}", rows, over, y, fixed=(other, 10 if other == "columns" else 1_000))
        for says, rows in (("the whole search", whole), ("the least training", least))
        for over, other in (("rows", "columns"), ("columns", "rows"))
        for what, y in (("CPU time", "total"), ("memory", "peak_mib"))
    ]
    yield _join(parts)
    forests = [row for row in predict if row["ensemble"] == "trees"]
    parts = [
        _grow(f"{says} takes", forests, "size", f"{name}, 1 row, us", unit="trees")
        for says, name in (("one row by the graph of a forest", "graph"), ("by scikit-learn", "scikit-learn"))
    ]
    yield _join(parts)
    asked = [row for row in pick(found, "history") if row["log"] != "busy"]
    parts = [
        _grow(f"{says} takes", rows, x, y, unit=unit)
        for says, rows, x, y, unit in (
            ("the newest of a day's history", _only(asked, "newest 100"), "logged", "CPU s", "rows logged"),
            ("a rare label's", _only(asked, "rare label"), "logged", "CPU s", "rows logged"),
            ("listing a ledger", pick(found, "ledger"), "objects", "list all, CPU s", "objects"),
        )
    ]
    yield _join(parts)


def _only(rows: Sequence[Row], question: str) -> list[Row]:
    return [row for row in rows if row["question"] == question]


def _join(parts: Sequence[str]) -> str:
    said = "; ".join(filter(None, parts)) or "nothing is measured of it yet"
    return said[0].upper() + said[1:]


def _grow(
    says: str, rows: Sequence[Row], x: str, y: str, *, fixed: tuple[str, int] | None = None, unit: str = ""
) -> str:
    chosen = [row for row in rows if fixed is None or row[fixed[0]] == fixed[1]]
    points = sorted((row[x], row[y]) for row in chosen)
    if len({px for px, _ in points}) < 2:
        return ""
    (x0, y0), (x1, y1) = points[0], points[-1]
    times = y1 / y0
    return f"{says} {number(times, 2)} times as much for {x1:,} {unit or x} as for {x0:,}"
