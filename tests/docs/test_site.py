"""The documentation builds as a site that is whole, and that loads nothing from elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADS = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(https?:[^\s\">]+)|<link\b[^>]*\bhref=\"?(https?:[^\s\">]+)"
)

pytestmark = pytest.mark.docs


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site strictly: a warning fails."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | quiet, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_site_loads_nothing_from_elsewhere(site: Path) -> None:
    """No script, style, font or image comes from another host."""
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}

    found = {str(path.relative_to(site)): LOADS.findall(text) for path, text in pages.items()}

    assert len(pages) > 15
    assert not any(found.values()), found
    drawn = [*site.rglob("*.css"), *site.rglob("*.svg")]
    assert not [path for path in drawn if re.search(r"url\([\"']?http", path.read_text(encoding="utf-8"))]


def test_site_holds_the_routes_that_the_document_describes(site: Path) -> None:
    """The page of the HTTP API shows every route and method of the document that lies beside it."""
    paths = json.loads((site / "api" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    page = (site / "api" / "http" / "index.html").read_text(encoding="utf-8")

    shown = set(re.findall(r"<h2[^>]*><code>([A-Z, ]+) (\S+)</code>", page))

    routes = {(method.upper(), path) for path in paths for method in paths[path]}
    assert {("POST", "/predict"), ("POST", "/cluster"), ("GET", "/predictions")} <= routes
    assert {(method, path) for methods, path in shown for method in methods.split(", ")} == routes


def test_site_holds_every_command_with_its_options(site: Path) -> None:
    """The page of the command line is made from the commands."""
    page = (site / "commands" / "index.html").read_text(encoding="utf-8")

    names = re.findall(r"<h2 id=\"herdbook-(\w+)\"", page)

    assert {"up", "train", "predict", "promote", "doctor"} <= set(names)
    assert "--budget" in page


def test_site_shows_the_client(site: Path) -> None:
    """The page of the Python client is made from its docstrings."""
    page = (site / "api" / "client" / "index.html").read_text(encoding="utf-8")

    assert all(f"herdbook.client.{name}" in page for name in ("Client", "AsyncClient", "Prediction"))


def test_site_shows_literal_blocks_as_python(site: Path) -> None:
    """The mark of a docstring's literal block is gone, and what it marked is coloured as code."""
    page = (site / "api" / "client" / "index.html").read_text(encoding="utf-8")

    assert "::</p>" not in page
    assert '<span class="kn">from</span><span class="w"> </span><span class="nn">herdbook.client' in page
