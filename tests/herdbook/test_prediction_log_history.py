"""History: spool and segments together give every prediction once, newest first."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from herdbook import keys
from herdbook.ledger import Ledger
from herdbook.prediction_log.history import find_prediction, find_unsealed, history
from herdbook.prediction_log.index import CLOCK_SLACK_US, SegmentIndex
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import SpoolFile, spool_folder
from tests.fixtures.log import CLASSES, MIXED, id_at, logged_of, write_spool

START_US = 1_767_225_600_000_000
OTHER_MODEL = "mixed:bbbbbbbbbbbb"


def write_many(ledger: Ledger, spool: Path, n_files: int = 8) -> list[dict[str, Any]]:
    """Write files of predictions over three days, three in four sealed; returns them newest first."""
    chance = random.Random(5)
    said = []
    for place in range(n_files):
        group = []
        for number in range(25):
            time_us = START_US + chance.randrange(3 * 86_400_000_000)
            facts = {
                "time_us": time_us,
                "request_id": f"r-{place}",
                "model": chance.choice([OTHER_MODEL, "mixed:a"]),
            }
            label, key, id_ = (
                chance.randrange(4),
                chance.choice([None, "k1", "k2"]),
                id_at(time_us, 100 * place + number),
            )
            group.append(logged_of(ids=[id_], keys=[key], label=label, **facts))
            said.append({"id": id_, "key": key, "label": CLASSES[label], **facts})
        path = write_spool(spool, group)
        if place % 4:
            seal_file(ledger, path)
    return sorted(said, key=lambda row: str(row["id"]), reverse=True)


def all_pages(ledger: Ledger, spool: Path, **filters: Any) -> list[str]:
    """Follow the pages to the end and list the ids."""
    ids: list[str] = []
    before = None
    while True:
        page = history(ledger, spool, MIXED, before=before, **filters)
        ids += [row["id"] for row in page.rows]
        if page.next is None:
            return ids
        before = page.next


@pytest.mark.parametrize("limit", [1, 7, 50, 100, 1000])
def test_history_pages_through_everything_newest_first(ledger: Ledger, tmp_path: Path, limit: int) -> None:
    """Whatever the size of a page, each prediction comes once and in order."""
    said = write_many(ledger, tmp_path, n_files=4)

    assert all_pages(ledger, tmp_path, limit=limit) == [row["id"] for row in said]


@pytest.mark.parametrize(
    "filters",
    [
        {"label": "dog"},
        {"label": "unicorn"},
        {"model": OTHER_MODEL},
        {"key": "k1"},
        {"key": "k2", "label": "chicken", "model": "mixed:a"},
    ],
)
def test_history_gives_what_a_filter_asks_for(
    ledger: Ledger, tmp_path: Path, filters: dict[str, str]
) -> None:
    """A filter on label, model or key finds all matching rows of spool and segments, and no other."""
    said = write_many(ledger, tmp_path)

    ids = all_pages(ledger, tmp_path, limit=20, **filters)

    assert ids == [row["id"] for row in said if all(row[name] == value for name, value in filters.items())]


def test_history_gives_a_range_of_time(ledger: Ledger, tmp_path: Path) -> None:
    """The range includes its start and excludes its end."""
    said = write_many(ledger, tmp_path)
    times = sorted(row["time_us"] for row in said)
    start_us, end_us = times[40], times[90]

    ids = all_pages(ledger, tmp_path, start_us=start_us, end_us=end_us, limit=20)

    assert ids == [row["id"] for row in said if start_us <= row["time_us"] < end_us]
    assert len(ids) == 50


def test_history_row_is_complete(ledger: Ledger, tmp_path: Path) -> None:
    """A sealed row and a waiting one have the same columns, all of the log row's."""
    seal_file(ledger, write_spool(tmp_path, [logged_of()]))
    write_spool(tmp_path, [logged_of(keys=["mine"])])

    waiting, sealed = history(ledger, tmp_path, MIXED).rows

    assert list(waiting) == list(sealed)
    assert waiting["key"] == "mine"
    assert sealed["record"] == {"legs": 0, "height": 0.0, "wings": False, "colour": "red"}
    assert sealed["probabilities"] == pytest.approx(dict.fromkeys(CLASSES, 0.1 / 3) | {"dog": 0.9})


def test_history_shows_a_row_as_soon_as_it_is_acknowledged(ledger: Ledger, tmp_path: Path) -> None:
    """Each look sees the rows that were appended since the last one, while the file is being written."""
    folder = spool_folder(tmp_path, "mixed")
    folder.mkdir()
    file = SpoolFile(folder, MIXED)
    counts = []

    for _ in range(3):
        file.append([logged_of(2)])
        counts.append(len(history(ledger, tmp_path, MIXED).rows))
    file.close()

    assert counts == [2, 4, 6]


def test_history_shows_a_row_once_while_it_is_sealed(ledger: Ledger, tmp_path: Path) -> None:
    """A row that lies in a segment and still in the spool comes once."""
    path = write_spool(tmp_path, [logged_of(3)])
    body = path.read_bytes()
    seal_file(ledger, path)
    path.write_bytes(body)

    assert len(history(ledger, tmp_path, MIXED).rows) == 3


def test_history_finds_rows_that_were_sealed_late(ledger: Ledger, tmp_path: Path) -> None:
    """Old rows that a dead worker left, sealed after newer ones, come in their place."""
    late_us = START_US - CLOCK_SLACK_US * 100
    for time_us in (START_US, START_US + 1000, late_us):
        seal_file(ledger, write_spool(tmp_path, [logged_of(ids=[id_at(time_us)], time_us=time_us)]))

    times = [row["time_us"] for row in history(ledger, tmp_path, MIXED, limit=2).rows]

    assert times == [START_US + 1000, START_US]
    assert all_pages(ledger, tmp_path, limit=1) == [id_at(START_US + 1000), id_at(START_US), id_at(late_us)]


def test_history_of_nothing_is_an_empty_page(ledger: Ledger, tmp_path: Path) -> None:
    """Before the first prediction there is no spool folder and no index."""
    page = history(ledger, tmp_path / "none", MIXED)

    assert (page.rows, page.next) == ([], None)


def test_find_prediction_looks_in_spool_and_segments(ledger: Ledger, tmp_path: Path) -> None:
    """Every id that was answered is found, wherever its row lies."""
    said = write_many(ledger, tmp_path)

    found = [find_prediction(ledger, tmp_path, MIXED, row["id"]) for row in said[::9]]

    assert [row and (row["id"], row["label"], row["key"]) for row in found] == [
        (row["id"], row["label"], row["key"]) for row in said[::9]
    ]


def test_find_prediction_of_the_spool_asks_no_store(tmp_path: Path) -> None:
    """What is not sealed yet is found while the store is away; what is not there may be in the store."""
    logged = logged_of(1)
    write_spool(tmp_path / "spool", [logged])

    found = find_unsealed(tmp_path / "spool", MIXED, logged.ids[0])

    assert found is not None
    assert found["id"] == logged.ids[0]
    assert find_unsealed(tmp_path / "spool", MIXED, id_at(START_US, 1)) is None
    assert find_unsealed(tmp_path / "spool", MIXED, "nobody") is None


@pytest.mark.parametrize("unknown", ["", "no-id", "../../etc/passwd", id_at(START_US, 99_999)])
def test_find_prediction_of_an_unknown_id_is_none(ledger: Ledger, tmp_path: Path, unknown: str) -> None:
    """What was never answered, or is no id at all, is not found, and is no failure."""
    write_many(ledger, tmp_path, n_files=2)

    assert find_prediction(ledger, tmp_path, MIXED, unknown) is None


def test_history_reads_entries_of_before_keys_were_counted(ledger: Ledger, tmp_path: Path) -> None:
    """An entry of the first kind tells nothing of keys and replaces nothing: its segments are read."""
    seal_file(ledger, write_spool(tmp_path, [logged_of(2, keys=["hen-1", None])]))
    path = Path(ledger.url) / keys.segment_index("mixed", 1)
    entry = orjson.loads(path.read_bytes())
    del entry["replaces"]
    for segment in entry["segments"]:
        del segment["n_keys"]
    path.write_bytes(orjson.dumps(entry))

    assert len(history(ledger, tmp_path / "none", MIXED, key="hen-1").rows) == 1
    assert history(ledger, tmp_path / "none", MIXED, key="cow-1").rows == []


def test_history_of_the_newest_reads_no_older_segment(ledger: Ledger, tmp_path: Path) -> None:
    """Once a page is full, what can only hold older rows is not asked, whatever its entry's number."""
    for time_us in (START_US + 9_000_000, START_US, START_US + 5_000_000):
        rows = [logged_of(ids=[id_at(time_us + nth * 1000, nth)], time_us=time_us) for nth in range(3)]
        seal_file(ledger, write_spool(tmp_path, rows))
    newest, *older = SegmentIndex(ledger, "mixed").live().segments.values()
    for entry in older:
        (Path(ledger.url) / keys.segment("mixed", entry.date, entry.name)).unlink()

    page = history(ledger, tmp_path / "none", MIXED, limit=2)

    assert [row["id"] for row in page.rows] == [newest.max_id, id_at(START_US + 9_001_000, 1)]
