"""Keys: whatever a name is, it is refused or stays in its folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herdbook import keys
from herdbook.errors import KeyInvalidError

HASH = "ab" * 32
DATASETS = st.from_regex(r"[a-z][a-z0-9_-]{0,62}", fullmatch=True)
HASHES = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
FILES = st.from_regex(r"[a-z0-9_][a-z0-9_.-]{0,127}", fullmatch=True)
DATES = st.dates().map(str)
NUMBERS = st.integers(0, 10**10 - 1)
TIMES = st.integers(0, 10**17 - 1)
NASTY = st.one_of(
    st.text(),
    st.text(alphabet="./\\a-_%\0\n:~", max_size=8),
    st.sampled_from(
        [
            "..",
            "../..",
            "a/../../b",
            "/etc/passwd",
            "a/b",
            "",
            ".",
            "A",
            "\uff41",
            "a\u200b",
            "-rf",
            "x" * 300,
        ]
    ),
)
WAYS: list[tuple[Callable[..., str], str, tuple[st.SearchStrategy[object], ...]]] = [
    (keys.raw_part, "raw/{}/{}/", (DATASETS, HASHES, NUMBERS)),
    (keys.snapshot_card, "raw/{}/{}/", (DATASETS, HASHES)),
    (keys.arrival, "raw/{}/{}/arrivals/", (DATASETS, HASHES, TIMES, HASHES)),
    (keys.model_file, "models/{}/{}/", (DATASETS, HASHES, FILES)),
    (keys.recipe, "recipes/{}/{}/", (DATASETS, HASHES, NUMBERS)),
    (keys.segment, "predictions/{}/date={}/", (DATASETS, DATES, FILES)),
    (keys.segment_index, "predictions/{}/index/", (DATASETS, NUMBERS)),
    (keys.report, "reports/{}/{}/", (DATASETS, DATASETS, HASHES)),
    (keys.generation, "generations/{}/", (DATASETS, NUMBERS)),
    (keys.clusters_file, "clusters/{}/{}/", (DATASETS, HASHES, FILES)),
    (keys.discovery, "discoveries/{}/", (DATASETS, NUMBERS)),
    (keys.naming, "names/{}/", (DATASETS, NUMBERS)),
]


@pytest.mark.parametrize(("way", "folder", "names"), WAYS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_valid_names_make_a_key_in_their_folder(
    way: Callable[..., str], folder: str, names: tuple[st.SearchStrategy[object], ...], data: st.DataObject
) -> None:
    """Names of the stated shapes give a key that a ledger takes, directly in the folder of those names."""
    given_names = [data.draw(each) for each in names]

    key = way(*given_names)

    expected = folder.format(*given_names)
    assert keys.check_key(key) == key
    assert key.startswith(expected)
    assert "/" not in key.removeprefix(expected)


@pytest.mark.parametrize(("way", "folder", "names"), WAYS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_nasty_name_is_refused_or_stays_in_its_folder(
    way: Callable[..., str], folder: str, names: tuple[st.SearchStrategy[object], ...], data: st.DataObject
) -> None:
    """With any text for one of the names, the key is refused or is one segment of the right folder."""
    given_names = [data.draw(each) for each in names]
    place = data.draw(
        st.sampled_from([place for place, name in enumerate(given_names) if isinstance(name, str)])
    )
    given_names[place] = data.draw(NASTY)

    try:
        key = way(*given_names)
    except KeyInvalidError:
        return

    assert keys.check_key(key) == key
    assert key.startswith(folder.format(*given_names))
    assert key.count("/") == folder.count("/")


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_no_key_is_a_folder_of_another(data: st.DataObject) -> None:
    """No two keys are `a` and `a/b`, which not every store can hold."""
    made = [way(*(data.draw(each) for each in names)) for way, _, names in WAYS]

    for first, second in itertools.permutations(made, 2):
        assert not second.startswith(first + "/")


@given(text=NASTY)
def test_check_key_takes_only_what_stays_inside(text: str) -> None:
    """A key that is taken has no empty, dotted or foreign segment."""
    try:
        key = keys.check_key(text)
    except KeyInvalidError:
        return

    assert all(segment and not segment.startswith(".") and len(segment) <= 200 for segment in key.split("/"))
    assert "\\" not in key
    assert key == key.lower()


@given(first=TIMES, second=TIMES, number=NUMBERS, other=NUMBERS)
def test_keys_sort_as_their_numbers(first: int, second: int, number: int, other: int) -> None:
    """The order of keys is the order of times and numbers, and a number can be read back."""
    arrivals = [keys.arrival("a", HASH, time_us, HASH) for time_us in (first, second)]
    generations = [keys.generation("a", each) for each in (number, other)]

    assert (arrivals[0] < arrivals[1]) == (first < second)
    assert (generations[0] < generations[1]) == (number < other)
    assert keys.number_of(generations[0]) == number


@pytest.mark.parametrize("number", [-1, 10**10])
def test_number_out_of_range_is_refused(number: int) -> None:
    """A number that needs a sign or an eleventh digit would break the order."""
    with pytest.raises(KeyInvalidError, match="10 digits"):
        keys.generation("animals", number)
