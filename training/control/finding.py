"""What every control is given, and what each gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from training.diagnose.heldout import Maker


@dataclass(frozen=True, eq=False)
class Evidence:
    """The labelled rows, how a pipeline is made, and what the evaluation answered about rows it held out.

    Attributes
    ----------
    frame, y, cluster
        Shapes (n, n_features), (n,) and (n,); the cluster is -1 for an outlier.
    probabilities, folds
        Shapes (R, n, k) and (R, n): the shipped procedure's out-of-fold answers in each of R repeats.
    totals
        How many records of each class the table has, shape (k,), where these rows are a sample; else None.
    """

    dataset: Dataset
    frame: NDArray[np.float64]
    y: NDArray[np.int64]
    classes: Sequence[str]
    make: Maker
    probabilities: NDArray[np.float64]
    folds: NDArray[np.int64]
    cluster: NDArray[np.int64]
    seed: int
    totals: NDArray[np.int64] | None = None

    @property
    def majority(self) -> float:
        """Share of the most frequent class: the accuracy of who always answers it."""
        return float(np.bincount(self.y).max()) / len(self.y)


@dataclass(frozen=True)
class Finding:
    """What a control found: True is fine, False qualifies the figures, None could not be judged."""

    name: str
    title: str
    passed: bool | None
    says: str
    facts: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give the finding as plain JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "passed": self.passed,
            "says": self.says,
            "facts": self.facts,
        }


def percent(share: float) -> str:
    """Write a share for a sentence."""
    return f"{100 * share:.1f} %"


def skill(share: float, majority: float) -> float:
    """Scale an accuracy so that 0 is always answering the most frequent class and 1 is no mistake."""
    return (share - majority) / (1 - majority) if majority < 1 else 0.0
