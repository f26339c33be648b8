"""Sealing: a spool file becomes segments and one index entry, however often it is tried."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from herdbook.errors import FormatUnknownError, KeyTakenError, PredictionLogError, StoreAwayError
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log import parquet
from herdbook.prediction_log import segment as segments
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.parquet import read_segment
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import SpoolFile
from tests.fixtures.log import MIXED, id_at, logged_of, read_spool, write_spool

MIDNIGHT_US = 1_767_225_600_000_000


def stored_keys(ledger: Ledger) -> list[str]:
    """List the segments that the ledger holds."""
    return [entry.key for entry in ledger.list("predictions/mixed/") if entry.key.endswith(".parquet")]


def listed(ledger: Ledger) -> list[tuple[str, int]]:
    """List date and rows of every segment in the index, oldest first."""
    entries = list(SegmentIndex(ledger, "mixed").newest_first())[::-1]
    return [(segment.date, segment.rows) for entry in entries for segment in entry.segments]


def test_seal_moves_every_row_into_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    """A segment holds what the spool file held, and the file is gone."""
    path = write_spool(tmp_path, [logged_of(3, keys=["a", None, "b"])], [logged_of(2)])
    rows = read_spool(path)

    assert seal_file(ledger, path) == 5

    (key,) = stored_keys(ledger)
    assert read_segment(key, ledger.get(key)).to_pylist(maps_as_pydicts="strict") == rows
    assert not path.exists()


def test_seal_parts_rows_at_midnight_utc(ledger: Ledger, tmp_path: Path) -> None:
    """Each row lies under the UTC date that its id carries, whatever the order of writing."""
    ids = [id_at(MIDNIGHT_US + 5000), id_at(MIDNIGHT_US - 1), id_at(MIDNIGHT_US), id_at(MIDNIGHT_US - 9000)]

    seal_file(ledger, write_spool(tmp_path, [logged_of(4, ids=ids)]))

    assert listed(ledger) == [("2025-12-31", 2), ("2026-01-01", 2)]
    assert [key.split("/")[2] for key in stored_keys(ledger)] == ["date=2025-12-31", "date=2026-01-01"]


@pytest.mark.parametrize("survived", ["nothing", "segments", "segments and index"])
def test_seal_again_after_an_interruption_changes_nothing(
    tmp_path: Path, survived: str, ledger: Ledger
) -> None:
    """Wherever a sealer was killed, the next one ends with each row stored and listed once."""
    path = write_spool(tmp_path, [logged_of(3)])
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    seal_file(ledger, path)
    if survived != "segments and index":
        shutil.rmtree(tmp_path / "ledger/predictions/mixed/index")
    if survived == "nothing":
        shutil.rmtree(tmp_path / "ledger/predictions/mixed")
    copy.rename(path)

    seal_file(open_ledger(f"file://{tmp_path}/ledger"), path)

    assert listed(open_ledger(f"file://{tmp_path}/ledger")) == [(listed(ledger)[0][0], 3)]
    assert len(stored_keys(ledger)) == 1


def test_seal_accepts_the_same_rows_as_other_bytes(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A segment that another version of the Parquet writer stored is taken as it is."""
    path = write_spool(tmp_path, [logged_of(3)])
    shutil.copy(path, path.with_suffix(".copy"))
    monkeypatch.setattr(SegmentIndex, "add", lambda *_, **__: None)
    seal_file(ledger, path)
    path.with_suffix(".copy").rename(path)
    monkeypatch.undo()
    monkeypatch.setattr(parquet, "ROW_GROUP_ROWS", 2)

    assert seal_file(ledger, path) == 3
    assert [rows for _, rows in listed(ledger)] == [3]


def test_seal_refuses_a_taken_name_with_other_rows(ledger: Ledger, tmp_path: Path) -> None:
    """A foreign object under a segment's name keeps the spool file where it is."""
    path = write_spool(tmp_path, [logged_of(ids=[id_at(MIDNIGHT_US)])])
    other = write_spool(tmp_path / "other", [logged_of(ids=[id_at(MIDNIGHT_US, 1)])])
    seal_file(ledger, other)
    ledger.create(
        f"predictions/mixed/date=2026-01-01/{path.stem}.parquet", ledger.get(stored_keys(ledger)[0])
    )

    with pytest.raises(PredictionLogError, match="other rows"):
        seal_file(ledger, path)

    assert path.exists()


def test_seal_parts_what_is_too_large_for_one_object(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows beyond the size of one object go into several, all listed in one entry."""
    noise = np.random.Generator(np.random.PCG64(0)).random((3000, 4)).round(6)
    monkeypatch.setattr(segments, "MAX_OBJECT_BYTES", 20_000)

    seal_file(ledger, write_spool(tmp_path, [logged_of(3000, frame=noise * [1000, 1, 0, 0])]))

    (entry,) = SegmentIndex(ledger, "mixed").newest_first()
    assert sum(segment.rows for segment in entry.segments) == 3000
    assert len(entry.segments) > 1
    assert all(segment.size_bytes <= 20_000 for segment in entry.segments)


def test_seal_leaves_a_file_that_is_written(ledger: Ledger, tmp_path: Path) -> None:
    """A living worker's file is not touched."""
    file = SpoolFile(tmp_path, MIXED)
    file.append([logged_of()])

    assert seal_file(ledger, file.path) is None

    file.close()
    assert seal_file(ledger, file.path) == 1
    assert seal_file(ledger, file.path) is None


def test_seal_drops_a_torn_end(ledger: Ledger, tmp_path: Path) -> None:
    """What was never acknowledged is not sealed and leaves nothing behind."""
    path = write_spool(tmp_path, [logged_of(3)], [logged_of(2)])
    os_size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: os_size - 7])

    assert seal_file(ledger, path) == 3
    assert list(path.parent.iterdir()) == []


def test_seal_keeps_a_damaged_file_aside(ledger: Ledger, tmp_path: Path) -> None:
    """Rows around a rotten place are sealed; the file stays under another name for a person to look at."""
    path = write_spool(tmp_path, [logged_of(1)], [logged_of(2)], [logged_of(4)])
    data = path.read_bytes()
    place = data.index(b"request-1", data.index(b"request-1") + 1)
    path.write_bytes(data[:place] + b"R" + data[place + 1 :])

    assert seal_file(ledger, path) == 5
    assert [left.name for left in path.parent.iterdir()] == [path.stem + ".damaged"]


def test_seal_waits_while_the_store_is_away(tmp_path: Path) -> None:
    """Without its store the file stays, and is sealed once the store is back."""
    ledger = open_ledger(str(tmp_path / "ledger"))
    path = write_spool(tmp_path, [logged_of(3)])
    (tmp_path / "ledger").rename(tmp_path / "away")

    with pytest.raises(StoreAwayError):
        seal_file(ledger, path)
    (tmp_path / "away").rename(tmp_path / "ledger")

    assert seal_file(ledger, path) == 3


def test_sealers_that_race_seal_each_file_once(tmp_path: Path, any_ledger: Ledger) -> None:
    """Eight sealers on the same files list every row once, in entries without gaps."""
    paths = [write_spool(tmp_path, [logged_of(n + 1)]) for n in range(12)]

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda path: seal_file(any_ledger, path), paths * 4))

    assert sorted(n for n in sealed if n is not None) == list(range(1, 13))
    assert sorted(rows for _, rows in listed(any_ledger)) == list(range(1, 13))


def test_index_numbers_have_no_gaps_when_writers_race(ledger: Ledger) -> None:
    """Sixteen writers that want the next number get sixteen different ones in a row."""
    with ThreadPoolExecutor(16) as pool:
        sources = [f"file-{n}" for n in range(16)]
        list(pool.map(lambda name: SegmentIndex(ledger, "mixed").add([], source=name, since_us=0), sources))

    entries = list(SegmentIndex(ledger, "mixed").newest_first())
    names = [entry.key.rpartition("/")[2] for entry in ledger.list("predictions/mixed/index/")]
    assert sorted(entry.source for entry in entries) == sorted(sources)
    assert names == [f"{n:010}.json" for n in range(1, 17)]
    with pytest.raises(KeyTakenError):
        ledger.create("predictions/mixed/index/0000000016.json", b"{}")


@pytest.mark.parametrize("metadata", [{}, {"herdbook.format": "2"}])
def test_segment_of_another_format_is_refused(metadata: dict[str, str]) -> None:
    """A segment that a newer Herdbook wrote, or a stranger, is named instead of read."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"id": ["x"]}).replace_schema_metadata(metadata), sink)

    with pytest.raises(FormatUnknownError, match=r"predictions/x\.parquet.*Parquet of format 1"):
        read_segment("predictions/x.parquet", sink.getvalue().to_pybytes())


def test_segment_that_is_no_parquet_is_refused() -> None:
    """Rotten bytes are told in our sentence."""
    with pytest.raises(FormatUnknownError, match="not Parquet"):
        read_segment("predictions/x.parquet", b"junk")


@pytest.mark.parametrize("body", [b'{"format":3,"time_us":1}', b'{"format":1,"time_us":"soon"}', b"junk"])
def test_index_entry_of_another_format_is_refused(ledger: Ledger, body: bytes) -> None:
    """An entry that this Herdbook does not know is named, not passed over."""
    ledger.create("predictions/mixed/index/0000000001.json", body)

    with pytest.raises(FormatUnknownError, match=r"index/0000000001\.json"):
        list(SegmentIndex(ledger, "mixed").newest_first())
