"""The proof that a graph answers as the pipeline does that it was written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herdbook.classifier import Classifier

TOLERANCE = 1e-5
"""How far a probability may lie off; where the two best classes are farther apart, the label is the same."""

ROWS_AT_ONCE = 4_096
ALONE = 100
"""So many rows of each kind are also asked one by one, as a service is asked."""


@dataclass(frozen=True)
class Proof:
    """What a comparison of two classifiers gave.

    Attributes
    ----------
    rows
        Number of rows by kind.
    n_wrong
        How many rows have another label than they should, or a probability that is too far off.
    largest
        Largest difference between two probabilities.
    """

    rows: dict[str, int]
    n_wrong: int
    largest: float

    @property
    def says(self) -> str:
        """A sentence, which the same rows give again."""
        total = sum(self.rows.values())
        if self.n_wrong:
            return (
                f"it answers {self.n_wrong:,} of {total:,} rows otherwise than scikit-learn, "
                f"by more than {TOLERANCE:g}"
            )
        return f"it answers {total:,} rows as scikit-learn does, to {TOLERANCE:g}"


def prove_equal(
    said: Classifier,
    reference: Classifier,
    rows: Mapping[str, NDArray[np.float64]],
    *,
    tick: Callable[[int], None],
) -> Proof:
    """Ask both about every row, by kind (n, n_inputs); `tick` is told how many were asked."""
    n_wrong, largest = 0, 0.0
    for inputs in rows.values():
        for chunk in _chunks(inputs):
            expected, got = reference.probabilities(chunk), said.probabilities(chunk)
            alone = [said.probabilities(row[None]) for row in chunk[:ALONE]]
            for one, other in ((got, expected), (np.vstack(alone), expected[:ALONE])):
                n_wrong += int(is_otherwise(one, other).sum())
                largest = max(largest, float(np.abs(one - other).max()))
            tick(len(chunk))
    return Proof({kind: len(inputs) for kind, inputs in rows.items()}, n_wrong, largest)


def is_otherwise(got: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows of probabilities (n, k) are too far off, or are labelled otherwise without a tie."""
    is_far = np.abs(got - expected).max(axis=1) > TOLERANCE
    best = np.sort(expected, axis=1)
    is_clear = best[:, -1] - best[:, -2] > TOLERANCE
    is_labelled = got.argmax(axis=1) == expected.argmax(axis=1)
    is_wrong: NDArray[np.bool_] = is_far | (is_clear & ~is_labelled)
    return is_wrong


def _chunks(inputs: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    for start in range(0, len(inputs), ROWS_AT_ONCE):
        yield inputs[start : start + ROWS_AT_ONCE]
