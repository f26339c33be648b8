"""What `herdbook up` says once all is ready: where it answers, and a `curl` line to paste."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.console import DIM, GREEN, duration, say, stdout
from cli.scores import say_comparison
from herdbook.dataset import Dataset
from herdbook.generation import promotion

LINE_WIDTH = 76
JSON_HEADER = "Content-Type: application/json"


Record = Mapping[str, object]


def example_record(dataset: Dataset, read_card: Callable[[], Mapping[str, Any]]) -> Record:
    """Return the dataset file's example, or, if a feature has none, the card's first golden record."""
    if any(feature.example is None for feature in dataset.features):
        golden: Record = read_card()["golden"]["records"][0]
        return golden
    return {feature.name: feature.example for feature in dataset.features}


def curl_line(url: str, record: Record) -> str:
    """Return one shell line that asks for one prediction."""
    body = shlex.quote(json.dumps(record))
    return f"curl -s {url}/predict_one -H {shlex.quote(JSON_HEADER)} -d {body}"


def curl_block(url: str, record: Record) -> str:
    """Return the same as lines of at most 76 columns, which paste as one command.

    A line break between two members of an object is white space to JSON, so the record may be folded too.
    """
    members = [json.dumps({name: example})[1:-1] for name, example in record.items()]
    lines, line = [], "{"
    for position, member in enumerate(members):
        piece = member + ("}" if position == len(members) - 1 else ", ")
        if len(line) + len(piece) > LINE_WIDTH - 10 and line.strip() != "{":
            lines.append(line.rstrip())
            line = "      "
        line += piece
    body = shlex.quote("\n".join([*lines, line]))
    return f"curl -s {url}/predict_one \\\n  -H {shlex.quote(JSON_HEADER)} \\\n  -d {body}"


def announce(found: dict[str, Any]) -> None:
    """Say where everything answers and what to paste."""
    console = stdout()
    generation, model = found["generation"], found["model"]
    serving = f"generation {generation}" if generation else "pinned by HERDBOOK_MODEL"
    console.print()
    console.print(Text.assemble(("  Ready. ", f"bold {GREEN}"), "Serving ", (model, "bold"), f" ({serving})"))
    console.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, url in found["urls"].items():
        table.add_row(Text(name, style=DIM), Text(url, style=f"link {url}" if console.is_terminal else ""))
    console.print(Padding(table, (0, 0, 0, 2)))
    say("\n  Ask it:\n")
    say("\n".join(f"  {line}" for line in curl_block(found["service"], found["example"]).splitlines()))
    if found["tag"] != model:
        _say_other(found)


def say_cost(found: dict[str, Any]) -> None:
    """Say what it cost to come up, and how it ends."""
    cost = f"{found['cpu_s']:.1f} CPU-seconds in {duration(found['wall_s'])}"
    stdout().print(Text(f"\n  Up after {cost}. Ctrl-C stops everything.", style=DIM))


def _say_other(found: dict[str, Any]) -> None:
    """Say that the model of this recipe is another than the one that serves."""
    if found["comparison"] is not None:
        say_comparison(found["comparison"])
        return
    say(f"\n  Today's records made {found['tag']}, which does not serve. To let it:\n")
    say(f"  {promotion(found['tag'])}")
