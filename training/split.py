"""The rows of a training, and how they are dealt out to folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.errors import TrainingError, shown
from training.label import Labels

FEWEST_PER_CLASS = 8
"""Two levels of folds and the calibration of the SVM leave three records of a class with eight."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What is trained on: all accepted rows, of which those with a label are learned from and scored.

    Attributes
    ----------
    accepted
        Every accepted row, shape (n_all, n_features); discovery sees them all.
    label
        Place of each one's class, -1 where it has none, shape (n_all,).
    classes
        Names of the k classes, sorted.
    cluster
        Where labels are names of clusters, the cluster of each row, -1 for none, shape (n_all,); else None.
    names
        Cluster to place of its class; empty where labels stand in a column.
    """

    accepted: NDArray[np.float64]
    label: NDArray[np.int64]
    classes: tuple[str, ...]
    cluster: NDArray[np.int64] | None = None
    names: Mapping[int, int] = field(default_factory=dict)

    @property
    def labelled(self) -> NDArray[np.int64]:
        """Places of the n rows with a label among the accepted ones, shape (n,)."""
        return np.flatnonzero(self.label >= 0)

    @property
    def frame(self) -> NDArray[np.float64]:
        """The labelled rows, shape (n, n_features)."""
        return self.accepted[self.labelled]

    @property
    def y(self) -> NDArray[np.int64]:
        """Place of each labelled row's class, shape (n,)."""
        return self.label[self.labelled]

    @property
    def unlabelled(self) -> NDArray[np.float64]:
        """The rows that are no member of a named cluster, shape (n_unlabelled, n_features)."""
        return self.accepted[self.label < 0]


def gather_rows(
    frame: NDArray[np.float64], labels: Labels, *, cluster: NDArray[np.int64] | None = None
) -> Rows:
    """Gather the rows of a frame (n_all, n_features).

    `cluster`, shape (n_all,), is what discovery found on these very rows: it tells for labels that are names
    of clusters what the name belongs to, so that folds can find their own. Labels of a column need none.
    """
    classes, places = np.unique(labels.y.astype(str), return_inverse=True)
    label = np.full(len(frame), -1, dtype=np.int64)
    label[labels.kept] = places
    known = tuple(str(name) for name in classes)
    if not labels.names or cluster is None:
        return Rows(frame, label, known)
    return Rows(frame, label, known, cluster, {one: known.index(name) for one, name in labels.names.items()})


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


def deal(label: NDArray[np.int64], *, folds: int, seed: Sequence[int]) -> NDArray[np.int64]:
    """Deal rows out to folds, shape (n,), class by class, so that each fold has its share of each.

    Rows without a label (-1) are dealt like a class of their own. A class of fewer rows than there are folds
    is absent from some of them.
    """
    shuffled = np.random.Generator(np.random.PCG64(list(seed))).permutation(len(label))
    fold = np.empty(len(label), dtype=np.int64)
    fold[shuffled[np.argsort(label[shuffled], kind="stable")]] = np.arange(len(label)) % folds
    return fold
