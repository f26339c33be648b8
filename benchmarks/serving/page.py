"""The page of the documentation: targets, tables, who took part, and how it was measured."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.serving.result import Results
from benchmarks.serving.roster import ALL
from benchmarks.serving.table import (
    RATIOS,
    write_bulk,
    write_costs,
    write_ratios,
    write_singles,
    write_table,
    write_targets,
)

PLOT = "serving.svg"
HOW = """\
## How it was measured

- One server at a time, on one core; the load generator, wrk, on another. One worker each, one thread in each
  library, no access log. In each round everybody has a turn, so that what the machine does falls on all.
- Each is started, is asked everything once and must be right, is warmed up with the same load, and is then
  measured. Labels must equal those of the scikit-learn model; the records were not trained on.
- Herdbook is `herdbook serve` with all that it does: validation, batching, clusters, a durable log, metrics.
  It computes the cluster columns itself. Peers are sent them, and do the least that works; each lies in
  `benchmarks/serving/peer/`, with the lock of its environment.
- Requests a second count right answers only. Latencies are wrk's: where an answer is slow, what waited
  behind it is counted too, and what was not answered when the time was over is not.
- CPU μs are the CPU time of all of a server's processes during a load, through its requests: noise touches
  it least. PSS counts memory that processes share once. A start lasts until the first right answer.
- The S3 server runs beside the load generator, and its work is not charged to its client.
- A figure is the median of the rounds. Ratios are of the same round; brackets hold the least and the most.
"""


def write_page(results: Results) -> str:
    """Write the page."""
    return "\n".join(_parts(results))


def _parts(results: Results) -> Iterator[str]:
    found = results.found
    machine, settings = found["machine"], found["settings"]
    yield "# Serving, side by side\n"
    yield "<!-- made by `make bench`: change benchmarks/serving/ instead -->\n"
    yield (
        f"The same trained models, served one way after the other: {settings['rounds']} rounds, "
        f"{settings['seconds']:g} s for each figure, commit `{found['commit']}`, {found['date']}. "
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}.\n"
    )
    if machine["unset"]:
        yield f"Unset for all servers, since they slow NumPy or a start: `{'`, `'.join(machine['unset'])}`.\n"
    yield f"![Requests a second, single records, 64 connections]({PLOT})\n"
    if not settings["quick"]:  # too short to judge by
        yield "## Targets\n"
        yield write_targets(results) + "\n"
    for model in results.models:
        yield from _model(results, model)
    yield HOW
    yield "## Who took part\n"
    yield write_table(["", "versions"], _versions(results)) + "\n"


def _model(results: Results, model: str) -> Iterator[str]:
    said = results.found["models"][model]
    yield f"## {said['short'].capitalize()}\n"
    yield f"{said['title'][0].upper()}{said['title'][1:]} (`{said['tag']}`).\n"
    yield "### Single records\n"
    yield write_singles(results, model) + "\n"
    yield "### Rows a second\n"
    yield write_bulk(results, model) + "\n"
    yield "### What it costs\n"
    yield write_costs(results, model) + "\n"
    for kind in RATIOS:
        yield f"### {kind}, Herdbook ÷ each\n"
        yield write_ratios(results, model, kind) + "\n"
    if absent := list(_absent(results, model)):
        yield "### Not measured\n"
        yield "\n".join(absent) + "\n"


def _absent(results: Results, model: str) -> Iterator[str]:
    for contestant in ALL:
        if why := results.why_absent(model, contestant.name):
            yield f"- {contestant.title}: {why}"
        runs = results.runs(model, contestant.name)
        for case, why in (runs[0]["missing"] if runs else {}).items():
            yield f"- {contestant.title}, `{case}`: {why}"


def _versions(results: Results) -> Iterator[list[str]]:
    for said in results.found["contestants"].values():
        named = (f"{name} {version}" for name, version in sorted(said["versions"].items()))
        yield [said["title"], ", ".join(named)]
