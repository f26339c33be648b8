"""What every ledger does, over a directory and over real S3 servers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herdbook.errors import KeyInvalidError, KeyMissingError, KeyTakenError, ObjectTooLargeError
from herdbook.ledger import MAX_OBJECT_BYTES, Entry, Ledger

SHARED = (HealthCheck.function_scoped_fixture,)
SEGMENTS = st.sampled_from(["a", "a-", "a-b", "a.b", "a0", "ab", "b", "0", "00", "a=b", "a_"])
KEYS = st.sets(
    st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join).map("{}.leaf".format), min_size=1, max_size=8
)


def test_create_stores_the_bytes(any_ledger: Ledger) -> None:
    """What was created is there, byte for byte, with its size."""
    body = bytes(range(256))

    any_ledger.create("raw/animals/x.bin", body)

    assert any_ledger.get("raw/animals/x.bin") == body
    assert any_ledger.stat("raw/animals/x.bin") == Entry("raw/animals/x.bin", 256)


def test_create_refuses_other_bytes_under_a_taken_key(any_ledger: Ledger) -> None:
    """Nothing is overwritten: the first bytes stay."""
    any_ledger.create("a/b", b"first")

    with pytest.raises(KeyTakenError, match="'a/b'"):
        any_ledger.create("a/b", b"second")

    assert any_ledger.get("a/b") == b"first"


def test_create_of_the_same_bytes_succeeds(any_ledger: Ledger) -> None:
    """A retry after a lost answer cannot be told from a success, so it is one."""
    any_ledger.create("a/b", b"same")

    any_ledger.create("a/b", b"same")

    assert any_ledger.get("a/b") == b"same"


def test_create_has_one_winner_of_sixteen(any_ledger: Ledger) -> None:
    """Of sixteen that compete for a key one succeeds, and the key holds its bytes."""

    def compete(number: int) -> int | None:
        try:
            any_ledger.create("race/key", b"writer %d" % number)
        except KeyTakenError:
            return None
        return number

    with ThreadPoolExecutor(16) as pool:
        winners = [number for number in pool.map(compete, range(16)) if number is not None]

    assert len(winners) == 1
    assert any_ledger.get("race/key") == b"writer %d" % winners[0]


def test_create_takes_empty_and_largest_objects(any_ledger: Ledger) -> None:
    """Zero bytes and the limit itself are stored."""
    any_ledger.create("size/empty", b"")
    any_ledger.create("size/largest", b"x" * MAX_OBJECT_BYTES)

    sizes = [entry.size_bytes for entry in any_ledger.list("size/")]

    assert sizes == [0, MAX_OBJECT_BYTES]
    assert any_ledger.get("size/empty") == b""


def test_create_refuses_an_object_over_the_limit(any_ledger: Ledger) -> None:
    """One byte over the limit is refused and leaves nothing."""
    with pytest.raises(ObjectTooLargeError, match="parts"):
        any_ledger.create("size/over", b"x" * (MAX_OBJECT_BYTES + 1))

    assert any_ledger.stat("size/over") is None


def test_missing_key_is_told(any_ledger: Ledger) -> None:
    """A key that holds nothing is an error to get, None to stat, and an empty folder to list."""
    any_ledger.create("a/b", b"x")

    with pytest.raises(KeyMissingError, match="'a/c'"):
        any_ledger.get("a/c")

    assert any_ledger.stat("a/c") is None
    assert any_ledger.stat("a") is None
    assert list(any_ledger.list("nothing/")) == []


def test_invalid_key_is_refused(any_ledger: Ledger) -> None:
    """No call takes a key that could leave the ledger or hide in it."""
    keys = ["", "/a", "a/", "a//b", "a/../b", ".a", "a/.b", "a\\b", "A", "a b", "ä", "a\n", "a" * 201]

    for key in keys:
        with pytest.raises(KeyInvalidError):
            any_ledger.create(key, b"x")
        with pytest.raises(KeyInvalidError):
            any_ledger.get(key)
        with pytest.raises(KeyInvalidError):
            any_ledger.stat(key)


def test_invalid_folder_is_refused(any_ledger: Ledger) -> None:
    """A listing takes a folder, not half a name and not a way out."""
    for prefix in ("a", "/", "../", "a//", "a/../", "a\\/"):
        with pytest.raises(KeyInvalidError):
            any_ledger.list(prefix)


def test_list_sorts_by_bytes_and_starts_after(any_ledger: Ledger) -> None:
    """Folders and files come in one order, that of the keys' bytes, and only those after the given key."""
    keys = ["f/a-b", "f/a.b", "f/a/b", "f/a/c-d", "f/a0", "f/ab"]
    for key in [*reversed(keys), "g/other"]:
        any_ledger.create(key, b"x")

    listed = {
        after: [entry.key for entry in any_ledger.list("f/", after=after)] for after in ["", *keys, "e", "g"]
    }

    expected = {key: keys[place + 1 :] for place, key in enumerate(keys)}
    assert listed == {"": keys, **expected, "e": keys, "g": []}


@settings(max_examples=15, deadline=None, suppress_health_check=SHARED)
@given(keys=KEYS, after=KEYS)
def test_list_agrees_with_sorting(any_ledger: Ledger, keys: set[str], after: set[str]) -> None:
    """Whatever the names are, a listing is the sorted keys after the given one."""
    folder = f"example-{sha256(repr(sorted(keys)).encode()).hexdigest()}/"
    for key in keys:
        any_ledger.create(folder + key, b"x")

    for start in [folder + each for each in after]:
        listed = [entry.key for entry in any_ledger.list(folder, after=start)]

        assert listed == sorted(folder + key for key in keys if folder + key > start)


def test_list_goes_on_past_a_thousand(any_ledger: Ledger) -> None:
    """A listing is whole although S3 answers in pages of a thousand."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: any_ledger.create(f"many/{number:04}", b""), range(1_050)))

    listed = [entry.key for entry in any_ledger.list("many/")]

    assert listed == [f"many/{number:04}" for number in range(1_050)]
    assert [entry.key for entry in any_ledger.list("many/", after="many/1047")] == listed[-2:]
