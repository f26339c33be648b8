"""The folder beside an output that grows: whose parts it holds, and who may go on with them."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path

import click
import pyarrow as pa
import pytest

from cli.main import run
from cli.place import open_place
from cli.scoring import task_of
from cli.scoring_input import Tables
from cli.scoring_manifest import MANIFEST, Task
from cli.scoring_parts import folder_of, open_parts
from cli.scoring_run import Wish

Said = pytest.CaptureFixture[str]
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
        return parts.key(0)


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


def test_parts_are_begun_anew_by_force(given: Path) -> None:
    """Another run, although everything is the same, and none of the parts before."""
    before = run_of(given, task(given))
    with open_parts(given.with_name("out.csv"), task(given), is_forced=False) as parts:
        parts.add(0, pa.table({"a": [1]}))

    with open_parts(given.with_name("out.csv"), task(given), is_forced=True) as parts:
        assert len(parts) == 0
        assert parts.key(0) != before


def test_parts_begun_by_force_are_gone_on_with_without_it(given: Path) -> None:
    """Who wanted to overwrite the output once need not begin anew to say so again."""
    (out := given.with_name("out.csv")).write_text("of yesterday")
    with pytest.raises(click.UsageError, match="is there already"):
        run_of(given, task(given))
    assert not folder_of(out).exists()

    assert run_of(given, task(given), is_forced=True) == run_of(given, task(given))


def test_parts_of_an_output_that_is_written_are_refused(given: Path) -> None:
    """Two commands do not write one file."""
    with (
        open_parts(given.with_name("out.csv"), task(given), is_forced=False),
        pytest.raises(click.UsageError, match="another command is writing"),
    ):
        run_of(given, task(given), is_forced=True)


def test_parts_are_locked_anew_if_the_lock_was_removed(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that got the lock of a folder that another just removed makes its own."""
    folder, flock, taken = folder_of(given.with_name("out.csv")), fcntl.flock, []

    def take(fd: int, how: int) -> None:
        taken.append(fd)
        if len(taken) == 1:
            shutil.rmtree(folder)
        flock(fd, how)

    monkeypatch.setattr(fcntl, "flock", take)

    assert run_of(given, task(given))
    assert len(taken) == 2
    assert (folder / MANIFEST).exists()


def test_parts_of_an_output_that_appeared_are_told_and_removed(given: Path, capsys: Said) -> None:
    """A command killed between the output and the end of its parts is ended by the same command."""
    out = given.with_name("out.csv")
    with open_parts(out, task(given), is_forced=False) as parts:
        parts.add(0, pa.table({"a": [1]}))
        (whole := parts.folder / "whole.csv").write_text("a\n1\n")
        parts.publish(whole, {"rows": 1, "errors": 0, "models": {"iris:0": 1}})
    command = ["predict", "-d", "iris", "--url", HERE, str(given), "--out", str(out)]

    assert run([*command, "--json"]) == 0  # without any service

    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["rows_asked"], told["models"]) == (1, 0, {"iris:0": 1})
    assert not folder_of(out).exists()
    assert out.read_text() == "a\n1\n"
    assert run(command) == 2
