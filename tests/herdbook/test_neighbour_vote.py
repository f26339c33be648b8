"""The vote of neighbours: scikit-learn's own choice, also among points that are equally near."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from herdbook.errors import PackageError
from herdbook.neighbour_vote import NeighbourVote
from training.compile.nearest import take_nearest


def fit_lattice(
    seed: int, *, n_dimensions: int, n_levels: int, **options: object
) -> tuple[KNeighborsClassifier, np.ndarray]:
    """Fit neighbours to points of a lattice, standardised; give them and places that lie between points."""
    random = np.random.Generator(np.random.PCG64(seed))
    points = random.integers(0, n_levels, (200, n_dimensions)) / 10
    points = (points - points.mean(axis=0)) / np.where(points.std(axis=0) > 0, points.std(axis=0), 1)
    between = (points[random.integers(0, 200, 40)] + points[random.integers(0, 200, 40)]) / 2
    fitted = KNeighborsClassifier(**options).fit(points, random.integers(0, 3, 200))
    return fitted, np.vstack([points[:40], between, random.normal(size=(20, n_dimensions))])


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_dimensions=st.integers(1, 12),
    n_levels=st.integers(2, 8),
    n_neighbors=st.sampled_from([1, 3, 5, 9, 27]),
    weights=st.sampled_from(["uniform", "distance"]),
)
def test_equally_near_points_are_chosen_as_scikit_learn_does(
    seed: int, n_dimensions: int, n_levels: int, n_neighbors: int, weights: str
) -> None:
    """On a lattice most places have more nearest points than may vote; the same ones do."""
    options = {"n_neighbors": n_neighbors, "weights": weights}
    fitted, places = fit_lattice(seed, n_dimensions=n_dimensions, n_levels=n_levels, **options)

    shares = take_nearest(fitted, share=1.0).shares(places)

    np.testing.assert_allclose(shares, fitted.predict_proba(places), rtol=0, atol=1e-12)


def small_vote() -> NeighbourVote:
    """Take the vote of a few points."""
    return take_nearest(fit_lattice(0, n_dimensions=3, n_levels=5)[0], share=0.25)


def test_saved_vote_is_the_same(tmp_path: Path) -> None:
    """What is read says what was written, and the same vote gives the same bytes."""
    vote, places = small_vote(), fit_lattice(0, n_dimensions=3, n_levels=5)[1]
    vote.save(tmp_path / "a.npz")
    vote.save(tmp_path / "b.npz")

    read = NeighbourVote.load(tmp_path / "a.npz")

    np.testing.assert_array_equal(read.shares(places), vote.shares(places))
    assert float(read.share) == 0.25
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    "broken",
    [
        {"label": np.full(200, 3)},
        {"order": np.full(200, 200)},
        {"points": np.zeros((199, 3))},
        {"n_neighbours": np.array(200)},
        {"spans": np.full((15, 2), -1)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, broken: dict[str, np.ndarray]) -> None:
    """An index that points nowhere is found before it is followed."""
    replace(small_vote(), **broken).save(tmp_path / "broken.npz")

    with pytest.raises(PackageError, match="do not fit together"):
        NeighbourVote.load(tmp_path / "broken.npz")


def test_damaged_file_is_refused(tmp_path: Path) -> None:
    """Bytes that are no arrays are a sentence, and no traceback."""
    (tmp_path / "junk.npz").write_bytes(b"junk")

    with pytest.raises(PackageError, match="cannot be read"):
        NeighbourVote.load(tmp_path / "junk.npz")
