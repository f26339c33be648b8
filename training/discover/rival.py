"""What two other methods find in the same space: k-means and Gaussian mixtures, for comparison only."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture

from training.discover.quantity import say_number
from training.discover.sample import sample_strata
from training.discover.separability import grade_silhouette
from training.discover.view import View

SAMPLE = 1_000
MOST_GROUPS = 10
WIDEST_FULL = 25
"""Up to so many dimensions a mixture's covariances are full, above they are diagonal."""
SMALLEST_VARIANCE = 1e-3
"""Added to every variance, in squared spreads: without it the likelihood of equal values has no bound."""


def fit_rivals(view: View) -> list[dict[str, Any]]:
    """Fit both methods for up to ten groups to a sample of the records, and compare with the clusters found.

    The number of groups is chosen by the mean silhouette for k-means (Rousseeuw 1987) and by the Bayesian
    information criterion for mixtures (Schwarz 1978). Neither knows outliers: every record falls in a group.
    """
    shown = sample_strata(view.cluster, SAMPLE, seed=view.seed)
    points, found = view.points[shown], view.cluster[shown]
    most = min(MOST_GROUPS, len(np.unique(points, axis=0)) - 1)
    return [
        _say(_fit_k_means(points, most, view.seed), found),
        _say(_fit_mixtures(points, most, view.seed), found),
    ]


def _fit_k_means(points: NDArray[np.float64], most: int, seed: int) -> dict[str, Any]:
    distance = cdist(points, points) if most > 1 else np.zeros((0, 0))
    groups = {
        k: _labels(lambda k=k: KMeans(k, n_init=3, random_state=seed).fit_predict(points))  # type: ignore[misc]
        for k in range(2, most + 1)
    }
    scores = {
        k: float(silhouette_score(distance, labels, metric="precomputed"))
        for k, labels in groups.items()
        if labels is not None and 1 < len(np.unique(labels)) < len(points)
    }
    best = max(scores, key=lambda k: scores[k], default=None)
    return {
        "method": "k-means",
        "score_name": "silhouette",
        "better": "larger",
        "scores": scores,
        "n_clusters": best,
        "labels": groups[best] if best else None,
    }


def _fit_mixtures(points: NDArray[np.float64], most: int, seed: int) -> dict[str, Any]:
    shape = "full" if points.shape[1] <= WIDEST_FULL else "diag"
    fitted: dict[int, GaussianMixture] = {}
    for k in range(1, most + 1):
        mixture = GaussianMixture(k, covariance_type=shape, reg_covar=SMALLEST_VARIANCE, random_state=seed)
        if _labels(lambda mixture=mixture: mixture.fit_predict(points)) is not None:  # type: ignore[misc]
            fitted[k] = mixture
    scores = {k: float(mixture.bic(points)) for k, mixture in fitted.items()}
    best = min(scores, key=lambda k: scores[k], default=None)
    return {
        "method": "Gaussian mixture",
        "score_name": "BIC",
        "better": "smaller",
        "covariance": shape,
        "scores": scores,
        "n_clusters": best,
        "labels": fitted[best].predict(points) if best else None,
    }


def _labels(fit: Callable[[], NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Fit and give the group of each point; None where the numbers are too far apart to be computed with."""
    with warnings.catch_warnings():
        # a rival that has not converged is still a fair one, and its score says how good it is
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            return fit()
        except (ValueError, np.linalg.LinAlgError):
            return None


def _say(rival: dict[str, Any], found: NDArray[np.int64]) -> dict[str, Any]:
    """Replace a rival's labels by what their agreement with the clusters found is."""
    labels, inside = rival.pop("labels"), found >= 0
    rival["n_sampled"] = len(found)
    rival["scores"] = {str(k): score for k, score in rival["scores"].items()}
    if labels is None:
        says = f"{rival['method']} has nothing to part: fewer than three different records"
        return (
            rival
            | dict.fromkeys(("adjusted_rand_index_with_hdbscan", "adjusted_rand_index_in_clusters"))
            | {"says": says}
        )
    overall = float(adjusted_rand_score(found, labels))
    within = float(adjusted_rand_score(found[inside], labels[inside])) if inside.any() else None
    return rival | {
        "adjusted_rand_index_with_hdbscan": overall,
        "adjusted_rand_index_in_clusters": within,
        "says": _sentence(rival, within),
    }


def _say_score(rival: dict[str, Any], score: float) -> str:
    if rival["score_name"] == "BIC":
        return say_number(score)
    return f"{score:.2f}, {grade_silhouette(score)} structure"


def _sentence(rival: dict[str, Any], within: float | None) -> str:
    number, score = rival["n_clusters"], rival["scores"][str(rival["n_clusters"])]
    groups = "1 group" if number == 1 else f"{number} groups"
    chosen = f"{rival['method']} finds {groups} by {rival['score_name']} ({_say_score(rival, score)})"
    if within is None:
        return f"{chosen}; HDBSCAN finds none"
    return f"{chosen}; on the records in clusters its adjusted Rand index with HDBSCAN is {within:.2f}"
