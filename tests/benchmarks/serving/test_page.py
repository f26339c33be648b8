"""The page and the plot."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.serving.page import write_page
from benchmarks.serving.plot import draw
from benchmarks.serving.ratio import list_ratios
from benchmarks.serving.result import Results
from benchmarks.serving.verdict import write_summary


def test_page_tells_verdicts_absences_and_versions(results: Results) -> None:
    """What is met, what was not measured, who was absent and why, and on what all stands."""
    page = write_page(results)

    said = page.replace("\N{NO-BREAK SPACE}", " ")
    found = "1.75 \N{MULTIPLICATION SIGN} (1.5 to 2) | ≥ 1.2 (stretch 1.5) | met, stretch too |"
    assert f"| 3,000/s; FastAPI + the same ONNX: 1,750/s | {found}" in said
    assert "| not measured |" in page
    assert "- Ray Serve, batched, in 1 round: it cannot be installed here" in page
    assert "| numpy 2 |" in page
    assert "`OPENBLAS_CORETYPE`" in page


def test_page_tables_are_whole(results: Results) -> None:
    """Each row of a table has as many cells as the one before."""
    blocks = [block.splitlines() for block in write_page(results).split("\n\n") if block.startswith("|")]

    assert len(blocks) == 1 + 4 + 2 + 6 + 1
    assert all(len({line.count(" | ") for line in block if "---" not in line}) == 1 for block in blocks)


def test_plot_has_a_dot_for_each(results: Results) -> None:
    """It is XML, and whoever was measured is in it."""
    drawn = ElementTree.fromstring(draw(results))

    assert len(drawn.findall("{*}circle")) == 2


def test_ratios_are_listed_for_every_figure(results: Results) -> None:
    """The JSON has each ratio that the tables have: of this peer, one load, two memories and a start."""
    listed = list_ratios(results)

    figures = {(each["of"], each["figure"]) for each in listed}
    assert {("64 connections", name) for name in ("req/s", "p50", "p95", "p99", "CPU")} <= figures
    assert {("memory and start", name) for name in ("PSS", "RSS", "start", "start, CPU")} <= figures
    assert all(each["low"] <= each["middle"] <= each["high"] for each in listed)


def test_quick_run_is_not_judged(results: Results) -> None:
    """Its rounds are too short for a verdict."""
    results.found["settings"]["quick"] = True

    page = write_page(results)

    assert "## Targets" not in page
    assert "not measured |" not in page


def test_summary_names_what_is_missed(results: Results) -> None:
    """Nobody has to look for the target that is missed: it stands in the first lines, with the ratio."""
    for run in results.found["runs"]:
        if run["contestant"] == "herdbook":
            run["loads"][0]["p99_ms"] = 30.0

    said = write_summary(results, "served")

    assert said.startswith("3,000 requests a second over 64 connections, where FastAPI + the same ONNX")
    assert "are met; missed are *one record, 64 connections: p99*. Not measured: " in said


def test_summary_names_what_was_not_measured(results: Results) -> None:
    """Who reads how many targets are met reads there, too, of which nothing is known."""
    said = write_summary(results, "served").partition("Not measured: ")[2]

    assert said.count(";") + 1 == 8
    assert "*beside the fastest batched peer, 64 connections*" in said
    assert "requests/s" not in said


def test_cases_that_failed_stand_under_not_measured(results: Results) -> None:
    """A load that answered nothing is named, with the reason and in how many rounds."""
    results.found["runs"][1]["missing"] = {"256x1-json": "it answered nothing within 4 s"}

    page = write_page(results)

    assert "- FastAPI + the same ONNX, `256x1-json`, in 1 round: it answered nothing within 4 s" in page
