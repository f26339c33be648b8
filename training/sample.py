"""Which rows of a large table are evaluated: enough to tell a score closely, and no more.

The 95 % interval of a share of 100,000 labelled rows reaches a third of a percentage point to either side,
which ten times as many rows would make a tenth. So settings, weights, calibration and every score of a larger
table come from a sample, and what ships is fitted to all rows. Up to that many nothing is drawn, and the
sample is the table itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.split import FEWEST_PER_CLASS, Rows

MOST_EVALUATED = 100_000
"""Of more labelled rows a sample of at most so many is evaluated, and of those without a label as many more.

Scores count each row alike, so classes are drawn in their share; only a class that folds could not be dealt
from gives more, as many as `training.split` asks of it in the first place. Of more than 12,500 classes these
are more rows than the bound.
"""

LOT = 20_211
"""Seed of the draw. It is no training's own: a table's rows keep their lots, and whatever their labels are,
models of it are compared on nearly as many rows as the smaller sample holds."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows that are evaluated.

    Attributes
    ----------
    rows
        The drawn rows, with their labels and clusters.
    places
        Where they stand among all accepted rows, ascending: shape (n_drawn,).
    counts
        How many rows the whole table has of each class, shape (k,).
    n_unlabelled
        How many rows of the whole table have no label.
    """

    rows: Rows
    places: NDArray[np.int64]
    counts: NDArray[np.int64]
    n_unlabelled: int

    @property
    def labelled(self) -> NDArray[np.int64]:
        """Places of the n evaluated rows with a label among all accepted ones, shape (n,)."""
        return self.places[self.rows.labelled]

    @property
    def n_labelled(self) -> int:
        """How many rows of the whole table have a label."""
        return int(self.counts.sum())

    @property
    def is_part(self) -> bool:
        """Whether labelled rows were left out."""
        return len(self.rows.y) < self.n_labelled

    @property
    def times(self) -> float:
        """How many times as many labelled rows the table has as are evaluated."""
        return self.n_labelled / max(len(self.rows.y), 1)

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """How many rows of the table each evaluated one stands for, shape (n,); None if itself alone."""
        return (self.counts / np.maximum(self._drawn, 1))[self.rows.y] if self.is_part else None

    @property
    def says(self) -> str:
        """Say what the figures rest on, where that is not the whole table; else nothing."""
        told = [self._say_labelled(), self._say_rare()] if self.is_part else []
        n = len(self.rows.label) - len(self.rows.y)
        if n < self.n_unlabelled:
            told.append(f"of {self.n_unlabelled:,} records without a label {n:,} were drawn into the folds")
        return "; ".join(one for one in told if one)

    @property
    def _drawn(self) -> NDArray[np.int64]:
        return np.bincount(self.rows.y, minlength=len(self.counts))

    def _say_labelled(self) -> str:
        return (
            f"of {self.n_labelled:,} labelled records a sample of {len(self.rows.y):,} was evaluated, drawn "
            "at random from each class: every score and control rests on it, and what ships was then fitted "
            "to all of them, by settings that are carried over: a leaf holds the same share of the records"
        )

    def _say_rare(self) -> str:
        """Say how much more than their share the classes give of which folds need more than that."""
        is_rare = self._drawn > np.ceil(self.counts / self.times)
        if not is_rare.any():
            return ""
        drawn, whole = (100 * one[is_rare].sum() / one.sum() for one in (self._drawn, self.counts))
        return (
            f"folds need {FEWEST_PER_CLASS} records of a class, so rare classes are {drawn:.3g} % of the "
            f"sample and {whole:.3g} % of the table, and scores count them as the sample does"
        )


def draw_sample(rows: Rows) -> Sample:
    """Draw the rows that are evaluated, class by class; those without a label in the share of the others."""
    counts = np.bincount(rows.y, minlength=len(rows.classes))
    n_unlabelled = len(rows.label) - int(counts.sum())
    takes = _share_out(counts, MOST_EVALUATED)
    n_others = min(MOST_EVALUATED, n_unlabelled * int(takes.sum()) // max(int(counts.sum()), 1))
    if int(takes.sum()) + n_others == len(rows.label):
        return Sample(rows, np.arange(len(rows.label)), counts, n_unlabelled)
    places = _draw(rows.label, np.array([n_others, *takes]))
    cluster = None if rows.cluster is None else rows.cluster[places]
    drawn = Rows(rows.accepted[places], rows.label[places], rows.classes, cluster, rows.names)
    return Sample(drawn, places, counts, n_unlabelled)


def _share_out(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Say how many of each class are drawn: its share of `size`, but no fewer than folds need of it."""
    if counts.sum() <= size:
        return counts
    least = np.minimum(counts, FEWEST_PER_CLASS)
    takes: NDArray[np.int64] = counts * size // counts.sum()
    is_lifted = np.zeros(len(counts), dtype=np.bool_)
    while (is_short := takes < least).any():
        is_lifted |= is_short
        room, rest = max(size - int(least[is_lifted].sum()), 0), max(int(counts[~is_lifted].sum()), 1)
        takes = np.where(is_lifted, least, counts * room // rest)
    return takes


def _draw(label: NDArray[np.int64], takes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw the rows (n,) with the lowest lots of each label, ascending; `takes` begins with those of -1."""
    lots = np.random.Generator(np.random.PCG64(LOT)).permutation(len(label))
    order = np.lexsort((lots, label))
    held = np.bincount(label + 1, minlength=len(takes))
    rank = np.arange(len(label)) - np.repeat(np.cumsum(held) - held, held)
    places: NDArray[np.int64] = np.sort(order[rank < np.repeat(takes, held)])
    return places
