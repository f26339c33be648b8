"""The runner of the benchmarks of growth: what it keeps, stops and leaves out; what it draws and writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmarks.growth.__main__ import run, run_all
from benchmarks.growth.case import MEASURES, Case, list_cases
from benchmarks.growth.journal import Journal
from benchmarks.growth.page import write_page
from benchmarks.growth.panel import list_panels
from benchmarks.growth.plot import draw
from benchmarks.growth.predict import Workbench, choose_forest
from benchmarks.growth.scale import Scale
from benchmarks.growth.training import declare, make, tabulate
from herdbook.ledger import open_ledger
from herdbook.snapshot import freeze
from training.check import check

LISTED = [Case("ledger", "ledger", ("--sizes", str(n))) for n in (1_000, 10_000)]
COSTS = dict.fromkeys(
    (
        "list all, CPU s",
        "list the last 100, CPU s",
        "index read by entries, CPU s",
        "checkpoint written, CPU s",
        "index read by checkpoint, CPU s",
    ),
    0.5,
)


def measured(n_objects: int) -> dict[str, Any]:
    """Make up what a measure of a ledger came to."""
    return {"rows": [{"objects": n_objects, **COSTS}], "cpu_s": 1.0, "peak_mib": 50.0}


def stopped() -> dict[str, Any]:
    """Make up a measure that took more than it may."""
    return {"rows": None, "cpu_s": 61.0, "peak_mib": 50.0, "stopped_s": 60.0, "during": "discover"}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Make a journal in which nothing stands."""
    return Journal(tmp_path / "growth.json")


def test_made_data_passes_the_check(tmp_path: Path) -> None:
    """Gaps and categories are such as the declared dataset allows, and come back as they were drawn."""
    frame, y = make(200, 20)
    ledger = open_ledger(str(tmp_path))

    found = check(declare(20), freeze(ledger, "made", tabulate(frame, y), source="made", request={}))

    assert found.n_set_aside == 0
    np.testing.assert_array_equal(found.frame, frame)


def test_journal_goes_on_where_it_was(journal: Journal) -> None:
    """What was measured is not measured again by who opens the same file."""
    for case, n_objects in zip(LISTED, (1_000, 10_000), strict=True):
        journal.keep(case, measured(n_objects))

    again = Journal(journal.path)

    assert all(again.is_done(case, limit_s=60) for case in LISTED)
    assert run_all(LISTED, again, limit_s=60, total_s=60) == []


def test_journal_of_another_machine_is_refused(journal: Journal) -> None:
    """Figures of two machines never stand in one table."""
    journal.found["machine"]["processor"] = "another"
    journal.write()

    with pytest.raises(SystemExit, match="another machine"):
        Journal(journal.path)


def test_stopped_measure_is_tried_again_with_more_time(journal: Journal) -> None:
    """A measure that was stopped is done for who gives it no more, and not for who does."""
    journal.keep(LISTED[0], stopped())

    assert journal.is_done(LISTED[0], limit_s=60)
    assert not journal.is_done(LISTED[0], limit_s=61)


def test_failed_measure_is_tried_again(journal: Journal) -> None:
    """A measure that failed is not done."""
    journal.keep(LISTED[0], {"rows": None, "cpu_s": 1.0, "peak_mib": 50.0, "failed": "OSError"})

    assert not journal.is_done(LISTED[0], limit_s=60)


def test_larger_size_is_left_out_behind_one_that_was_stopped(journal: Journal) -> None:
    """Nothing is begun that would take longer still."""
    journal.keep(LISTED[0], stopped())

    assert run_all(LISTED, journal, limit_s=60, total_s=600) == LISTED[1:]


def test_page_tells_what_was_not_measured(journal: Journal) -> None:
    """Stopped measures, and those that never ran, stand on the page with the reason."""
    journal.keep(LISTED[0], stopped())

    page = write_page(journal.found, LISTED)

    assert "`ledger --sizes 1000`: stopped at 60" in page
    assert "discover" in page
    assert "a smaller one was stopped: `ledger --sizes 10000`" in page


def test_page_and_plot_show_what_was_measured(journal: Journal) -> None:
    """Sizes stand in the table, and what two sizes were measured of is drawn, as valid XML."""
    for case, n_objects in zip(LISTED, (1_000, 10_000), strict=True):
        journal.keep(case, measured(n_objects))

    picture = ET.fromstring(draw(journal.found))
    page = write_page(journal.found, list_cases(MEASURES, is_quick=False))

    assert [panel.title for panel in list_panels(journal.found) if panel.lines] == ["Ledger over objects"]
    assert len(picture.findall(".//{*}polyline")) == 4
    assert len(picture.findall(".//{*}line[@class='even']")) == 2
    assert "| 10,000 | 0.5 |" in page


def test_plot_marks_what_may_not_be_exceeded(journal: Journal) -> None:
    """The bound of a question stands in the panel of history, inside its scale, with what it says."""
    case = Case("history", "history", ("--sizes", "1e4"))
    asked = {"question": "one key", "log": "30 days", "CPU s": 0.07}
    rows = [asked | {"logged": n} for n in (10_000, 100_000)]
    journal.keep(case, {"rows": rows, "cpu_s": 1.0, "peak_mib": 50.0})

    picture = ET.fromstring(draw(journal.found))

    (bound,) = picture.findall(".//{*}line[@class='bound']")
    highest = min(float(line.attrib["y1"]) for line in picture.findall(".//{*}line[@class='grid']"))
    assert float(bound.attrib["y1"]) >= highest
    assert "at most 1" in {text.text for text in picture.findall(".//{*}text")}


def test_scale_of_few_whole_numbers_marks_each() -> None:
    """Between one and six members every number is marked; over powers of ten only these are."""
    few, many = (Scale([1, most], 0, 100, whole=False) for most in (6, 1e6))

    assert [said for _, said in few.marks()] == ["1", "2", "3", "4", "5", "6"]
    powers = ["1", "10", "100", "10\u00b3", "10\u2074", "10\u2075", "10\u2076"]
    assert [said for _, said in many.marks()] == powers


@pytest.mark.integration
def test_process_over_its_limit_is_stopped() -> None:
    """A measure that takes more CPU time than it may leaves no rows, and word of where it was."""
    found = run(Case("ledger", "ledger", ("--sizes", "1e6")), limit_s=0.2)

    assert found["rows"] is None
    assert found["stopped_s"] == 0.2
    assert found["cpu_s"] > 0.2


@pytest.mark.integration
def test_small_forest_is_compiled_packaged_and_measured() -> None:
    """The smallest size of the measure of answers goes the whole way."""
    found = Workbench().measure(choose_forest(2))

    assert {f"{name}, 1 row, us" for name in ("graph", "scikit-learn", "predict")} <= set(found)
