"""Merging and checkpoints: reading stays cheap, and every row is there once at every moment."""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from herdbook.dataset import Dataset
from herdbook.errors import FormatUnknownError
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log import compaction
from herdbook.prediction_log import segment as segments
from herdbook.prediction_log.compaction import merge_some, tidy
from herdbook.prediction_log.entry import SegmentEntry
from herdbook.prediction_log.history import find_prediction, history
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.segment import seal_file
from tests.fixtures.log import MIXED, id_at, logged_of, write_spool

START_US = 1_767_225_600_000_000
DAY_US = 86_400_000_000


def seal_many(ledger: Ledger, spool: Path, n_files: int, *, days: int = 1) -> list[str]:
    """Seal files of one to three rows over some days; returns the ids, newest first."""
    chance, ids = random.Random(n_files), []
    for place in range(n_files):
        times = [START_US + chance.randrange(days * DAY_US) for _ in range(1 + place % 3)]
        made = [id_at(time_us, 10 * place + nth) for nth, time_us in enumerate(times)]
        rows = [logged_of(ids=[id_], time_us=time_us) for id_, time_us in zip(made, times, strict=True)]
        seal_file(ledger, write_spool(spool, rows))
        ids += made
    return sorted(ids, reverse=True)


def live_of(ledger: Ledger) -> list[SegmentEntry]:
    """List every live segment."""
    index = SegmentIndex(ledger, "mixed")
    live = index.live()
    dates = {sheet.date for sheet in live.sheets} | {each.date for each in live.segments.values()}
    return [segment for date in sorted(dates) for segment in index.of_date(date, live)]


def read_ids(ledger: Ledger, nowhere: Path) -> list[str]:
    """List every id of the history, without a spool."""
    return [row["id"] for row in history(ledger, nowhere, MIXED, limit=10_000).rows]


def reopened(ledger: Ledger, folder: Path) -> Ledger:
    """Give a copy of a ledger, of which this process has read nothing yet."""
    shutil.copytree(ledger.url, folder)
    return open_ledger(str(folder))


def test_merge_keeps_every_row_once_after_every_step(ledger: Ledger, tmp_path: Path) -> None:
    """Small segments become few, and the rows are the same after each merge; what was merged stays stored."""
    ids = seal_many(ledger, tmp_path, 70, days=2)
    stored = {entry.key for entry in ledger.list("predictions/")}
    before = len(live_of(ledger))

    while merge_some(ledger, "mixed"):
        assert sum(segment.rows for segment in live_of(ledger)) == len(ids)
        assert read_ids(ledger, tmp_path / "none") == ids

    assert len(live_of(ledger)) < before / 4
    assert stored <= {entry.key for entry in ledger.list("predictions/")}


def test_merge_that_was_killed_is_done_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the merged rows and the index, nothing has changed; the next merge ends it."""
    ids = seal_many(ledger, tmp_path, 20)

    def kill(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SegmentIndex, "replace", kill)
    with pytest.raises(KeyboardInterrupt):
        merge_some(ledger, "mixed")
    monkeypatch.undo()
    half_way = read_ids(ledger, tmp_path / "none")
    assert merge_some(ledger, "mixed")

    assert half_way == ids
    assert [segment.rows for segment in live_of(ledger)] == [len(ids)]


def test_mergers_that_race_list_every_row_once(ledger: Ledger, tmp_path: Path) -> None:
    """Mergers, sealers and writers of checkpoints at once lose and double nothing."""
    ids = seal_many(ledger, tmp_path, 48)
    with ThreadPoolExecutor(6) as pool:
        more = pool.submit(seal_many, ledger, tmp_path / "more", 20)
        jobs = [pool.submit(merge_some, ledger, "mixed") for _ in range(6)]
        jobs += [pool.submit(SegmentIndex(ledger, "mixed").checkpoint, after=4) for _ in range(6)]
        for job in jobs:
            job.result()

    fresh = reopened(ledger, tmp_path / "copy")

    assert sum(segment.rows for segment in live_of(fresh)) == len(ids) + len(more.result())
    assert set(read_ids(fresh, tmp_path / "none")) == {*ids, *more.result()}


def test_merge_of_segments_that_are_live_no_more_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    """Who comes second lists nothing."""
    seal_many(ledger, tmp_path, 16)
    old = live_of(ledger)
    merge_some(ledger, "mixed")

    assert not SegmentIndex(ledger, "mixed").replace(old, old, source="late")
    assert len(live_of(ledger)) == 1


def test_merge_leaves_large_segments_and_other_columns(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full segment stays as it is, and rows with other features are not put into one table."""
    monkeypatch.setattr(compaction, "FULL_ROWS", 8)
    plain = MIXED.model_dump(by_alias=True)
    plain["features"] = [*plain["features"], {"name": "width", "type": "number"}]
    wider = Dataset.model_validate(plain)
    for nth in range(18):
        dataset = wider if nth % 9 == 0 else MIXED
        seal_file(ledger, write_spool(tmp_path, [logged_of(2, dataset=dataset)], dataset=dataset))
    seal_file(ledger, write_spool(tmp_path, [logged_of(8)]))

    merge_some(ledger, "mixed")

    assert sorted(segment.rows for segment in live_of(ledger)) == [2, 2, 8, 32]
    assert len(read_ids(ledger, tmp_path / "none")) == 44


def test_merging_of_wide_rows_ends(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of which a segment holds few are merged until segments are full by their bytes, and then rest."""
    monkeypatch.setattr(segments, "MAX_OBJECT_BYTES", 200_000)
    monkeypatch.setattr(compaction, "MERGED_BYTES", 200_000, raising=False)
    monkeypatch.setattr(compaction, "FULL_BYTES", 50_000, raising=False)
    plain = MIXED.model_dump(by_alias=True)
    plain["features"] = [{"name": f"n{nth}", "type": "number"} for nth in range(64)]
    wide, chance = Dataset.model_validate(plain), np.random.default_rng(0)
    for _ in range(96):
        logged = logged_of(32, dataset=wide, frame=chance.random((32, 64)))
        seal_file(ledger, write_spool(tmp_path, [logged], dataset=wide))
    before = live_of(ledger)

    turns = len(list(takewhile(lambda _: merge_some(ledger, "mixed"), range(96))))

    after = live_of(ledger)
    assert 0 < turns < 24
    assert len(after) < len(before) / 3
    assert max(segment.size_bytes for segment in after) <= 200_000
    assert sum(segment.rows for segment in after) == 96 * 32


def test_merge_that_leaves_no_fewer_segments_is_none(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When merged rows take as many objects as before, those that are there stay, and merging ends."""
    seal_many(ledger, tmp_path, 16)
    before = live_of(ledger)
    monkeypatch.setattr(segments, "MAX_OBJECT_BYTES", 1)

    assert not merge_some(ledger, "mixed")
    assert live_of(ledger) == before


def test_dates_of_wide_rows_are_let_rest(ledger: Ledger, tmp_path: Path) -> None:
    """A checkpoint tells of a date of many segments whether they are full by their bytes."""
    seal_many(ledger, tmp_path, 70)
    index = SegmentIndex(ledger, "mixed")
    index.checkpoint(after=1)
    live = index.live()
    (sheet,) = live.sheets
    full = sheet.model_copy(update={"size_bytes": 70 * compaction.FULL_BYTES})

    assert sheet.size_bytes == sum(segment.size_bytes for segment in live_of(ledger))
    assert compaction._dates_to_look_at(live) == {sheet.date}
    assert compaction._dates_to_look_at(replace(live, sheets=(full,))) == set()


def test_checkpoint_spares_the_entries_before_it(ledger: Ledger, tmp_path: Path) -> None:
    """With a checkpoint nobody reads an earlier entry: the history is whole without them."""
    ids = seal_many(ledger, tmp_path, 20, days=3)
    merge_some(ledger, "mixed")
    assert SegmentIndex(ledger, "mixed").checkpoint(after=8)
    ids = sorted(ids + seal_many(ledger, tmp_path / "more", 5, days=3), reverse=True)
    fresh = reopened(ledger, tmp_path / "copy")
    for number in range(1, 21):
        (tmp_path / f"copy/predictions/mixed/index/{number:010}.json").unlink()

    assert read_ids(fresh, tmp_path / "none") == ids
    assert find_prediction(fresh, tmp_path / "none", MIXED, ids[-1]) is not None
    seal_file(fresh, write_spool(tmp_path, [logged_of()]))
    assert len(read_ids(fresh, tmp_path / "none")) == len(ids) + 1


def test_checkpoints_say_what_the_entries_say(ledger: Ledger, tmp_path: Path) -> None:
    """After merges and several checkpoints, the same segments are live as without any checkpoint."""
    for turn in range(4):
        seal_many(ledger, tmp_path / str(turn), 17 + turn, days=2)
        while tidy(ledger, "mixed"):
            pass
        SegmentIndex(ledger, "mixed").checkpoint(after=6)
    plain = reopened(ledger, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy/predictions/mixed/checkpoints")

    def places(book: Ledger) -> list[str]:
        return sorted(segment.place for segment in live_of(book))

    assert len(SegmentIndex(ledger, "mixed").live().sheets) > 0
    assert places(ledger) == places(plain)


def test_checkpoint_keeps_the_sheets_of_quiet_days(ledger: Ledger, tmp_path: Path) -> None:
    """A date in which nothing was sealed keeps its object from one checkpoint to the next."""
    index = SegmentIndex(ledger, "mixed")
    seal_many(ledger, tmp_path, 3)
    index.checkpoint(after=1)
    later = [id_at(START_US + 3 * DAY_US)]
    seal_file(ledger, write_spool(tmp_path, [logged_of(ids=later, time_us=START_US + 3 * DAY_US)]))

    index.checkpoint(after=1)

    dates = [entry.key.split("/")[2] for entry in ledger.list("predictions/mixed/") if "/sheet-" in entry.key]
    assert dates == ["date=2026-01-01", "date=2026-01-04"]
    assert not index.checkpoint(after=1)


@pytest.mark.parametrize("body", [b'{"format":2}', b'{"format":1,"through":"x"}', b"junk"])
def test_checkpoint_of_another_format_is_refused(ledger: Ledger, body: bytes) -> None:
    """A checkpoint that this Herdbook does not know is named, not passed over."""
    ledger.create("predictions/mixed/checkpoints/0000000001.json", body)

    with pytest.raises(FormatUnknownError, match=r"checkpoints/0000000001\.json"):
        SegmentIndex(ledger, "mixed").live()
