"""`herdbook discover`: groups, their names, and what changed since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from herdbook.ledger import Ledger, open_ledger
from herdbook.naming import list_namings
from tests.fixtures.discoveries import check_animals

Said = pytest.CaptureFixture[str]
N_RECORDS = 300


@pytest.fixture
def herd(place: Path) -> Ledger:
    """Give a ledger with animals of five kinds, the ostrich among them, and after them of four."""
    ledger = open_ledger(str(place / "ledger"))
    check_animals(ledger, 5, N_RECORDS, scenario="new_kind")
    check_animals(ledger, 0, N_RECORDS)
    return ledger


def answer(said: Said, *arguments: str) -> Any:
    """Run the command with --json and return what it answers."""
    assert run(["discover", *arguments, "--json"]) == 0, said.readouterr().err
    return json.loads(said.readouterr().out)


def other_snapshot(herd: Ledger, report: dict[str, Any]) -> str:
    """Give the first digits of the snapshot that a report is not of."""
    ids = {entry.key.split("/")[2] for entry in herd.list("raw/animals/")}
    return (ids - {report["snapshot"]}).pop()[:8]


def test_discover_writes_names_and_page(herd: Ledger, place: Path, capsys: Said) -> None:
    """Names given with the first discovery bind to its report, with who and why; the page is one file."""
    page = place / "deep" / "page.html"

    report = answer(
        capsys, "animals", "--name", "2=hound", "--who", "ada", "--why", "barks", "--out", str(page)
    )

    (naming,) = list_namings(herd, "animals")
    assert (naming.report, naming.names) == (report["report"], {2: "hound"})
    assert (naming.who, naming.why) == ("ada", "barks")
    assert set(report["names"].values()) - {"hound"} < {"chicken", "dog", "elephant", "kangaroo"}
    assert report["agreement"]["outliers"]["f1"] > 0.8
    assert "hound" in page.read_text(encoding="utf-8")


def test_discover_carries_names_and_shows_what_changed(herd: Ledger, capsys: Said) -> None:
    """On other animals the named cluster keeps its name, one is new, and the table fits a terminal."""
    first = answer(capsys, "animals", "--name", "0=zero")

    assert run(["discover", "animals", "--snapshot", other_snapshot(herd, first)]) == 0

    out = capsys.readouterr().out
    says, heads, *lines = out.partition(f"since report {first['report'][:12]}: ")[2].splitlines()
    assert says == "4 kept, 1 new"
    assert heads.split() == ["before", "records", "share", "now", "records", "share", "overlap"]
    table = [line.rstrip() for line in lines if line.startswith(("kept", "new"))]
    assert sum(line.startswith("kept  zero (0) ") and line.count("zero (") == 2 for line in table) == 1
    assert (len(table), max(map(len, table)) <= 80) == (5, True)
    assert "“zero” (by the rules “" in out


def test_discover_names_nothing_unseen(herd: Ledger, capsys: Said) -> None:
    """A number may be one of the discovery before, so that nothing is named by it."""
    first = answer(capsys, "animals")

    assert run(["discover", "animals", "--snapshot", other_snapshot(herd, first), "--name", "2=dog"]) == 1

    assert "2 may be numbers of an earlier discovery" in capsys.readouterr().err
    assert list_namings(herd, "animals") == []


def test_discover_names_nothing_when_there_is_nothing_to_compare(herd: Ledger, capsys: Said) -> None:
    """The only discovery cannot be compared with another; a command that fails leaves no name behind."""
    answer(capsys, "animals")

    assert run(["discover", "animals", "--name", "2=dog", "--compare", "latest"]) == 1

    assert "there is no report" in capsys.readouterr().err
    assert list_namings(herd, "animals") == []


def test_discover_compared_with_no_report_says_so_at_once(herd: Ledger, capsys: Said) -> None:
    """What there is not is refused before anything is clustered."""
    assert run(["discover", "animals", "--compare", "0123456789"]) == 1

    said = capsys.readouterr().err
    assert "there is no report '0123456789' of kind discovery" in said
    assert "check: " not in said


def test_discover_of_two_datasets_is_wrong_usage(place: Path, capsys: Said) -> None:
    """The dataset may stand alone or behind -d, but it is one."""
    assert run(["discover", "animals", "-d", "iris"]) == 2
    assert "two datasets are named: animals and iris" in capsys.readouterr().err
