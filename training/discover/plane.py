"""A map of the records: the plane in which the clustering space is widest.

UMAP was weighed and left out: it brings numba and llvmlite (190 MB unpacked), takes 8 CPU-seconds to import
(34 the first time) and 28 for a first map of 2,000 records, and its axes have no names. The plane takes
milliseconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.chart import project
from training.discover.quantity import say_list
from training.discover.sample import sample_strata
from training.discover.view import View

POINTS = 2_000
AXIS_DIGITS = 9
"""The plane is rounded to so many decimals before anything is placed: what is stored is what was used."""
LOADINGS = 50
SAID = 4
"""At most so many features stand in an axis's sentence, each with at least half of the greatest loading."""


def map_plane(view: View) -> dict[str, Any]:
    """Project the clustering space on its first two principal components (Pearson 1901).

    The axes are fitted to the records that lie in clusters (to all, if none do), so that no far outlier turns
    them; all kinds of records are drawn, each cluster in its share. `centre` and `components` are in the
    order of a point's coordinates, so that `herdbook.chart` can place further records.
    """
    inside = view.cluster >= 0
    fitted = view.points[inside] if inside.any() else view.points
    centre = fitted.mean(axis=0)
    axes, explained = principal_axes(fitted - centre)
    centre, axes = np.round(centre, AXIS_DIGITS), np.round(axes, AXIS_DIGITS)
    shown = sample_strata(view.cluster, POINTS, seed=view.seed)
    placed = project(view.points[shown], centre, axes)
    score = np.round(view.assignment.outlier_score[shown], 4)
    return {
        "method": "PCA",
        "fitted_on": "records in clusters" if inside.any() else "all records",
        "explained": explained,
        "axes": [{"says": _say_axis(view, axis)} for axis in axes],
        "axes_feature_loadings": [_loadings(view, axis) for axis in axes],
        "centre": centre.tolist(),
        "components": axes.tolist(),
        "n_shown": len(shown),
        "points": [
            [x, y, int(view.cluster[place]), one, int(view.rows[place])]
            for (x, y), one, place in zip(placed.tolist(), score.tolist(), shown, strict=True)
        ],
    }


def principal_axes(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[float]]:
    """Give two unit axes (2, d) of centred points (n, d), and the shares of variance along them.

    The largest loading of an axis is positive. An axis along which nothing varies is all 0.
    """
    width = centred.shape[1]
    axes, explained = np.zeros((2, width)), [0.0, 0.0]
    largest = float(np.abs(centred).max(initial=0.0))
    if largest == 0:
        return axes, explained
    scatter = (centred / largest).T @ (centred / largest)
    values, vectors = np.linalg.eigh(scatter)
    for place in range(min(2, width)):
        share = max(float(values[-1 - place]) / float(np.trace(scatter)), 0.0)
        if share > 1e-12:  # beneath it is rounding
            axis = vectors[:, -1 - place]
            axes[place] = axis * np.sign(axis[np.abs(axis).argmax()])
            explained[place] = share
    return axes, explained


def _loadings(view: View, axis: NDArray[np.float64]) -> dict[str, float]:
    order = np.argsort(-np.abs(axis), kind="stable")[:LOADINGS]
    return {view.dimensions[place][1]: round(float(axis[place]), 4) for place in order}


def _say_axis(view: View, axis: NDArray[np.float64]) -> str:
    bound = np.abs(axis).max(initial=0.0) / 2
    if bound == 0:
        return "nothing varies along it"
    order = [place for place in np.argsort(-np.abs(axis), kind="stable") if abs(axis[place]) >= bound][:SAID]
    parts = [f"{'more' if axis[place] > 0 else 'less'} {view.dimensions[place][1]}" for place in order]
    return f"towards larger values: {say_list(parts)}"
