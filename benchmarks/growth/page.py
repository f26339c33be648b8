"""The page: what grows how in three sentences, the plot, tables, and how it was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.growth.table import LEAST_BUDGET, Every, Found, Row, pick, write_tables
from pages.number import number

PLOT = "growth.svg"
COMMAND = "python -m benchmarks.growth all --docs docs/benchmarks"
HOW = f"""\
## How it was measured

- `{COMMAND}`, from the root of the repository.
  Each case is a process of its own. CPU-seconds are those of user and system over all its processes, which a
  busy machine touches least; memory is the most that they held at once, pages that they share counted once.
- A case that takes more CPU time than it may is stopped, and those that would be larger are not begun;
  nothing is extrapolated. What is measured is kept, and the command goes on where it was (`--json`,
  `--limit`, `--total`).
- A training goes through the line as `herdbook train` does, on data made on the fly: four classes, whose
  centres lie as far apart in many columns as in few, every tenth column a category, one value in fifty
  missing. Its total leaves out what starting Python and making the data take; its memory holds both.
- Clusters are looked for among at most 20,000 rows and their scale is chosen on at most 4,000, in the last
  fit and in every fold; all rows are then assigned. Of more than 100,000 rows a sample of so many, from each
  class its share, is dealt out to the folds: settings, weights, calibration, scores and controls rest on it.
  An SVM and neighbours are not tried on more than 20,000 and 100,000 labelled rows, nor has the classic table
  a line of the SVM then. Nothing else leaves rows out, and what ships is fitted to all.
- Answers are timed on one thread, the least of three rounds. *Whole* is `predict` of a loaded package: the
  clusters of 1,000 rows that discovery kept, the graph, and the calibration.
- Of ten thousand rows logged one has the rare label. A day of the smallest log has hardly ever one, and then
  no row is read, so its figure there is not that of finding one.
"""


def write_page(found: Found, every: Every) -> str:
    """Write the page; `every` lists all cases that there are."""
    return "\n".join(_parts(found, every))


def _parts(found: Found, every: Every) -> Iterator[str]:
    machine, runs = found["machine"], found["runs"].values()
    commits = _list(f"`{one}`" for one in dict.fromkeys(run["commit"] for run in runs))
    yield "# How cost grows\n"
    yield f"<!-- made by `{COMMAND}`: change benchmarks/growth/ instead -->\n"
    yield " ".join(f"{says}." for says in _say(found)) + "\n"
    yield (
        f"Measured at {commits}, {_list(sorted({run['date'] for run in runs}))}. {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}, Python "
        f"{machine['python']}; a + marks files that differ from the commit named.{_note(found)}\n"
    )
    yield f"![How cost grows: a panel for each subject]({PLOT})\n"
    yield write_tables(found, every)
    yield HOW


def _list(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _note(found: Found) -> str:
    return f" {found['note']}" if found.get("note") else ""


def _say(found: Found) -> Iterator[str]:
    """Say what grows how, in three sentences, by the least and the largest size that were measured."""
    training = [row for row in pick(found, "training") if row["budget"] == LEAST_BUDGET]
    both = {"the CPU time": "total", "the memory": "peak_mib"}
    yield _join(
        _grow("the least training takes", [row for row in training if row[other] == fixed], over, both)
        for over, other, fixed in (("rows", "columns", 10), ("columns", "rows", 1_000))
    )
    predict = pick(found, "predict")
    ways = {"the CPU time by the graph": "graph, 1 row, us", "by scikit-learn": "scikit-learn, 1 row, us"}
    sizes = {what: [row for row in predict if row["ensemble"] == what] for what in ("trees", "members")}
    yield _join(_grow("one answer takes", rows, "size", ways, unit=what) for what, rows in sizes.items())
    time = {"the CPU time": "CPU s"}
    asked = [row for row in pick(found, "history") if row["log"] != "busy"]
    newest, key = ([row for row in asked if row["question"] == one] for one in ("newest 100", "one key"))
    listed = {"the CPU time": "list all, CPU s"}
    yield _join(
        (
            _grow("listing a ledger takes", pick(found, "ledger"), "objects", listed),
            _grow("the newest 100 of a day take", newest, "logged", time, unit="rows logged"),
            _grow("one key on that day takes", key, "logged", time, unit="rows logged"),
        )
    )


def _join(parts: Iterable[str]) -> str:
    said = "; ".join(filter(None, parts)) or "what else grows was not measured"
    return said[0].upper() + said[1:]


def _grow(says: str, rows: Sequence[Row], x: str, columns: Mapping[str, str], *, unit: str = "") -> str:
    """Say how many times as much each of some columns, by what it is called, is at the largest size."""
    sizes = {row[x] for row in rows}
    if len(sizes) < 2:
        return "".join(f"over {unit or x} only one size was finished, {size:,}" for size in sizes)
    low, high = (pick_end(rows, key=lambda row: row[x]) for pick_end in (min, max))
    times = [f"{number(high[name] / low[name], 2)} \u00d7 {said}" for said, name in columns.items()]
    return f"from {low[x]:,} to {high[x]:,} {unit or x} {says} {' and '.join(times)}"
