"""`herdbook report`: pages of discoveries and of models, written and opened."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run
from herdbook.discovery import keep_discovery
from herdbook.ledger import Ledger, open_ledger
from herdbook.naming import write_naming
from herdbook.registry import publish
from tests.fixtures.data import ROOT
from tests.fixtures.discoveries import check_animals, find_groups
from tests.fixtures.herd import ANIMALS
from tests.fixtures.models import Models, build_small_package, dataset_named

Said = pytest.CaptureFixture[str]


def keep(ledger: Ledger, seed: int) -> str:
    """Freeze and discover animals, and return the name of the report."""
    checked = check_animals(ledger, seed, 300)
    discovery = find_groups(checked.frame)
    snapshot = max(entry.key for entry in ledger.list("raw/animals/")).split("/")[2]
    report = discovery.report | {"dataset": "animals", "n_clusters": 4, "snapshot": snapshot}
    return keep_discovery(ledger, ANIMALS, report, discovery.clusters)


@pytest.fixture
def report(place: Path) -> str:
    """Keep a discovery whose first cluster is called zero."""
    ledger = open_ledger(str(place / "ledger"))
    name = keep(ledger, seed=0)
    write_naming(ledger, "animals", name, {0: "zero"}, who="ada", why="")
    return name


def test_report_of_a_discovery_is_a_page_with_its_names(report: str, place: Path, capsys: Said) -> None:
    """The first digits of the report are enough; the page's path is said, and no browser is opened."""
    assert run(["report", report[:8]]) == 0

    path = Path(capsys.readouterr().out.strip())
    assert path == place / "state" / "reports" / f"discovery-{report[:12]}.html"
    assert "zero" in path.read_text(encoding="utf-8")


def test_report_goes_where_it_is_wanted(report: str, place: Path, capsys: Said) -> None:
    """`--out` names the file; what cannot be written is a sentence."""
    assert run(["report", report, "--out", str(place / "a" / "b.html"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["page"] == str(place / "a" / "b.html")

    assert run(["report", report, "--out", str(place / "a" / "b.html" / "c.html")]) == 1
    assert capsys.readouterr().err.startswith("herdbook: could not open file")


def test_report_of_a_later_discovery_has_the_names_carried_over(
    report: str, place: Path, capsys: Said
) -> None:
    """A discovery that nobody named is shown with the names that follow its members."""
    later = keep(open_ledger(str(place / "ledger")), seed=1)

    assert run(["report", later, "-d", "animals", "--json"]) == 0

    page = Path(json.loads(capsys.readouterr().out)["page"])
    assert later != report
    assert "zero" in page.read_text(encoding="utf-8")


@pytest.mark.integration
@pytest.mark.parametrize("wanted", ["tag", "dataset", "nothing"])
def test_report_of_a_model_is_its_evaluation(
    wanted: str, trained: Models, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """A tag gives the page of its evaluation, named by it; a dataset's name, or nothing, the champion's."""
    monkeypatch.setenv("HERDBOOK_LEDGER", trained.ledger_url)
    monkeypatch.setenv("HERDBOOK_DATASET", "animals")
    arguments = {"tag": [trained.animals.tag], "dataset": ["animals"], "nothing": []}

    assert run(["report", *arguments[wanted]]) == 0

    path = Path(capsys.readouterr().out.strip())
    assert path.name == f"{trained.animals.tag.replace(':', '-')}.html"
    assert trained.animals.tag in path.read_text(encoding="utf-8")


def test_report_of_a_model_without_one_says_so(place: Path, capsys: Said) -> None:
    """A model of an older Herdbook has no report of its evaluation."""
    build_small_package(place / "package", dataset_named("iris"))
    tag = publish(open_ledger(str(place / "ledger")), place / "package")

    assert run(["report", tag]) == 1
    assert f"there is no report of the evaluation of {tag}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wanted", ["0" * 12, "nothing", "animals:000000000000", "../x", "animals", "iris", "-diris"]
)
def test_report_that_is_not_there_is_a_sentence(place: Path, wanted: str, capsys: Said) -> None:
    """Neither a model nor a discovery, or a dataset without a champion: said, and nothing is written."""
    assert run(["report", wanted]) == 1
    assert capsys.readouterr().err.startswith("herdbook: there is no ")
    assert not (place / "state" / "reports").exists()


def test_report_of_another_dataset_is_wrong_usage(place: Path, capsys: Said) -> None:
    """The dataset behind -d is the one that the report is about."""
    assert run(["report", "animals", "-d", "iris"]) == 2
    assert "animals is not of dataset iris" in capsys.readouterr().err


@pytest.mark.integration
@pytest.mark.parametrize(
    ("option", "display", "opens"), [([], ":7", True), (["--no-open"], ":7", False), ([], "", False)]
)
def test_report_is_opened_on_a_terminal_with_a_screen(
    report: str, place: Path, option: list[str], display: str, opens: bool
) -> None:
    """A browser gets the page's address, unless there is no screen or it is not wanted."""
    browser = place / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {place}/opened\n')
    browser.chmod(0o755)
    screen = {"DISPLAY": display, "WAYLAND_DISPLAY": "", "BROWSER": f"{browser} %s"}
    leader, follower = pty.openpty()

    command = [sys.executable, "-m", "cli", "report", report, *option]
    done = subprocess.run(command, cwd=ROOT, stdout=follower, env={**os.environ, **screen}, check=True)

    os.close(follower)
    os.close(leader)
    opened = place / "opened"
    assert done.returncode == 0
    assert opened.exists() == opens
    assert not opens or opened.read_text().startswith("file:///")
