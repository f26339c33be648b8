"""Folds: nothing of a test row reaches what is learned, and what classifiers take is the pipeline's own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from tests.training.engine.herd import as_clusters, flowers, three_groups
from training.engine.fold import Fold, Split, prepare_fold, tell_discovery
from training.pipeline import build_pipeline, build_preparation
from training.split import Rows, deal


def fold_of(rows: Rows, *, inner_folds: int = 2) -> tuple[Fold, np.ndarray]:
    """Prepare the first of three folds, and say which rows it tests."""
    is_test = deal(rows.label, folds=3, seed=(0, 0)) == 0
    return prepare_fold(flowers(), rows, Split(0, 0, is_test, inner_folds, (0, 0, 1))), is_test


def test_prepared_fold_equals_the_whole_pipeline() -> None:
    """Fitting clusters and preparation once for all candidates gives what the fitted pipeline gives."""
    rows = three_groups()

    fold, is_test = fold_of(rows)
    train, test = fold.outer.inputs(FRAME_AND_CLUSTERS)
    parts = LogisticRegression().fit(train, fold.outer.y).predict_proba(test)

    pipeline = build_pipeline(flowers(), LogisticRegression(), inputs=FRAME_AND_CLUSTERS)
    whole = pipeline.fit(rows.frame[~is_test], rows.y[~is_test]).predict_proba(rows.frame[is_test])
    np.testing.assert_array_equal(parts, whole)


def test_inputs_without_clusters_are_those_of_the_frame_alone() -> None:
    """Leaving the cluster's columns away is the same as never having had them."""
    rows = three_groups()

    fold, is_test = fold_of(rows)

    alone = build_preparation(flowers(), inputs=FRAME).fit_transform(rows.frame[~is_test])
    np.testing.assert_array_equal(fold.outer.inputs(FRAME)[0], alone)


def test_test_rows_have_no_say_in_what_is_learned() -> None:
    """Other test rows, with other labels and clusters, leave the training inputs and labels as they were."""
    rows = as_clusters(three_groups())
    is_test = deal(rows.label, folds=3, seed=(0, 0)) == 0
    frame, label = rows.accepted.copy(), rows.label.copy()
    frame[is_test], label[is_test] = 9.5, (rows.label[is_test] + 1) % 3
    other = Rows(frame, label, rows.classes, label.copy(), rows.names)
    split = Split(0, 0, is_test, 2, (0, 0, 1))

    one, two = (prepare_fold(flowers(), each, split) for each in (rows, other))

    for a, b in zip(one.parts, two.parts, strict=True):
        np.testing.assert_array_equal(a.train, b.train)
        np.testing.assert_array_equal(a.y, b.y)
    for a, b in zip(one.inner, two.inner, strict=True):
        np.testing.assert_array_equal(a.test, b.test)


def test_training_labels_are_the_folds_own_clusters() -> None:
    """Rows that all rows' discovery left out are learned from if the fold's own finds them in a cluster."""
    rows = as_clusters(three_groups(150, spread=0.3))

    fold, is_test = fold_of(rows)

    n_reference = int((rows.label[~is_test] >= 0).sum())
    assert len(fold.outer.y) > n_reference
    assert set(fold.outer.places.tolist()) <= set(range(len(rows.y)))
    assert len(fold.outer.places) == int((rows.label[is_test] >= 0).sum())


def test_foreign_clusters_leave_nothing_to_learn() -> None:
    """A fold whose clusters match none of those that are named has no training row, and is told so."""
    rows = three_groups()
    shuffled = np.random.Generator(np.random.PCG64(1)).permutation(rows.label)

    fold, _ = fold_of(Rows(rows.accepted, shuffled, rows.classes, shuffled, {0: 0, 1: 1, 2: 2}))

    assert len(fold.outer.y) == 0
    facts = tell_discovery([fold])
    assert facts is not None
    assert facts["unmatched"] == 1


def test_inner_splits_look_at_the_outer_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scale is chosen once in a fold, from its training rows."""
    from training.discover import columns

    chosen, choose = [], columns.choose_scale
    monkeypatch.setattr(
        columns, "choose_scale", lambda *given, **more: chosen.append(len(given[0])) or choose(*given, **more)
    )

    fold_of(three_groups(), inner_folds=3)

    assert chosen == [60]
