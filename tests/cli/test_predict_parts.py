"""The folder beside an output that grows: whose parts it holds, and who may go on with them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cli.place import open_place
from cli.scoring import task_of
from cli.scoring_input import Tables
from cli.scoring_manifest import MANIFEST, Task
from cli.scoring_parts import folder_of, open_parts
from cli.scoring_run import Wish

HERE, THERE = "http://127.0.0.1:3000", "http://ada:secret@127.0.0.1:3001"
WIDE_BYTES = 2 * 2**20


@pytest.fixture
def given(place: Path) -> Path:
    """Write a file of two MiB."""
    path = place / "in.csv"
    path.write_text("sepal_length,note\n" + f"5.1,{'a' * 1023}\n" * (WIDE_BYTES // 1024))
    return path


def task(given: Path, url: str = HERE) -> Task:
    """Say what is to be scored."""
    place = open_place("iris")
    table = Tables(given, place.dataset, is_typed=False)
    return task_of(Wish(given, given.with_name("out.csv"), url), place, table)


def run_of(given: Path, task: Task, *, is_forced: bool = False) -> str:
    """Open the parts, and give the name of the run that writes them."""
    with open_parts(given.with_name("out.csv"), task, is_forced=is_forced) as parts:
        return parts.run


def test_parts_of_the_same_task_are_gone_on_with(given: Path) -> None:
    """The same input, service and names are the same run."""
    assert run_of(given, task(given)) == run_of(given, task(given))


def test_parts_of_an_input_that_changed_at_its_end_are_refused(given: Path) -> None:
    """A file of the same size with another digit in its last row is another input."""
    run_of(given, task(given))
    given.write_bytes(given.read_bytes()[:-2] + b"b\n")

    with pytest.raises(click.UsageError, match=r"parts of another run \(input_sha256 differs\); .*--force"):
        run_of(given, task(given))


def test_parts_of_another_service_are_refused(given: Path) -> None:
    """Half of the answers would be in a log where nobody looks; a password is never written down."""
    run_of(given, task(given))

    with pytest.raises(click.UsageError, match=r"\(url differs\)"):
        run_of(given, task(given, THERE))
    run_of(given, task(given, THERE), is_forced=True)
    manifest = folder_of(given.with_name("out.csv")) / MANIFEST
    assert "127.0.0.1:3001" in (said := manifest.read_text())
    assert "secret" not in said


@pytest.mark.parametrize("held", [b"", b"[]", b"{}", b'{"format": 0, "task": {}}', b'{"format": 1}'])
def test_parts_with_a_damaged_manifest_are_refused(given: Path, held: bytes) -> None:
    """Nobody can tell what they are of; --force begins anew."""
    run_of(given, task(given))
    (folder_of(given.with_name("out.csv")) / MANIFEST).write_bytes(held)

    with pytest.raises(click.UsageError, match=r"\(its manifest differs\)"):
        run_of(given, task(given))
    assert run_of(given, task(given), is_forced=True)
