"""Draw what `herdbook up` shows: `python -m tools.up_picture` writes docs/images/up.svg.

What is drawn is what the command itself draws, in 80 columns, with what one run said; times are left out, as
they are those of a machine.
"""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from cli.announce import announce  # noqa: TID251 - the command draws itself
from cli.board import Row, draw  # noqa: TID251 - the command draws itself
from cli.console import stdout  # noqa: TID251 - the command draws itself
from cli.display import end_row  # noqa: TID251 - the command draws itself

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "up.svg"
WIDTH = 80
URL, UI_URL, DATA_URL = (f"http://127.0.0.1:{port}" for port in (3000, 7860, 8777))
TAG = "animals:681ee0971078"
STEPS = (
    ("data service", DATA_URL),
    ("ingest", "2,000 records, snapshot a7402acc9364"),
    ("check", "2,000 accepted, 0 set aside"),
    ("discover", "4 clusters, 4 classes"),
    ("tune", "vote 100.00% right, 95 % interval 99.75% to 100.00%"),
    ("fit the vote", "491 KiB"),
    ("examine", "6 controls, look at plain_rule"),
    ("register", TAG),
    ("service", URL),
    ("UI", UI_URL),
)
FOUND = {
    "tag": TAG,
    "model": TAG,
    "generation": 1,
    "service": URL,
    "example": {"walks_on_n_legs": 4, "height": 0.6, "weight": 30.0, "has_wings": False, "has_tail": True},
    "urls": {
        "UI": UI_URL,
        "API": f"{URL}/docs",
        "Current model": f"{URL}/models/current",
        "Prediction log": f"{URL}/predictions",
        "Health": f"{URL}/health",
        "Data service": f"{DATA_URL}/docs",
    },
}
ROWS = (
    Row("UI", "ready", "127.0.0.1:7860", "ui.log", 0.04, 191_000_000),
    Row("service", "ready", "127.0.0.1:3000", "service.log", 0.01, 463_000_000),
    Row("data service", "ready", "127.0.0.1:8777", "data-service.log", 0.0, 71_000_000),
)
LINES = (f"{TAG} (generation 1) serves; 1 prediction answered",)
FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


class Terminal(io.StringIO):
    """What the command takes for a terminal of 80 columns."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


def show() -> str:
    """Let the command show a run on a terminal; return what it wrote there."""
    os.environ |= {"COLUMNS": str(WIDTH), "LINES": "60", "TERM": "xterm-256color", "COLORTERM": ""}
    os.environ.pop("NO_COLOR", None)
    written = Terminal()
    with redirect_stdout(written):
        console = stdout()
        console.print("[bold green]$[/] herdbook up", markup=True)
        for step, note in STEPS:
            console.print(end_row(WIDTH, step, note, ""))
        announce(FOUND | {"comparison": None})
        console.print(draw(ROWS, logs=Path(".herdbook/state/logs"), said=LINES))
    return written.getvalue()


def picture() -> str:
    """Draw it as SVG that needs nothing from the network: any font of a fixed width will do."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text.from_ansi(show()))
    drawn = console.export_svg(title="herdbook up", theme=SVG_EXPORT_THEME, unique_id="up")
    without_fonts = re.sub(r"@font-face \{.*?\}\n", "", drawn, flags=re.DOTALL)
    lines = re.sub(r"font-family: [^;]*", f"font-family: {FONT}", without_fonts).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.name} written\n")
