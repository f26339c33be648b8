"""Which rows of a large table are evaluated: enough to tell a score closely, and no more.

The 95 % interval of a share of 100,000 rows reaches a third of a percentage point to either side, which ten
times as many rows would make a tenth. So settings, weights, calibration and every score of a larger table
come from a sample, and what ships is fitted to all rows. Up to that many nothing is drawn, and the sample is
the table itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.discover.sample import sample_strata
from training.split import Rows

MOST_EVALUATED = 100_000
"""Of a table with more accepted rows, labelled or not, a sample of at most so many is evaluated."""

FEWEST_DRAWN = 30
"""At least so many rows of a class are drawn, or all that it has, so that a rare one is scored too."""

LOT = 20_211
"""Seed of the draw. It is no training's own: models of one table are compared on the rows of both samples."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that are evaluated.

    Attributes
    ----------
    rows
        The drawn rows, with their labels and clusters.
    places
        Where they stand among all accepted rows, ascending: shape (n_drawn,).
    n_labelled
        How many rows of the whole table have a label.
    """

    rows: Rows
    places: NDArray[np.int64]
    n_labelled: int

    @property
    def labelled(self) -> NDArray[np.int64]:
        """Places of the n evaluated rows with a label among all accepted ones, shape (n,)."""
        return self.places[self.rows.labelled]

    @property
    def is_part(self) -> bool:
        """Whether labelled rows were left out."""
        return len(self.rows.y) < self.n_labelled

    @property
    def times(self) -> float:
        """How many times as many labelled rows the table has as are evaluated."""
        return self.n_labelled / max(len(self.rows.y), 1)

    @property
    def says(self) -> str:
        """Say what the figures rest on, where that is not the whole table; else nothing."""
        if not self.is_part:
            return ""
        return (
            f"of {self.n_labelled:,} labelled records a sample of {len(self.rows.y):,} was evaluated, drawn "
            f"at random from each class in its share, and at least {FEWEST_DRAWN} of a rare class: settings, "
            "weights, calibration, scores, controls and the classic table rest on it alone, and what ships "
            "was then fitted to all of them, by settings that are carried over: a leaf of a forest holds the "
            "same share of the records"
        )


def draw_sample(rows: Rows) -> Sample:
    """Draw the rows that are evaluated, class by class; those without a label are drawn like one more."""
    n_labelled = int((rows.label >= 0).sum())
    places = sample_strata(rows.label, MOST_EVALUATED, seed=LOT, fewest=FEWEST_DRAWN)
    if len(places) == len(rows.label):
        return Sample(rows, places, n_labelled)
    cluster = None if rows.cluster is None else rows.cluster[places]
    drawn = Rows(rows.accepted[places], rows.label[places], rows.classes, cluster, rows.names)
    return Sample(drawn, places, n_labelled)
