"""The page of the documentation: what was found, targets, tables, how it was measured, who took part."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.serving.load import SINGLE, Case
from benchmarks.serving.plan import ENOUGH, LONGEST_S
from benchmarks.serving.ratio import RATIOS, write_ratios
from benchmarks.serving.result import Results
from benchmarks.serving.roster import ALL, Contestant
from benchmarks.serving.server import READY_S
from benchmarks.serving.table import count, write_bulk, write_costs, write_singles, write_table
from benchmarks.serving.verdict import write_summary, write_targets

PLOT = "serving.svg"
MAIN = Case(64)
WHAT = """\
The same trained model, served by Herdbook and by other ways that somebody might take, one after the other on
one core. Herdbook does all that it always does: it validates, batches, finds the cluster of each record,
keeps each answer in a durable log before it is given, and counts. The others are sent the clusters, and do
the least that works.
"""
HOW = """\
- One server at a time, on one core; the load generator, wrk, on another. One worker each, one thread in each
  library, no access log. In each round everybody has a turn, every other round the other way round, so that
  what the machine does falls on all.
- Each is started, which may take {ready:.0f} s, and is asked every kind of request (in its first round up to
  64 of each, later two) and must be right; single records warm it up for a second, and it rests
  for two; Herdbook for half a minute more, until its log is sealed for the first time, by a process
  that is started then and stays: what it does while it answers counts. Labels must equal those
  of the scikit-learn model; the records were not trained on. Who cannot be started, or answers wrong, is not
  measured, and who was absent twice is not tried again.
- All check a body alike: types without coercion, bounds, finite numbers, no unknown field. MLServer and
  MLflow check the shape and the types of a table, which is what they offer. Each peer lies in
  `benchmarks/serving/peer/`, short and as its documentation shows it, with the lock of its environment.
- Herdbook is `herdbook serve`. *An empty route of ours* answers a constant through the same door, guard and
  metrics: the ceiling of what Herdbook can reach. *Herdbook without its log* keeps nothing.
- Requests a second count answers of status 2xx or 3xx, *failed* all others; under load labels are not looked
  at, they were proven before. Latencies are wrk's, refusals among them: what was not answered when the time
  was over is not counted, which flatters who is slow. Peers other than FastAPI + the same ONNX, which are far
  off, are measured half as long.
- Where few answers come, a load lasts longer, for more than {enough} to each connection, and its time ends
  with the last answer, so that the clock cuts off nobody who answers in waves. None is drawn out beyond
  {longest:g} s: a case with fewer than {enough} answers to each connection has no figure and no ratio, but
  stands under *Not measured*. Over 256 connections it is not tried if the load before foretells as much.
- 100 records a request are sent over 4 connections, 10,000 over 2. ONNX Runtime in-process is the bare graph
  on an array in memory: no HTTP, no parsing, no clusters.
- CPU μs are the CPU time of all of a server's processes until a load is worked off, through all requests
  that were begun, answered in time or not: noise touches it least. Who gives up a request whose client left,
  one to each connection at most, is charged too little. PSS counts memory that processes share once. A start
  lasts until the first right answer.
- The S3 server runs beside the load generator, and its work is not charged to its client.
- A figure is the median of the rounds. Ratios are of the same round; brackets hold the least and the
  greatest.
- Every figure of every round stands in [serving.json](serving.json).
"""


def write_page(results: Results) -> str:
    """Write the page."""
    return "\n".join(_parts(results))


def _parts(results: Results) -> Iterator[str]:
    settings = results.found["settings"]
    shown = [model for model in results.models if results.has_runs(model)]
    yield "# Serving, side by side\n"
    yield "<!-- made by `make bench`: change benchmarks/serving/ instead -->\n"
    yield WHAT
    if not settings["quick"]:  # too short to judge by
        for model in shown:
            yield f"- **{_heading(results, model)}:** {write_summary(results, model)}"
        yield ""
        yield "## Targets\n"
        for model in shown:
            yield f"### {_heading(results, model)}\n"
            yield write_targets(results, model) + "\n"
    yield "## Everybody\n"
    yield f"![Requests a second, one record a request, 64 connections]({PLOT})\n"
    for model in shown:
        yield from _model(results, model)
    yield "## How it was measured\n"
    yield _machine(results)
    yield HOW.format(ready=READY_S, enough=ENOUGH, longest=LONGEST_S)
    yield "## Who took part\n"
    yield write_table(["", "started as", "versions"], _who(results), left=3) + "\n"


def _model(results: Results, model: str) -> Iterator[str]:
    said = results.found["models"][model]
    yield f"## Figures: {said['short']}\n"
    yield f"{said['title'][0].upper()}{said['title'][1:]} (`{said['tag']}`).\n"
    yield "### One record a request\n"
    yield f"Over {count(MAIN.connections, 'connection')}; latencies in ms, CPU time a request:\n"
    yield write_singles(results, model, MAIN) + "\n"
    for case in SINGLE:
        if case != MAIN:
            yield from _folded(
                f"Over {count(case.connections, 'connection')}", write_singles(results, model, case)
            )
    yield "### Many records a request\n"
    yield write_bulk(results, model) + "\n"
    yield "### Memory and start\n"
    yield write_costs(results, model) + "\n"
    yield "### Every ratio\n"
    for kind in RATIOS:
        yield from _folded(f"Herdbook ÷ each: {kind}", write_ratios(results, model, kind))
    if absent := list(_absent(results, model)):
        yield "### Not measured\n"
        yield "\n".join(absent) + "\n"


def _folded(title: str, body: str) -> Iterator[str]:
    """Write what few want to read, folded; Markdown inside needs its blank lines."""
    yield f'<details markdown="1">\n<summary>{title}</summary>\n'
    yield f"{body}\n\n</details>\n"


def _machine(results: Results) -> str:
    found, settings = results.found["machine"], results.found["settings"]
    said = (
        f"{count(settings['rounds'], 'round')}, {settings['seconds']:g} s for each figure, "
        f"last change of what is measured: commit `{results.found['commit']}`, {results.found['date']}. "
        f"{found['processor']}, {found['cores']} cores, {found['memory_gib']} GiB, {found['system']}, "
        f"Python {found['python']}."
    )
    if found["unset"]:
        said += f" Unset for all servers, since they slow NumPy or a start: `{'`, `'.join(found['unset'])}`."
    return f"{said}\n"


def _absent(results: Results, model: str) -> Iterator[str]:
    for contestant in ALL:
        if absence := results.absence(model, contestant.name):
            yield f"- {contestant.title}, in {count(absence[0], 'round')}: {absence[1]}"
        for case, (n_rounds, why) in results.missing(model, contestant.name).items():
            yield f"- {contestant.title}, `{case}`, in {count(n_rounds, 'round')}: {why}"


def _who(results: Results) -> Iterator[list[str]]:
    for contestant in ALL:
        if said := results.found["contestants"].get(contestant.name):
            versions = sorted(said["versions"].items())
            named = ", ".join(f"{name} {version}" for name, version in versions)
            yield [said["title"], _command(contestant), named]


def _command(contestant: Contestant) -> str:
    words = [contestant.program, *contestant.command] if contestant.command else []
    return f"`{' '.join(words).replace('python -m ', '')}`" if words else "in a process of its own"


def _heading(results: Results, model: str) -> str:
    return f"With {results.found['models'][model]['short']}"
