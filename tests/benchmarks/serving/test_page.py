"""The page and the plot."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.serving.page import write_page
from benchmarks.serving.plot import draw
from benchmarks.serving.result import Results
from benchmarks.serving.table import list_ratios


def test_page_tells_verdicts_absences_and_versions(results: Results) -> None:
    """What is passed, what was not measured, who was absent and why, and on what all stands."""
    page = write_page(results)

    assert "| passed: 1.75 [1.5 to 2] |" in page
    assert "not measured" in page
    assert "- Ray Serve, batched: it cannot be installed here" in page
    assert "| Herdbook | numpy 2 |" in page
    assert "`OPENBLAS_CORETYPE`" in page


def test_page_tables_are_whole(results: Results) -> None:
    """Each row of a table has as many cells as the one before."""
    blocks = [block.splitlines() for block in write_page(results).split("\n\n") if block.startswith("|")]

    assert len(blocks) == 8
    assert all(len({line.count(" | ") for line in block if "---" not in line}) == 1 for block in blocks)


def test_plot_has_a_dot_for_each(results: Results) -> None:
    """It is XML, and whoever was measured is in it."""
    drawn = ElementTree.fromstring(draw(results))

    assert len(drawn.findall("{*}circle")) == 2


def test_ratios_are_listed_for_every_figure(results: Results) -> None:
    """The JSON has each ratio that the tables have: of this peer, one load, two memories and a start."""
    listed = list_ratios(results)

    figures = {each["figure"] for each in listed}
    assert {"req/s, 64 conn.", "p99, 64 conn.", "CPU, 64 conn.", "PSS", "start"} <= figures
    assert all(each["low"] <= each["middle"] <= each["high"] for each in listed)


def test_quick_run_is_not_judged(results: Results) -> None:
    """Its rounds are too short for a verdict."""
    results.found["settings"]["quick"] = True

    page = write_page(results)

    assert "passed" not in page
    assert "not measured" not in page
