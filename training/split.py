"""Splits: how many folds a table bears, and the inputs of one split, fitted on its training rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from herdbook.dataset import Dataset
from herdbook.errors import TrainingError, shown
from herdbook.package import FRAME_AND_CLUSTERS
from training.discover import cluster_columns
from training.label import Labels
from training.pipeline import build_preparation

FEWEST_PER_CLASS = 8
"""Two levels of folds and the calibration of the SVM leave three records of a class with eight."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What is trained on: labelled rows, and rows without a label that only clusters are fitted on.

    Attributes
    ----------
    frame
        Labelled rows, shape (n, n_features).
    y
        Place of each one's class, shape (n,).
    classes
        Names of the k classes, sorted.
    unlabelled
        The accepted rows that are no member of a named cluster, shape (n_unlabelled, n_features).
    """

    frame: NDArray[np.float64]
    y: NDArray[np.int64]
    classes: tuple[str, ...]
    unlabelled: NDArray[np.float64]

    def take(self, places: NDArray[np.int64]) -> Rows:
        """Take some of the labelled rows."""
        return Rows(self.frame[places], self.y[places], self.classes, self.unlabelled)


def gather_rows(frame: NDArray[np.float64], labels: Labels) -> Rows:
    """Gather the labelled rows of a frame (n, n_features), in its order, and the rest."""
    classes, places = np.unique(labels.y.astype(str), return_inverse=True)
    rest = np.ones(len(frame), dtype=np.bool_)
    rest[labels.kept] = False
    names = tuple(str(name) for name in classes)
    return Rows(frame[labels.kept], places.astype(np.int64), names, frame[rest])


def require_enough(dataset: Dataset, rows: Rows) -> None:
    """Refuse rows of fewer than two classes, or a class with too few records to be tested on.

    Raises
    ------
    TrainingError
        The sentence names the classes.
    """
    if len(rows.classes) < 2:
        problem = f"the labels hold {shown(rows.classes)} and nothing to tell it from"
        raise TrainingError(dataset.name, problem=problem, cure="ingest records of a second class")
    counts = np.bincount(rows.y, minlength=len(rows.classes))
    if rare := [name for name, count in zip(rows.classes, counts, strict=True) if count < FEWEST_PER_CLASS]:
        problem = f"{shown(rare)} {'has' if len(rare) == 1 else 'have'} fewer than {FEWEST_PER_CLASS} records"
        raise TrainingError(
            dataset.name, problem=problem, cure="ingest more of them, or merge or drop the class"
        )


def split_rows(rows: Rows, *, folds: int, seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Split into stratified folds of (training, test) places, at most one per row of the rarest class."""
    n_folds = min(folds, int(np.bincount(rows.y).min()))
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(rows.frame, rows.y))


def prepare_split(
    dataset: Dataset, train: Rows, test: Rows, *, inputs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit clusters and preparation on the training rows and give what classifiers take, for both parts.

    These are the pipeline's own steps, fitted once per split and shared by all members and settings, which
    gives the same figures as fitting the whole pipeline each time. Rows without a label help to find the
    clusters: they are neither learned from nor tested on.
    """
    parts = train.frame, test.frame
    if inputs == FRAME_AND_CLUSTERS:
        columns = cluster_columns(dataset).fit(np.vstack([train.frame, train.unlabelled]))
        parts = columns.transform(train.frame), columns.transform(test.frame)
    preparation = build_preparation(dataset, inputs=inputs).fit(parts[0])
    return preparation.transform(parts[0]), preparation.transform(parts[1])
