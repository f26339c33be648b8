"""Tests of the figures by what plotly itself knows of them, and in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pages import discovery, evaluation
from tests.pages.reading import Reading
from tests.pages.sample import NASTY, make_card, make_evaluation
from tests.pages.sample_discovery import make_discovery

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=20000 --enable-logging=stderr --dump-dom"
)


def make_page(kind: str) -> str:
    """Render a whole page of a kind, in which names are markup."""
    if kind == "discovery":
        return discovery.render(make_discovery(prefix=NASTY), names={"0": NASTY}, changes=None)
    classes = (NASTY, *(f"class_{place}" for place in range(12)))
    return evaluation.render(
        make_card(classes=classes, prefix=NASTY), make_evaluation(classes=classes, prefix=NASTY)
    )


def colour(value: Any) -> Any:
    """Put a colour where the page's script would put one, as it does: wherever `css` is the key."""
    if isinstance(value, dict):
        return "#123456" if "css" in value else {name: colour(each) for name, each in value.items()}
    return [colour(each) for each in value] if isinstance(value, list) else value


@pytest.mark.integration
@pytest.mark.parametrize("kind", ["discovery", "evaluation"])
def test_figures_are_what_plotly_knows(kind: str) -> None:
    """Every property of every figure passes plotly's own check of names and values."""
    from plotly.graph_objects import Figure

    plots = Reading(make_page(kind)).plots

    for plot in plots:
        Figure(colour(plot["figure"]))
    assert len(plots) > 5


@pytest.mark.integration
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
@pytest.mark.parametrize("kind", ["discovery", "evaluation"])
def test_figures_are_drawn_in_a_browser(kind: str, tmp_path: Path) -> None:
    """Chromium draws every plot, runs nothing that a name smuggles in, and has nothing to say against it."""
    page = tmp_path / "page.html"
    page.write_text(make_page(kind), encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]

    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    plots = Reading(page.read_text("utf-8")).plots
    assert f'data-drawn="{len(plots)}"' in ran.stdout
    assert all(
        re.search(rf'id="{plot["id"]}"[^>]*js-plotly-plot', ran.stdout) or _drawn(plot["id"], ran.stdout)
        for plot in plots
    )
    assert "CONSOLE" not in ran.stderr


def _drawn(name: str, shown: str) -> bool:
    """Look for the drawing that plotly put into a plot's place."""
    place = shown.index(f'id="{name}"')
    return "main-svg" in shown[place : place + 3_000]
