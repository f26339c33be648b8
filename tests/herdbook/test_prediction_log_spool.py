"""Spool files: what is written is what is read, whatever happens to the file."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herdbook.errors import PredictionLogError
from herdbook.prediction_log.layout import MAGIC, encode_rows, row_type
from herdbook.prediction_log.reader import SpoolReader
from herdbook.prediction_log.row import new_ids, pack_ids, unpack_ids
from herdbook.prediction_log.spool import UNFINISHED_S, SpoolFile, locked, spool_folder, sweep_unfinished
from tests.fixtures.log import CLASSES, MIXED, answers_of, logged_of, read_spool, write_spool

TEXT = st.text(max_size=8)
ONE_ROW_FILES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_ids_sort_in_the_order_of_their_making() -> None:
    """A worker's ids rise, so the newest prediction has the highest id."""
    ids = new_ids(10_000)

    assert ids == sorted(ids)
    assert len(set(ids)) == 10_000


def test_ids_survive_packing() -> None:
    """An id is stored in 16 bytes and read back as the same text."""
    ids = [*new_ids(100), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]

    text = unpack_ids(pack_ids(ids)).tobytes().decode()

    assert [text[place : place + 36] for place in range(0, len(text), 36)] == ids


@given(
    record=st.lists(st.floats(), min_size=1, max_size=5),
    n_classes=st.integers(1, 5),
    cluster=st.integers(-1, 9),
)
def test_row_alone_is_written_as_beside_others(record: list[float], n_classes: int, cluster: int) -> None:
    """Byte for byte: who wrote alone is read like everybody else."""
    frame, classes = np.array([record]), CLASSES[:1] * n_classes
    alone, other = (
        logged_of(frame=frame, answers=answers_of(1, label=n_classes - 1, classes=classes)) for _ in range(2)
    )
    alone.answers.assignment.cluster[:] = cluster
    n_features, row_bytes = len(record), row_type(len(record), n_classes).itemsize

    written = encode_rows(7, [other, alone], n_features)

    assert written[-row_bytes:] == encode_rows(7, [alone], n_features)[-row_bytes:]


@ONE_ROW_FILES
@given(
    record=st.tuples(
        st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.booleans(),
        st.none() | st.sampled_from(["red", "blå"]),
    ),
    request_id=TEXT,
    key=st.none() | TEXT,
    time_us=st.integers(0, 2**62),
)
def test_spool_returns_every_value_as_it_was_logged(
    tmp_path: Path, record: tuple[object, ...], request_id: str, key: str | None, time_us: int
) -> None:
    """Record, key and request id come back exactly, missing values as None."""
    said = dict(zip(MIXED.feature_names, record, strict=True))
    frame = MIXED.to_frame([said])
    logged = logged_of(frame=frame, request_id=request_id, keys=[key], time_us=time_us)

    row = read_spool(write_spool(tmp_path, [logged]))[0]

    assert row["record"] == said
    assert (row["request_id"], row["key"], row["time_us"]) == (request_id, key, time_us)


def test_spool_returns_what_was_answered(tmp_path: Path) -> None:
    """Label, probabilities and cluster come back under their names."""
    logged = logged_of(2, label=3, role="challenger")

    rows = read_spool(write_spool(tmp_path, [logged]))

    assert [row["id"] for row in rows] == logged.ids
    assert rows[0]["label"] == "kangaroo"
    assert rows[0]["probabilities"]["kangaroo"] == rows[0]["confidence"] == 0.9
    assert [(row["cluster"], row["outlier"], row["membership"]) for row in rows] == [
        (-1, True, 0.5),
        (0, False, 0.5),
    ]
    assert (rows[0]["role"], rows[0]["schema_hash"]) == ("challenger", MIXED.schema_hash)


def test_spool_keeps_models_apart_in_one_group(tmp_path: Path) -> None:
    """Rows of two models that wait for the same sync keep their own model and key."""
    first = [
        logged_of(keys=["a"], model="mixed:aaaaaaaaaaaa"),
        logged_of(keys=["b"], model="mixed:bbbbbbbbbbbb"),
    ]
    second = [logged_of(2, keys=["c", None], model="mixed:aaaaaaaaaaaa")]

    rows = read_spool(write_spool(tmp_path, first, second))

    assert [(row["key"], row["model"][6]) for row in rows] == [
        ("a", "a"),
        ("b", "b"),
        ("c", "a"),
        (None, "a"),
    ]


def test_spool_cut_anywhere_keeps_every_whole_group(tmp_path: Path) -> None:
    """However many bytes a kill leaves of the last write, all earlier rows are read and nothing else."""
    first, second = logged_of(3), logged_of(2)
    whole = write_spool(tmp_path, [first], [second]).read_bytes()
    kept = len(write_spool(tmp_path / "first", [first]).read_bytes())
    torn = tmp_path / "torn.log"

    for size in range(kept, len(whole)):
        torn.write_bytes(whole[:size])
        reader = SpoolReader(torn)
        assert sum(len(batch.rows) for batch in reader.read()) == 3
        assert not reader.is_damaged


def test_spool_cut_in_its_header_is_empty(tmp_path: Path) -> None:
    """A file that a power cut left without its header holds no row."""
    whole = write_spool(tmp_path, [logged_of()]).read_bytes()
    torn = tmp_path / "torn.log"

    for size in range(len(MAGIC) + 100):
        torn.write_bytes(whole[:size])
        assert SpoolReader(torn).read() == []


@given(place=st.integers(0, 110), bit=st.integers(0, 7))
@ONE_ROW_FILES
def test_spool_with_a_flipped_bit_says_so_and_keeps_the_rest(tmp_path: Path, place: int, bit: int) -> None:
    """A rotten bit in one group's payload loses that group only, and is not taken for a torn end."""
    groups = [[logged_of()], [logged_of()], [logged_of()]]
    path = write_spool(tmp_path, *groups)
    data = bytearray(path.read_bytes())
    data[-place - 200] ^= 1 << bit
    path.write_bytes(data)
    reader = SpoolReader(path)

    n_rows = sum(len(batch.rows) for batch in reader.read())

    assert reader.is_damaged
    assert n_rows in {1, 2}


def test_spool_refuses_a_foreign_file(tmp_path: Path) -> None:
    """A file of something else is named, not guessed at."""
    foreign = tmp_path / "foreign.log"
    foreign.write_text("127.0.0.1 - - GET /predict")

    with pytest.raises(PredictionLogError, match="does not begin as a spool file"):
        SpoolReader(foreign).read()


def test_spool_refuses_a_later_format(tmp_path: Path) -> None:
    """A file of a format that is not known yet is left alone."""
    path = write_spool(tmp_path, [logged_of()])
    reader = SpoolReader(path)

    with pytest.raises(PredictionLogError, match="format 2"):
        reader._parse_header(memoryview(b'{"format": 2}'))


def test_spool_is_read_on_from_where_it_stopped(tmp_path: Path) -> None:
    """A reader that looks again sees only what was added."""
    tmp_path.joinpath("mixed").mkdir()
    file = SpoolFile(tmp_path / "mixed", MIXED)
    reader = SpoolReader(file.path)
    seen = []

    for n_rows in (1, 2, 3):
        file.append([logged_of(n_rows)])
        seen.append(sum(len(batch.rows) for batch in reader.read()))
    file.close()

    assert seen == [1, 2, 3]


def test_spool_on_a_full_disk_keeps_what_was_promised(tmp_path: Path) -> None:
    """A write that the disk refuses leaves no trace of itself, and no harm to earlier rows."""
    folder = spool_folder(tmp_path, "mixed")
    folder.mkdir()
    file = SpoolFile(folder, MIXED)
    file.append([logged_of(2)])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.path.stat().st_size + 1000, limits[1]))

    with pytest.raises(OSError, match="too large"):
        file.append([logged_of(1000)])
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    file.close()

    assert len(read_spool(file.path)) == 2


def test_spool_that_cannot_encode_writes_nothing(tmp_path: Path) -> None:
    """Rows that make no sense leave the file as it was."""
    folder = spool_folder(tmp_path, "mixed")
    folder.mkdir()
    file = SpoolFile(folder, MIXED)
    file.append([logged_of()])

    with pytest.raises(ValueError, match="non-hexadecimal"):
        file.append([logged_of(), logged_of(ids=["no id"])])
    file.append([logged_of(frame=np.ones((1, 4)))])
    file.close()

    assert [row["record"]["legs"] for row in read_spool(file.path)] == [0, 1]


def test_spool_file_is_locked_until_it_is_closed(tmp_path: Path) -> None:
    """Nobody may seal a file that is written; then one at a time may."""
    file = SpoolFile(tmp_path, MIXED)
    file.append([logged_of()])

    with locked(file.path) as is_free:
        assert not is_free
    file.close()

    with locked(file.path) as is_free, locked(file.path) as is_free_too:
        assert is_free
        assert not is_free_too


def test_spool_file_without_rows_leaves_nothing(tmp_path: Path) -> None:
    """Opening and closing makes no file to seal."""
    SpoolFile(tmp_path, MIXED).close()

    assert list(tmp_path.iterdir()) == []


def test_sweep_removes_only_old_unfinished_files(tmp_path: Path) -> None:
    """What a dead writer began long ago goes; what may be about to be locked stays."""
    old, young = tmp_path / "old.new", tmp_path / "young.new"
    old.touch()
    young.touch()
    past_s = old.stat().st_mtime - UNFINISHED_S - 1
    os.utime(old, (past_s, past_s))

    sweep_unfinished(tmp_path)

    assert list(tmp_path.iterdir()) == [young]


def test_spool_of_format_1_stays_readable() -> None:
    """A file that the first format's writer left is read by every later version."""
    whole, missing = read_spool(Path(__file__).parents[1] / "fixtures" / "spool_format_1.log")

    assert whole["record"] == {"legs": 4, "height": 0.5, "wings": True, "colour": "blå"}
    assert missing["record"] == dict.fromkeys(MIXED.feature_names)
    assert (whole["id"], whole["time_us"]) == ("019b76da-a800-7000-8000-000000000000", 1_767_225_600_000_123)
    assert [row["key"] for row in (whole, missing)] == ["mine", None]
    assert (whole["label"], whole["cluster"], missing["cluster"]) == ("dog", -1, 0)
