"""The report of a real iris model, shortened, and what stands in the HTML that is drawn from it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from ui.figure.measured import Measured

REPORT: dict[str, Any] = json.loads(Path(__file__).with_name("iris_report.json").read_text(encoding="utf-8"))


def measured(**changed: Any) -> Measured:
    """Give the model with parts of its report changed; a part that is None is not there."""
    report = {name: part for name, part in {**REPORT, **changed}.items() if part is not None}
    return Measured({"classes": REPORT["confusion"]["classes"]}, report)


def drawn(html: str) -> dict[str, Any]:
    """Read the figure that stands in some HTML."""
    found = re.search(r'data-figure="([^"]*)"', html)
    assert found is not None
    figure: dict[str, Any] = json.loads(unescape(found[1]))
    return figure


def words(html: str) -> str:
    """Give what a reader sees."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\N{NO-BREAK SPACE}", " ")
