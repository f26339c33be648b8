"""What one segment or one process cannot do must not cost the others: damage in the log, and memory of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from herdbook.dataset import Dataset
from herdbook.ledger import Ledger
from herdbook.prediction_log import compaction, index
from herdbook.prediction_log.compaction import merge_some
from herdbook.prediction_log.entry import SegmentEntry
from herdbook.prediction_log.index import SegmentIndex, _known
from herdbook.prediction_log.parquet import read_segment
from herdbook.prediction_log.segment import seal_file
from tests.fixtures.log import MIXED, logged_of, write_spool
from tests.herdbook.test_prediction_log_compaction import live_of, seal_many


def damage(ledger: Ledger, segment: SegmentEntry, kind: str) -> None:
    """Spoil a segment where it lies."""
    (file,) = Path(ledger.url).rglob(segment.name)
    body = file.read_bytes()
    file.unlink()
    if kind != "missing":
        file.write_bytes(b"junk" if kind == "junk" else body[:4] + b"\xff" * 400 + body[404:])


@pytest.mark.parametrize("kind", ["junk", "missing", "spoiled pages"])
def test_merge_leaves_out_a_segment_that_cannot_be_read(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """One damaged segment is named once and stays; all else of its date and of others is merged."""
    seal_many(ledger, tmp_path, 60, days=2)
    before = live_of(ledger)
    damage(ledger, before[0], kind)

    while merge_some(ledger, "mixed"):
        pass
    after = live_of(ledger)

    assert before[0] in after
    assert len(after) < len(before) / 4
    assert sum(segment.rows for segment in after) == sum(segment.rows for segment in before)
    assert not merge_some(ledger, "mixed")
    assert sum(before[0].name in line for line in caplog.messages) == 1


def test_merge_passes_over_a_group_that_it_tried_in_vain(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments that all have other columns are read once, not at every turn."""
    plain = MIXED.model_dump(by_alias=True)
    for nth in range(16):
        plain["features"] = [{"name": f"n{nth}", "type": "number"}]
        dataset = Dataset.model_validate(plain)
        seal_file(ledger, write_spool(tmp_path, [logged_of(dataset=dataset)], dataset=dataset))
    read = []

    def counted(key: str, body: bytes) -> Any:
        read.append(key)
        return read_segment(key, body)

    monkeypatch.setattr(compaction, "read_segment", counted)

    assert [merge_some(ledger, "mixed") for _ in range(3)] == [False] * 3
    assert len(read) == 16


def test_index_keeps_no_more_than_it_may(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process forgets the sheets that it read first, and the entries that a checkpoint sums up."""
    monkeypatch.setattr(index, "CACHED_SEGMENTS", 20)
    seal_many(ledger, tmp_path, 48, days=8)
    known = _known(ledger.url, "mixed")
    n_live = len(live_of(ledger))
    before = len(known.entries)

    SegmentIndex(ledger, "mixed").checkpoint(after=1)

    assert len(live_of(ledger)) == n_live
    assert (before, known.entries) == (48, {})
    assert 0 < sum(len(each) for each in known.sheets.values()) <= 20


def test_index_forgets_the_entries_that_it_read_first(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long an index is, a process keeps a part of it, and what it tells is the same."""
    seal_many(ledger, tmp_path, 20)
    n_live = len(live_of(ledger))
    monkeypatch.setattr(index, "CACHED_ENTRIES", 8)
    known = _known(ledger.url, "mixed")
    known.entries.clear()

    assert len(live_of(ledger)) == n_live
    assert 0 < len(known.entries) <= 8
