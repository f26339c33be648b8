"""Small fitted pipelines of every kind of member, and packages with a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.package import FRAME
from tests.fixtures.models import build_small_package, dataset_named
from training.compile import Compiled, compile_model
from training.member import Candidate
from training.pipeline import build_pipeline
from training.progress import QUIET
from training.vote import build_vote

MIXED = Dataset.model_validate(
    {
        "format": 1,
        "name": "mixed",
        "features": [
            {"name": "length", "type": "number", "missing": True},
            {"name": "colour", "type": "category", "values": ["red", "green", "blue"], "missing": True},
            {"name": "is_new", "type": "boolean", "missing": True},
            {"name": "count", "type": "integer", "minimum": 0, "maximum": 9, "missing": True},
            {"name": "size", "type": "category", "values": ["small", "large"]},
        ],
        "source": {"kind": "csv", "path": "mixed.csv"},
        "labels": {"from": "column", "column": "target"},
    }
)
"""Every type of feature, most of them with gaps."""

CANDIDATES = {
    "logistic_regression": Candidate("logistic_regression", (("C", 10.0),)),
    "rbf_svm": Candidate("rbf_svm", (("C", 10.0),)),
    "random_forest": Candidate("random_forest", (("min_samples_leaf", 5), ("n_estimators", 10))),
    "extra_trees": Candidate("extra_trees", (("min_samples_leaf", 1), ("n_estimators", 10))),
    "hist_gradient_boosting": Candidate("hist_gradient_boosting", (("max_iter", 10), ("max_leaf_nodes", 7))),
    "k_nearest_neighbors": Candidate("k_nearest_neighbors", (("n_neighbors", 5),)),
}
"""Every member with few trees."""


def vote_of(*names: str, voting: str = "soft") -> Any:
    """Build the unfitted vote of some members, the first of which weighs most."""
    weights = tuple(1.0 / (1 + place) for place in range(len(names)))
    return build_vote({name: CANDIDATES[name] for name in names}, weights, voting=voting, seed=0)


def mixed_frame(n_rows: int = 240, *, seed: int = 0) -> NDArray[np.float64]:
    """Draw valid records of `MIXED`; lengths stand on a lattice, so many records are equally near."""
    random = np.random.Generator(np.random.PCG64(seed))
    places = [random.integers(0, n, n_rows).astype(np.float64) for n in (20, 3, 2, 10, 2)]
    frame = np.column_stack([places[0] / 10, *places[1:]])
    frame[:, :4][random.random((n_rows, 4)) < 0.1] = np.nan
    return frame


def name_rows(frame: NDArray[np.float64], *, n_classes: int, seed: int = 0) -> NDArray[np.str_]:
    """Name each record by its length and colour, with some noise, so that no two classes part clearly."""
    noise = np.random.Generator(np.random.PCG64(seed + 1)).random(len(frame))
    score = np.nan_to_num(frame[:, 0]) + np.nan_to_num(frame[:, 1]) + noise
    edges = np.quantile(score, np.arange(1, n_classes) / n_classes)
    return np.array(["a", "b", "c"])[np.searchsorted(edges, score)]


def fit_mixed(classifier: Any, *, n_classes: int = 3) -> tuple[Any, NDArray[np.float64]]:
    """Fit a pipeline to records of `MIXED`; return it and the records."""
    frame = mixed_frame()
    pipeline = build_pipeline(MIXED, classifier, inputs=FRAME)
    return pipeline.fit(frame, name_rows(frame, n_classes=n_classes)), frame


def compile_mixed(pipeline: Any, frame: NDArray[np.float64]) -> Compiled:
    """Compile a pipeline of `MIXED`, as a training does."""
    return compile_model(MIXED, pipeline, frame, inputs=FRAME, n_clusters=0, progress=QUIET)


def build_compiled_package(folder: Path, *, card: dict[str, Any] | None = None) -> str:
    """Fit a vote of all six members on groups of irises, compile it, package it and return its tag."""
    vote = vote_of(*CANDIDATES)
    return build_small_package(folder, dataset_named("iris"), vote=vote, compiled=True, card=card)
