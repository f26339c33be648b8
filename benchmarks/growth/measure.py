"""What the measurements of growth share: sizes by flag, CPU-seconds, a table, JSON."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Row = Mapping[str, Any]


def parse(about: str | None, *, sizes: Sequence[int], quick: Sequence[int]) -> argparse.Namespace:
    """Read the flags of a measurement: `sizes` in full or `--quick`, and where JSON goes."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--sizes", type=lambda text: [int(float(each)) for each in text.split(",")])
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON, too")
    found = parser.parse_args()
    found.sizes = found.sizes or list(quick if found.quick else sizes)
    return found


def cpu_s(call: Callable[[], T]) -> tuple[float, T]:
    """Call once; give the CPU-seconds of this process, and what came out."""
    before_s = time.process_time()
    found = call()
    return time.process_time() - before_s, found


def show(rows: Sequence[Row], *, to: Path | None) -> None:
    """Print rows as a table, and write them as JSON if wanted."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    cells = [heads, *([_cell(row.get(head)) for head in heads] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(heads))]
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    if to is not None:
        to.write_text(json.dumps(list(rows), indent=1) + "\n")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
