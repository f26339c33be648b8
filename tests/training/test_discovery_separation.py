"""What separates clusters: effect sizes that are those of the books, and sentences that a person can read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import association

from tests.fixtures.herd import declare
from tests.fixtures.view import LENGTHS, make_blobs, make_view
from training.discover.separation import compare_pairs, cramers_v, separate_clusters

VALUES = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


@given(ours=VALUES, theirs=VALUES)
def test_pairs_are_compared_one_by_one(ours: list[int], theirs: list[int]) -> None:
    """The shares are those that counting every pair gives, ties in neither."""
    larger, smaller = compare_pairs(np.array(ours, float), np.array(theirs, float))

    pairs = [(one, other) for one in ours for other in theirs]
    assert larger == pytest.approx(sum(one > other for one, other in pairs) / len(pairs))
    assert smaller == pytest.approx(sum(one < other for one, other in pairs) / len(pairs))


@given(counts=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=5))
def test_cramers_v_is_that_of_scipy(counts: list[tuple[int, int]]) -> None:
    """A value that nobody has changes nothing."""
    table = np.array([*counts, (0, 0)]).T

    assert cramers_v(table) == pytest.approx(association(table[:, :-1], method="cramer"), abs=1e-9)


def test_separation_ranks_the_feature_that_tells_clusters_apart_first() -> None:
    """Two groups differ in their length alone: it comes first, and the others hardly differ."""
    view = make_view(LENGTHS, make_blobs((0, 0, 0), (20, 0, 0)))
    short = int(view.cluster[view.frame[:, 0].argmin()])

    effects = separate_clusters(view)[short]

    assert effects[0]["feature"] == "length"
    assert effects[0]["effect"] == -1
    assert "is smaller: median" in effects[0]["says"]
    assert all("hardly differs" in one["says"] for one in effects[1:])


def test_separation_sees_what_lies_between_the_others() -> None:
    """The middle one of three groups has no larger and no smaller values, but a range of its own."""
    view = make_view(LENGTHS, make_blobs((-20, 0, 0), (0, 0, 0), (20, 0, 0)), np.repeat([0, 1, 2], 150))

    length = next(one for one in separate_clusters(view)[1] if one["feature"] == "length")

    assert abs(length["effect"]) < 0.1
    assert length["others_within"] == 0
    assert "0% of those lie in the" in length["says"]


def test_separation_takes_missing_values_for_a_difference() -> None:
    """A number that is missing in one group and known in the other separates them, and so does a category."""
    sizes = declare(
        {"name": "length", "type": "number", "missing": True},
        {"name": "colour", "type": "category", "values": ["red", "green"], "missing": True},
    )
    frame = np.array([[1.0, 0.0], [2.0, 0.0]] * 30 + [[np.nan, 1.0], [np.nan, np.nan]] * 30)
    view = make_view(sizes, frame, np.repeat([0, 1], 60))

    length, colour = (
        next(one for one in separate_clusters(view)[1] if one["feature"] == name)
        for name in ("length", "colour")
    )

    assert (length["measure"], length["effect"]) == ("risk difference", 1)
    assert length["says"] == "length is missing in 100% here, in 0% in the other clusters"
    assert colour["effect"] == pytest.approx(1)


def test_separation_of_the_only_cluster_is_from_the_outliers() -> None:
    """One cluster is compared with the records that lie in none, and with nobody if there are none."""
    frame = make_blobs((0, 0, 0), (20, 0, 0))
    apart, alone = np.repeat([0, -1], 150), np.zeros(300, dtype=np.int64)

    against, nobody = (separate_clusters(make_view(LENGTHS, frame, found))[0] for found in (apart, alone))

    assert "among the outliers" in against[0]["says"]
    assert nobody == []
