"""The records that stand for a cluster, and those that hardly belong to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from training.discover.view import View

SHOWN = 3
MOST_OUTLYING = 10
CANDIDATES = 5_000
"""At most so many members of a cluster are looked at for typical ones, each against `COMPANIONS` of them."""
COMPANIONS = 500


def typical_records(view: View, number: int) -> list[dict[str, Any]]:
    """Give the different members that lie nearest to all others, by mean distance in the clustering space.

    The first is the medoid (Kaufman, Rousseeuw 1987), which lies inside of a cluster whatever its shape.
    """
    members = _part(view.members(number), CANDIDATES, view.seed)
    if not len(members):
        return []
    companions = _part(members, COMPANIONS, view.seed)
    distance = cdist(view.points[members], view.points[companions]).mean(axis=1)
    nearest = _different(view, members[np.lexsort((members, distance))])
    return [
        view.record(place) | {"membership": float(view.assignment.membership[place])} for place in nearest
    ]


def outlying_records(view: View, number: int) -> list[dict[str, Any]]:
    """Give the different members of the highest outlier score."""
    members = view.members(number)
    worst = _different(view, members[_by_score(view, members)])
    return [
        view.record(place) | {"outlier_score": float(view.assignment.outlier_score[place])} for place in worst
    ]


def most_outlying(view: View) -> NDArray[np.int64]:
    """Give the places of the different records in no cluster of the highest outlier score.

    Where there is no cluster at all, no record lies farther out of one than another: there is none to give.
    """
    places = view.members(-1) if view.clusters.n_clusters else np.zeros(0, dtype=np.int64)
    worst = _different(view, places[_by_score(view, places)], MOST_OUTLYING)
    return np.array(worst, dtype=np.int64)


def _by_score(view: View, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order places by outlier score, highest first, and where it is equal by membership, lowest first."""
    found = view.assignment
    return np.lexsort((places, found.membership[places], -found.outlier_score[places]))


def _part(places: NDArray[np.int64], size: int, seed: int) -> NDArray[np.int64]:
    if len(places) <= size:
        return places
    generator = np.random.Generator(np.random.PCG64(seed))
    return np.sort(generator.choice(places, size, replace=False))


def _different(view: View, places: NDArray[np.int64], size: int = SHOWN) -> list[int]:
    """Take the first `size` places whose records are not the same."""
    seen: dict[bytes, int] = {}
    for place in places:
        seen.setdefault(view.frame[place].tobytes(), int(place))
        if len(seen) == size:
            break
    return list(seen.values())
