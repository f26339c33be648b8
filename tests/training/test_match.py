"""Matching clusters of two discoveries by the members that they share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.discover.match import SMALLEST_OVERLAP, match_clusters

CLUSTERINGS = st.integers(0, 40).flatmap(
    lambda n: st.tuples(*[arrays(np.int64, n, elements=st.integers(-1, 4)) for _ in range(2)])
)


def test_match_of_the_same_clusters_under_other_numbers_is_whole() -> None:
    """Numbers mean nothing, members do; outliers are no cluster."""
    reference = np.array([0, 0, 1, 1, 2, -1])
    found = np.array([2, 2, 0, 0, 1, -1])

    matching = match_clusters(reference, found)

    assert matching.of == {0: 1, 1: 2, 2: 0}
    assert matching.overlaps == {0: 1.0, 1: 1.0, 2: 1.0}
    assert (matching.new, matching.gone) == ((), ())


def test_match_at_one_half_is_none() -> None:
    """Half of the records in both is a dissolved cluster; one record more is the same one."""
    half = match_clusters(np.array([0, 0, 0, -1]), np.array([0, 0, -1, 0]))
    more = match_clusters(np.array([0, 0, 0, 0, -1]), np.array([0, 0, 0, -1, 0]))

    assert (half.of, half.new, half.gone) == ({}, (0,), (0,))
    assert (more.of, more.overlaps) == ({0: 0}, {0: pytest.approx(0.6)})


def test_match_says_what_is_new_and_what_is_gone() -> None:
    """A cluster that parted keeps its number in the larger half; what none of the records is in is gone."""
    reference = np.array([0] * 9 + [1] * 3)
    found = np.array([1] * 6 + [0] * 3 + [-1] * 3)

    matching = match_clusters(reference, found, n_reference=3, n_found=3)

    assert matching.of == {1: 0}
    assert matching.overlaps[1] == pytest.approx(6 / 9)
    assert (matching.new, matching.gone) == ((0, 2), (1, 2))


def test_match_of_no_records_is_empty() -> None:
    """Nothing is matched, and nothing fails."""
    none = np.empty(0, dtype=np.int64)

    matching = match_clusters(none, none)

    assert (matching.of, matching.new, matching.gone) == ({}, (), ())


@given(CLUSTERINGS)
def test_match_is_one_to_one_and_the_same_from_either_side(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Whatever the clusters, each has one match at most, above the bound; the rest is new or gone."""
    reference, found = pair

    there, back = match_clusters(reference, found), match_clusters(found, reference)

    assert {old: new for new, old in there.of.items()} == back.of
    assert (there.new, there.gone) == (back.gone, back.new)
    assert sorted([*there.of, *there.new]) == list(range(int(found.max(initial=-1)) + 1))
    for new, old in there.of.items():
        members, others = found == new, reference == old
        overlap = (members & others).sum() / (members | others).sum()
        assert there.overlaps[new] == pytest.approx(overlap)
        assert overlap > SMALLEST_OVERLAP
