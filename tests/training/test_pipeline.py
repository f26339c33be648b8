"""The pipeline's preparation: every kind of feature, missing and unknown values."""

from __future__ import annotations

import numpy as np

from herdbook.dataset import Dataset
from herdbook.package import FRAME
from training.pipeline import build_preparation

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
