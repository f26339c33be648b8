"""Snapshots: frozen as received, complete or not there at all."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from herdbook import keys
from herdbook.errors import FormatUnknownError, SnapshotError
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger
from herdbook.received import table_of
from herdbook.snapshot import (
    Snapshot,
    arrivals,
    freeze,
    latest_snapshot,
    list_snapshots,
    open_snapshot,
)

THREADS_OF_A_READ = """
import os, sys
import pyarrow.parquet
from herdbook.ledger import open_ledger
from herdbook.snapshot import latest_snapshot
snapshot = latest_snapshot(open_ledger(sys.argv[1]), "animals")
before = os.listdir("/proc/self/task")
snapshot.table()
print(len(os.listdir("/proc/self/task")) - len(before))
"""

TABLE = table_of([{"legs": 4, "height": 0.5}, {"legs": 2, "height": None, "tags": ["a"]}])


def frozen(ledger: Ledger, table: pa.Table = TABLE, *, text: bool = False) -> Snapshot:
    """Freeze a table that came from a test."""
    return freeze(ledger, "animals", table, source="test", request={"seed": 1}, text=text)


def test_snapshot_gives_back_what_was_received(any_ledger: Ledger) -> None:
    """The table comes back equal, whichever store holds it."""
    snapshot = frozen(any_ledger)

    again = open_snapshot(any_ledger, "animals", snapshot.id)

    assert again == snapshot
    assert (again.n_rows, again.columns, again.text) == (2, ("legs", "height", "tags"), False)
    assert again.table().equals(TABLE, check_metadata=True)


@pytest.mark.integration
@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_reading_starts_no_thread(ledger: Ledger) -> None:
    """A thread of Arrow's that frees a snapshot's bytes after the interpreter's end aborts the process."""
    frozen(ledger)

    command = [sys.executable, "-c", THREADS_OF_A_READ, ledger.url]
    found = subprocess.run(command, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "0"


def test_same_content_is_the_same_snapshot_with_one_more_arrival(ledger: Ledger) -> None:
    """Ingesting the same again, cut otherwise, adds an arrival and nothing else."""
    first = frozen(ledger)
    again = frozen(ledger, pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)]))

    told = arrivals(ledger, "animals", first.id)

    assert again == first
    assert [(each["source"], each["request"]) for each in told] == [("test", {"seed": 1})] * 2
    assert told[0]["received"][0] == ["legs", "int64"]
    assert len([*ledger.list(keys.raw_folder("animals", first.id))]) == 4


def test_text_from_a_csv_is_another_snapshot(ledger: Ledger) -> None:
    """The same strings from a CSV are not the same content: those are yet to be read as numbers."""
    table = pa.table({"legs": ["4", "2"]})

    plain, text = frozen(ledger, table), frozen(ledger, table, text=True)

    assert plain.id != text.id
    assert open_snapshot(ledger, "animals", text.id).text


def test_snapshot_opens_by_its_first_digits(any_ledger: Ledger) -> None:
    """The twelve digits that progress prints are enough."""
    snapshot = frozen(any_ledger)
    frozen(any_ledger, pa.table({"legs": [1]}))

    assert open_snapshot(any_ledger, "animals", snapshot.id[:12]) == snapshot
    assert open_snapshot(any_ledger, "animals", snapshot.id[:8]) == snapshot


@pytest.mark.parametrize("digits", ["0" * 12, "0" * 64, "0" * 65, "", "4c42", "../raw", "ABCDEF012345"])
def test_unknown_snapshot_is_told(ledger: Ledger, digits: str) -> None:
    """Digits of nothing, too few of them or none at all get the same sentence."""
    frozen(ledger)

    with pytest.raises(SnapshotError, match="no such snapshot; give an id"):
        open_snapshot(ledger, "animals", digits)


def test_digits_of_two_snapshots_are_refused(ledger: Ledger) -> None:
    """Nothing is guessed between two that begin alike; one that is not complete does not count."""
    for last in "abc":
        ledger.create(keys.raw_part("animals", "0" * 63 + last, 1), b"rows")
    for last in "ab":
        ledger.create(keys.snapshot_card("animals", "0" * 63 + last), b"{}")

    with pytest.raises(SnapshotError, match=r"0a', '0+b' begin like this; give more digits"):
        open_snapshot(ledger, "animals", "0" * 12)


def test_latest_is_the_newest_arrival(ledger: Ledger) -> None:
    """A snapshot that arrives again is the latest again."""
    first = frozen(ledger)
    second = frozen(ledger, pa.table({"legs": [1]}))
    assert latest_snapshot(ledger, "animals") == second

    frozen(ledger)

    assert latest_snapshot(ledger, "animals") == first
    assert list_snapshots(ledger, "animals") == [first, second]


def test_large_table_is_parted(ledger: Ledger) -> None:
    """More than one object can hold becomes several parts, in the received order."""
    noise = np.random.default_rng(0).integers(0, 2**62, 2_000_000)
    snapshot = frozen(ledger, pa.table({"noise": noise}))

    entries = [
        entry for entry in ledger.list(keys.raw_folder("animals", snapshot.id)) if "part-" in entry.key
    ]

    assert len(entries) >= 2
    assert max(entry.size_bytes for entry in entries) <= MAX_OBJECT_BYTES
    assert np.array_equal(snapshot.table()["noise"].to_numpy(), noise)


def test_row_over_the_limit_is_refused(ledger: Ledger) -> None:
    """One row that no object can hold gets a sentence."""
    letters = (
        np.random.default_rng(0).integers(33, 127, MAX_OBJECT_BYTES * 2, dtype=np.uint8).tobytes().decode()
    )

    with pytest.raises(SnapshotError, match="a row is too large"):
        frozen(ledger, pa.table({"text": ["short", letters]}))

    assert list_snapshots(ledger, "animals") == []


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (pa.table({"a": pa.array([], pa.int64())}), "no rows"),
        (table_of([]), "no rows"),
        (pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), "same name"),
    ],
)
def test_unusable_table_is_refused(ledger: Ledger, table: pa.Table, problem: str) -> None:
    """A table without rows or with two columns of one name freezes nothing."""
    with pytest.raises(SnapshotError, match=problem):
        frozen(ledger, table)

    assert list(ledger.list("")) == []


def test_half_written_snapshot_is_not_there_and_is_finished_later(ledger: Ledger) -> None:
    """What a dead writer left is invisible, and its foreign parts do not stand in the way."""
    snapshot = frozen(ledger).id
    other = TABLE.slice(0, 1)
    unborn = frozen_id(other)
    ledger.create(keys.raw_part("animals", unborn, 1), b"written by a dead process")

    with pytest.raises(SnapshotError, match="no such snapshot"):
        open_snapshot(ledger, "animals", unborn)
    assert [each.id for each in list_snapshots(ledger, "animals")] == [snapshot]

    assert frozen(ledger, other).table()["legs"].to_pylist() == [4]


def frozen_id(table: pa.Table) -> str:
    """Name that the table will have as a snapshot."""
    from herdbook.content import hash_content, to_normal

    return hash_content(to_normal(table), text=False)


def test_damaged_part_is_told(ledger: Ledger, tmp_path: Path) -> None:
    """Other content, or no Parquet at all, is never returned as the snapshot."""
    first, second = frozen(ledger), frozen(ledger, TABLE.slice(0, 1))
    path = tmp_path / "ledger" / keys.raw_part("animals", first.id, 1)

    path.write_bytes(ledger.get(keys.raw_part("animals", second.id, 1)))
    with pytest.raises(SnapshotError, match="not what was received"):
        first.table()

    path.write_bytes(b"junk")
    with pytest.raises(SnapshotError, match="cannot be read"):
        first.table()

    path.unlink()
    with pytest.raises(SnapshotError, match="cannot be read"):
        first.table()


def test_card_of_another_format_is_refused(ledger: Ledger) -> None:
    """A snapshot that a newer Herdbook wrote is named as such."""
    ledger.create(keys.snapshot_card("animals", "ab" * 32), b'{"format": 2}')

    with pytest.raises(FormatUnknownError, match="format 1"):
        open_snapshot(ledger, "animals", "ab" * 32)


def test_part_says_its_format_and_another_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    """A part of a newer Herdbook is named as such; one from before parts said theirs is read."""
    snapshot = frozen(ledger)
    path = tmp_path / "ledger" / keys.raw_part("animals", snapshot.id, 1)
    part = pq.read_table(path)
    assert part.schema.metadata == {b"herdbook.format": b"1"}

    pq.write_table(part.replace_schema_metadata(None), path)
    assert snapshot.table().equals(TABLE)

    pq.write_table(part.replace_schema_metadata({"herdbook.format": "2"}), path)
    with pytest.raises(FormatUnknownError, match="format 1"):
        snapshot.table()


def test_nothing_ingested_is_told(ledger: Ledger) -> None:
    """Without any snapshot the sentence names the command."""
    with pytest.raises(SnapshotError, match="make one with `herdbook ingest --dataset animals`"):
        latest_snapshot(ledger, "animals")


def test_many_may_freeze_the_same_at_once(any_ledger: Ledger) -> None:
    """Eight ingests of the same content agree on one snapshot with eight arrivals."""
    with ThreadPoolExecutor(8) as pool:
        found = {each.id for each in pool.map(lambda _: frozen(any_ledger), range(8))}

    (snapshot,) = found
    assert len(arrivals(any_ledger, "animals", snapshot)) == 8
    assert open_snapshot(any_ledger, "animals", snapshot).table().equals(TABLE)
