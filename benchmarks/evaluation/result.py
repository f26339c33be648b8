"""What was judged: figures in results.json, and the tables of README.md that are made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from training.interval import wilson

HERE = Path(__file__).parent


def keep(part: str, results: dict[str, Any], markdown: str, *, here: Path = HERE) -> None:
    """Replace a part of results.json, and what README.md says of it between its two markers.

    Raises
    ------
    ValueError
        README.md has no markers of that part.
    """
    path, readme = here / "results.json", here / "README.md"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[part] = results
    start, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    before, found, rest = readme.read_text(encoding="utf-8").partition(start)
    _, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"{readme.name} has no {start} with {end}")
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    readme.write_text(f"{before}{start}\n\n{markdown}\n{end}{after}", encoding="utf-8")


def count(flags: Sequence[bool]) -> dict[str, int]:
    """Count how often something was so, and of how many."""
    return {"n": sum(flags), "of": len(flags)}


def add(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Add counts up."""
    every = list(counts)
    return {name: sum(one[name] for one in every) for name in ("n", "of")}


def share(counted: dict[str, int]) -> str:
    """Write a count as a share in percent with its own 95 % interval (Wilson's)."""
    found = wilson(counted["n"], counted["of"])
    return f"{100 * found.value:.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"


def lay_out(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
