"""The pipeline: cluster columns, then impute, encode and scale, then the classifier."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from herdbook.dataset import Dataset
from herdbook.feature import Feature
from herdbook.package import FRAME_AND_CLUSTERS
from training.discover import cluster_columns


def build_pipeline(dataset: Dataset, classifier: Any, *, inputs: str) -> Pipeline:
    """Chain the unfitted steps: cluster columns if the inputs have them, preparation, classifier."""
    prepare = build_preparation(dataset, inputs=inputs)
    clusters = [("clusters", cluster_columns(dataset))] if inputs == FRAME_AND_CLUSTERS else []
    return Pipeline([*clusters, ("prepare", prepare), ("classifier", classifier)])


def build_preparation(dataset: Dataset, *, inputs: str) -> ColumnTransformer:
    """Build the step that turns inputs (n, n_features), or (n, n_features + 3), into what classifiers take.

    A number is filled with its median and standardised, a boolean filled with its more frequent value, a
    category one-hot with a missing or unknown value as all zeros; the cluster's number is one-hot, membership
    and outlier score are standardised.
    """
    places: dict[str, list[int]] = {"number": [], "boolean": [], "category": []}
    for place, feature in enumerate(dataset.features):
        places["number" if feature.type == "integer" else feature.type].append(place)
    width = len(dataset.features)
    steps: list[tuple[str, Any, list[int]]] = [
        ("number", Pipeline([("fill", _fill("median")), ("scale", StandardScaler())]), places["number"]),
        ("boolean", _fill("most_frequent"), places["boolean"]),
        ("category", _encode([dataset.features[place] for place in places["category"]]), places["category"]),
    ]
    if inputs == FRAME_AND_CLUSTERS:
        steps.append(("cluster", OneHotEncoder(handle_unknown="ignore", sparse_output=False), [width]))
        steps.append(("membership", StandardScaler(), [width + 1, width + 2]))
    return ColumnTransformer([step for step in steps if step[2]], sparse_threshold=0)


def _fill(strategy: str) -> SimpleImputer:
    return SimpleImputer(strategy=strategy, keep_empty_features=True)


def _encode(features: list[Feature]) -> OneHotEncoder:
    known = [np.arange(len(feature.values), dtype=np.float64) for feature in features]
    return OneHotEncoder(categories=known, handle_unknown="ignore", sparse_output=False)
