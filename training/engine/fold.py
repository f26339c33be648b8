"""One outer fold with the splits inside it, prepared once and shared by all candidates.

Where labels are names of clusters, a fold has only the training rows to find clusters in, as a model that
ships has. Its own clusters, matched to those of all rows by the members they share, label what it learns
from; what it is scored on keeps the labels of all rows. So no test row had a say in what was taught about it.

How coarsely to look is chosen once in a fold, from all its training rows; the splits inside it find their
clusters anew, but by that choice, two numbers, which their own test rows had a part in. The answers from
inside choose settings, weights and calibration, and may flatter inputs with cluster columns a little. What a
fold is scored on had no part in any of it, so the scores do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from herdbook.clusters import Assignment
from herdbook.dataset import Dataset
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from training.discover.columns import cluster_columns
from training.discover.match import Matching, match_clusters
from training.discover.scale import Scale
from training.pipeline import build_preparation
from training.split import Rows, deal


@dataclass(frozen=True, eq=False)
class Part:
    """One split as classifiers take it.

    Attributes
    ----------
    train, test
        Prepared inputs of shape (n_train, width) and (n_test, width), the cluster's columns last.
    y
        Place of each training row's class, shape (n_train,).
    places
        Places of the test rows among those that are scored, shape (n_test,).
    n_frame
        Number of columns that come from the frame alone.
    place
        Where the split stands: its repeat, its outer fold, and 0 for that itself or the split inside, from 1.
    """

    train: NDArray[np.float64]
    y: NDArray[np.int64]
    test: NDArray[np.float64]
    places: NDArray[np.int64]
    n_frame: int
    place: tuple[int, int, int] = (0, 0, 0)

    def inputs(self, kind: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give training and test inputs of a kind: `FRAME` leaves the cluster's columns away."""
        width = self.n_frame if kind == FRAME else self.train.shape[1]
        return np.ascontiguousarray(self.train[:, :width]), np.ascontiguousarray(self.test[:, :width])


@dataclass(frozen=True, eq=False)
class Fold:
    """An outer split, the splits inside its training rows, and how its own discovery compares."""

    repeat: int
    number: int
    outer: Part
    inner: tuple[Part, ...]
    discovery: dict[str, Any] | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """All splits, the outer one first."""
        return self.outer, *self.inner


@dataclass(frozen=True, eq=False)
class Split:
    """What divides an outer fold: which rows it tests, how many folds are inside, and a seed for them."""

    repeat: int
    number: int
    is_test: NDArray[np.bool_]
    inner_folds: int
    seed: Sequence[int]


def prepare_fold(dataset: Dataset, rows: Rows, split: Split) -> Fold:
    """Discover, label and prepare on the training rows alone, for the outer split and those inside it."""
    outer, learned, scale, facts = _prepare(dataset, rows, split.is_test, scale=None)
    place = split.repeat, split.number
    inner_fold = deal(learned.label, folds=split.inner_folds, seed=split.seed)
    inner = tuple(
        replace(_prepare(dataset, learned, inner_fold == one, scale=scale)[0], place=(*place, one + 1))
        for one in range(split.inner_folds)
    )
    return Fold(split.repeat, split.number, replace(outer, place=(*place, 0)), inner, facts)


def _prepare(
    dataset: Dataset, rows: Rows, is_test: NDArray[np.bool_], *, scale: Scale | None
) -> tuple[Part, Rows, Scale, dict[str, Any] | None]:
    train, test = rows.accepted[~is_test], rows.accepted[is_test]
    columns = cluster_columns(dataset, scale=scale).fit(train)
    chosen = columns.choice_.scale if columns.choice_ else scale
    assert chosen is not None
    seen, new = columns.clusters_.assign(train), columns.clusters_.assign(test)
    matching = _match(rows, ~is_test, seen.cluster, columns.clusters_.n_clusters)
    learned = _learn(rows, ~is_test, seen.cluster, matching)
    scored = is_test & (rows.label >= 0)
    parts = (
        np.hstack([train, seen.columns()])[learned.labelled],
        np.hstack([test, new.columns()])[rows.label[is_test] >= 0],
    )
    place = np.cumsum(rows.label >= 0) - 1
    prepared = _transform(dataset, *parts)
    part = Part(prepared[0], learned.y, prepared[1], place[scored], prepared[2])
    return part, learned, chosen, _compare(rows, is_test, new, matching)


def _match(
    rows: Rows, is_train: NDArray[np.bool_], found: NDArray[np.int64], n_found: int
) -> Matching | None:
    """Match the clusters found on training rows to those that the labels name."""
    if rows.cluster is None:
        return None
    n_reference = 1 + int(rows.cluster.max(initial=-1))
    return match_clusters(rows.cluster[is_train], found, n_reference=n_reference, n_found=n_found)


def _learn(
    rows: Rows, is_train: NDArray[np.bool_], found: NDArray[np.int64], matching: Matching | None
) -> Rows:
    """Give the training rows the labels that are known without the test rows."""
    frame = rows.accepted[is_train]
    if matching is None:
        return Rows(frame, rows.label[is_train], rows.classes)
    names = {new: rows.names[old] for new, old in matching.of.items() if old in rows.names}
    label = np.full(len(frame), -1, dtype=np.int64)
    for cluster, place in names.items():
        label[found == cluster] = place
    return Rows(frame, label, rows.classes, found, names)


def _transform(
    dataset: Dataset, train: NDArray[np.float64], test: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Fit the preparation to the training rows and transform both; a part without rows stays as it is.

    Columns of the cluster come last, and each column is prepared by itself, so that the first `n_frame`
    columns are what a preparation of the frame alone gives.
    """
    if not len(train):
        return train, test, test.shape[1] - 3
    preparation = build_preparation(dataset, inputs=FRAME_AND_CLUSTERS).fit(train)
    prepared = preparation.transform(train)
    n_frame = preparation.output_indices_["cluster"].start
    empty = np.empty((0, prepared.shape[1]))
    return prepared, preparation.transform(test) if len(test) else empty, n_frame


def _compare(
    rows: Rows, is_test: NDArray[np.bool_], found: Assignment, matching: Matching | None
) -> dict[str, Any] | None:
    """Compare on the test rows what the fold's discovery says with what that of all rows says."""
    if matching is None or rows.cluster is None:
        return None
    reference = rows.cluster[is_test]
    return {
        "n_clusters": len(matching.of) + len(matching.new),
        "n_matched": len(matching.of),
        "n_new": len(matching.new),
        "n_gone": len(matching.gone),
        "adjusted_rand_index": float(adjusted_rand_score(reference, found.cluster)),
        "n_test": len(reference),
        "n_outliers_reference": int((reference < 0).sum()),
        "n_outliers_fold": int(found.outlier.sum()),
        "n_outliers_both": int((found.outlier & (reference < 0)).sum()),
    }


def tell_discovery(folds: Sequence[Fold]) -> dict[str, Any] | None:
    """Tell how the folds' own discoveries compare with that of all rows; None if labels need none."""
    facts = [fold.discovery for fold in folds if fold.discovery is not None]
    if not facts:
        return None
    names = ("n_test", "n_outliers_reference", "n_outliers_fold", "n_outliers_both")
    total = {name: sum(fact[name] for fact in facts) for name in names}
    unmatched = sum(fact["n_new"] + fact["n_gone"] > 0 for fact in facts)
    return {
        "says": (
            f"discovery was refitted on the training rows of each of {len(facts)} folds; "
            f"in {len(facts) - unmatched} of them every cluster has its match among those of all rows, and "
            "every one of those has a match: the two share more than half of the records in either. "
            f"Of {total['n_test']:,} tested rows the folds call {total['n_outliers_fold']:,} outliers, "
            f"the discovery on all rows {total['n_outliers_reference']:,}; "
            f"{total['n_outliers_both']:,} are outliers to both"
        ),
        "adjusted_rand_index": [fact["adjusted_rand_index"] for fact in facts],
        "n_clusters": [fact["n_clusters"] for fact in facts],
        "unmatched": unmatched,
    } | total
