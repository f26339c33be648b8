"""Writing a page: one HTML file that needs no network, and lets none be used."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import plotly
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pages.block import Page

TEMPLATES = Path(__file__).parent / "templates"


def write_page(page: Page) -> str:
    """Write a page as HTML with everything in it: style, plots and plotly itself (4.8 MB)."""
    scripts = [_plotly(), _read("page.js")]
    template = _environment().get_template("page.html")
    return template.render(
        page=page,
        policy=_policy(scripts),
        style=_read("page.css"),
        plots=to_script_json([{"id": plot.id, "figure": plot.figure} for plot in page.plots()]),
        scripts=scripts,
    )


def to_script_json(value: Any) -> str:
    """Write JSON for a `<script>` element: no text in it can end the element or begin a comment."""
    text = orjson.dumps(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(scripts: list[str]) -> str:
    """Allow the two scripts of the page by their hashes, inline style, and nothing from anywhere else."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


@cache
def _plotly() -> str:
    """Read plotly.js; the Python package has this one bundle of it."""
    return (files(plotly) / "package_data" / "plotly.min.js").read_text("utf-8").strip()


@cache
def _read(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
