"""Agreement of clusters with kinds that are known for evaluation only."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fixtures.herd import make_animals
from training.agreement import measure_agreement


def test_agreement_of_perfect_clusters_is_one() -> None:
    """Numbers of clusters mean nothing; the noise lies in none."""
    kinds = np.array(["b", "b", "a", "a", "noise"], dtype=object)

    found = measure_agreement(kinds, np.array([0, 0, 1, 1, -1]), noise="noise")

    assert (found["adjusted_rand_index"], found["adjusted_rand_index_in_clusters"]) == (1.0, 1.0)
    assert found["contingency"] == {
        "kinds": ["a", "b", "noise"],
        "clusters": [0, 1, -1],
        "counts": [[0, 2, 0], [2, 0, 0], [0, 0, 1]],
    }
    assert (found["outliers"]["precision"], found["outliers"]["recall"], found["outliers"]["f1"]) == (1, 1, 1)


def test_agreement_counts_outliers_of_kinds_against_it() -> None:
    """An animal among the outliers costs precision, noise in a cluster costs recall; None is not counted."""
    kinds = np.array(["a", "a", "a", "noise", "noise", None], dtype=object)

    found = measure_agreement(kinds, np.array([0, 0, -1, -1, 0, 0]), noise="noise")

    assert found["n_records"] == 5
    assert found["outliers"] == {
        "n_noise": 2,
        "n_found": 2,
        "n_both": 1,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
    }
    assert found["adjusted_rand_index"] < 1 == found["adjusted_rand_index_in_clusters"]


@pytest.mark.parametrize("kinds", [[None, None], []])
def test_agreement_with_nothing_known_is_none(kinds: list[None]) -> None:
    """Where no record has a kind there is nothing to say, and nothing fails."""
    found = measure_agreement(
        np.array(kinds, dtype=object), np.zeros(len(kinds), dtype=np.int64), noise="noise"
    )

    assert (found["n_records"], found["adjusted_rand_index"]) == (0, None)
    assert found["outliers"]["precision"] is None


def test_agreement_of_clusters_that_mean_nothing_is_about_zero() -> None:
    """Chance has an adjusted Rand index of 0; without a word for noise, outliers are not judged."""
    _, kind = make_animals(0, 2_000)
    chance = np.random.Generator(np.random.PCG64(1)).integers(-1, 4, 2_000)

    found = measure_agreement(kind.astype(object), chance)

    assert found["adjusted_rand_index"] == pytest.approx(0, abs=0.01)
    assert found["outliers"] is None
