"""Cluster features as a step of a scikit-learn pipeline, fitted on no other rows than `fit` is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.space import Space
from training.discover.choose import choose_scale
from training.discover.fit import MAXIMUM_FIT_ROWS, fit_clusters
from training.discover.scale import Scale, ScaleChoice
from training.discover.space import fit_space

COLUMN_NAMES = ("cluster", "membership", "outlier_score")


class ClusterColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Append cluster, membership and outlier score to a frame.

    Parameters
    ----------
    kinds : type of each feature: integer, number, boolean or category; None takes every one for a number
    n_values : number of values of each category, 0 for other features; None takes 0 for every one
    scale : how coarsely to look; None chooses it from the rows that `fit` is given

    Attributes
    ----------
    clusters_ : the fitted `Clusters`
    choice_ : how the scale was chosen; None if it was given
    """

    def __init__(
        self,
        kinds: Sequence[str] | None = None,
        n_values: Sequence[int] | None = None,
        *,
        scale: Scale | None = None,
    ) -> None:
        self.kinds = kinds
        self.n_values = n_values
        self.scale = scale

    def fit(self, frame: NDArray[np.float64], y: object = None) -> Self:  # noqa: ARG002 - scikit-learn passes y
        """Fit space and clusters to a frame (n, n_features); beyond 20,000 rows, to a fixed sample of it."""
        frame = self._validated(frame, reset=True)
        width = frame.shape[1]
        kinds, n_values = self.kinds or ["number"] * width, self.n_values or [0] * width
        space, sample = fit_space(frame, kinds, n_values), _sample(frame)
        if self.scale:
            self.choice_: ScaleChoice | None = None
            self.clusters_: Clusters = fit_clusters(sample, space, self.scale.of(len(sample)))
        else:
            choice = choose_scale(frame, kinds, n_values)
            self.choice_, self.clusters_ = fit_chosen(sample, space, choice)
        return self

    def transform(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the frame and the three columns, shape (n, n_features + 3)."""
        check_is_fitted(self, "clusters_")
        frame = self._validated(frame, reset=False)
        return np.hstack([frame, self.clusters_.assign(frame).columns()])

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> NDArray[np.object_]:
        """Name the columns of what `transform` gives."""
        own = input_features if input_features is not None else [f"x{i}" for i in range(self.n_features_in_)]
        return np.array([*own, *COLUMN_NAMES], dtype=object)

    def _validated(self, frame: NDArray[np.float64], *, reset: bool) -> NDArray[np.float64]:
        checked: NDArray[np.float64] = validate_data(
            self, frame, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        return checked


def fit_chosen(
    sample: NDArray[np.float64], space: Space, choice: ScaleChoice
) -> tuple[ScaleChoice, Clusters]:
    """Fit clusters at the chosen scale, or at a coarser one that was as good, if that keeps their number.

    The choice looked at fewer records. More of them resolve what is scattered between the clusters, and may
    make a cluster of it that nobody judged.
    """
    found = fit_clusters(sample, space, choice.scale.of(len(sample)))
    if choice.n_clusters is None or found.n_clusters <= choice.n_clusters:
        return choice, found
    for scale in choice.coarser:
        coarser = fit_clusters(sample, space, scale.of(len(sample)))
        if coarser.n_clusters == choice.n_clusters:
            return choice.take(scale), coarser
    return choice, found


def _sample(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw at most as many rows as HDBSCAN takes in reasonable time, the same ones for the same frame."""
    if len(frame) <= MAXIMUM_FIT_ROWS:
        return frame
    drawn = np.random.Generator(np.random.PCG64(0)).permutation(len(frame))[:MAXIMUM_FIT_ROWS]
    return frame[np.sort(drawn)]


def cluster_columns(dataset: Dataset, *, scale: Scale | None = None) -> ClusterColumns:
    """Build the unfitted step for a dataset's features; without a scale, `fit` chooses it."""
    return ClusterColumns(
        kinds=tuple(feature.type for feature in dataset.features),
        n_values=tuple(len(feature.values) for feature in dataset.features),
        scale=scale,
    )
