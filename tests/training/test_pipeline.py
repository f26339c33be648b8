"""The pipeline: every kind of feature, missing and unknown values, and the same figures in parts as whole."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from herdbook.dataset import Dataset
from herdbook.errors import TrainingError
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from tests.fixtures.models import dataset_named, small_frame
from training.pipeline import build_pipeline, build_preparation
from training.split import Rows, prepare_split, require_enough, split_rows

MIXED = Dataset.model_validate(
    {
        "format": 1,
        "name": "mixed",
        "features": [
            {"name": "length", "type": "number", "missing": True},
            {"name": "colour", "type": "category", "values": ["red", "green", "blue"], "missing": True},
            {"name": "is_new", "type": "boolean", "missing": True},
            {"name": "empty", "type": "integer", "missing": True},
        ],
        "source": {"kind": "csv", "path": "mixed.csv"},
        "labels": {"from": "column", "column": "target"},
    }
)


def test_preparation_takes_every_kind() -> None:
    """Numbers are standardised, booleans filled, categories one-hot, a missing category all zeros."""
    nan = np.nan
    frame = np.array([[1, 0, 1, nan], [3, 2, 1, nan], [nan, nan, nan, nan]])

    prepared = build_preparation(MIXED, inputs=FRAME).fit_transform(frame)

    root = np.sqrt(1.5)
    expected = [[-root, 0, 1, 1, 0, 0], [root, 0, 1, 0, 0, 1], [0, 0, 1, 0, 0, 0]]
    np.testing.assert_allclose(prepared, np.array(expected))


def test_prepared_split_equals_the_whole_pipeline() -> None:
    """Fitting clusters and preparation once for all members gives what the fitted pipeline gives."""
    dataset = dataset_named("iris")
    frame, labels = small_frame(dataset)
    y = np.unique(labels, return_inverse=True)[1]
    rows = Rows(frame, y, ("a", "b", "c"), np.empty((0, 4)))
    train, test = (rows.take(places) for places in split_rows(rows, folds=3, seed=0)[0])

    prepared = prepare_split(dataset, train, test, inputs=FRAME_AND_CLUSTERS)
    parts = LogisticRegression().fit(prepared[0], train.y).predict_proba(prepared[1])

    pipeline = build_pipeline(dataset, LogisticRegression(), inputs=FRAME_AND_CLUSTERS)
    np.testing.assert_array_equal(parts, pipeline.fit(train.frame, train.y).predict_proba(test.frame))


def test_folds_never_outnumber_the_rarest_class() -> None:
    """Twenty folds asked for become eight when a class has eight rows, and each holds every class."""
    y = np.repeat([0, 1], [40, 8])
    rows = Rows(np.zeros((48, 1)), y, ("common", "rare"), np.empty((0, 1)))

    splits = split_rows(rows, folds=20, seed=0)

    assert len(splits) == 8
    assert all(set(y[test]) == {0, 1} for _, test in splits)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([9, 7], "'class-1' has fewer than 8"),
        ([7, 9, 7], "'class-0', 'class-2' have fewer than 8"),
        ([20], "nothing to tell it from"),
    ],
)
def test_too_few_records_are_refused(counts: list[int], said: str) -> None:
    """A class that is too rare, or alone, is named before anything is fitted."""
    y = np.repeat(np.arange(len(counts)), counts)
    names = tuple(f"class-{place}" for place in range(len(counts)))
    rows = Rows(np.zeros((len(y), 4)), y, names, np.empty((0, 4)))

    with pytest.raises(TrainingError, match=said):
        require_enough(dataset_named("iris"), rows)
