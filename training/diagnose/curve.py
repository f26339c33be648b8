"""The learning curve: whether more data would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from training.diagnose.heldout import Maker, answer, deal_folds, fit_rows, sample_rows, spread_rows
from training.diagnose.law import fit_law
from training.interval import Interval
from training.paired import compare_paired
from training.score import row_losses, score_folds

FOLDS = 5
MOST_ROWS = 10_000
FEWEST_TRAINED = 16
SHARES = (0.0625, 0.125, 0.25, 0.5, 1.0)
"""Each size is twice the one before, so that the last step says what doubling the data brought."""
SMALL, SMALL_REPEATS = 300, 3
"""Tables of fewer rows are dealt to folds three times, for which rows fall together matters much."""
LEAST_GAIN = 0.005
"""Nats of log-loss that are worth gathering as many records again."""
MEASURES = ("log_loss", "accuracy")


@dataclass(frozen=True, eq=False)
class _Curve:
    """Answers at each size: `probabilities` (n_sizes, R, n, k), the truth (n,) and the folds (R, n)."""

    sizes: list[int]
    probabilities: NDArray[np.float64]
    y: NDArray[np.int64]
    folds: NDArray[np.int64]


def learning_curve(  # noqa: PLR0913 - what is measured, and of how much, each by its name
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    make: Maker,
    seed: int,
    sizes: Sequence[float] = SHARES,
    at_most: int = MOST_ROWS,
    n_table: int | None = None,
) -> dict[str, Any]:
    """Fit to nested parts of each fold's training rows and score on the rows held out.

    Parameters
    ----------
    frame, y
        Shapes (n, n_features) and (n,).
    make
        Makes an unfitted pipeline that takes the frame.
    sizes
        Shares of a fold's training rows, ascending; each part holds the smaller ones, and every class in its
        share.
    at_most
        If there are more rows, so many are sampled.
    n_table
        How many labelled records the table has, where the rows are a sample of it.

    Returns
    -------
    dict[str, Any]
        `says`, `points` (`n_rows`, `log_loss`, `accuracy`), `n_rows` used, the `gain` of the last step and
        the power `law`, each None where there is none.
    """
    rows = sample_rows(y, at_most=at_most, seed=seed)
    n_trained = len(rows) * (FOLDS - 1) // FOLDS
    n_classes = len(np.unique(y[rows]))
    shares = [share for share in sizes if share * n_trained >= max(FEWEST_TRAINED, 2 * n_classes)]
    if len(shares) < 2 or n_classes < 2:
        says = f"{len(y):,} records of {n_classes} classes are too few to leave half of them out."
        return {"says": says, "n_rows": len(rows), "points": [], "gain": None, "law": None}
    with threadpool_limits(1):  # for so few rows, threads cost more than they bring
        curve = _measure(frame[rows], y[rows], make, shares, seed=seed)
    told = _tell(curve)
    if len(rows) < (n_whole := n_table or len(y)):
        told["says"] += f" Measured on a sample of {len(rows):,} of the {n_whole:,} records."
    return told | {"n_rows": len(rows)}


def _measure(
    frame: NDArray[np.float64], y: NDArray[np.int64], make: Maker, shares: Sequence[float], *, seed: int
) -> _Curve:
    repeats = SMALL_REPEATS if len(y) < SMALL else 1
    k, n_trained = int(y.max()) + 1, len(y) * (FOLDS - 1) // FOLDS
    folds = np.stack([deal_folds(y, FOLDS, seed=seed + repeat) for repeat in range(repeats)])
    found = np.zeros((len(shares), repeats, len(y), k))
    for repeat, fold in np.ndindex(repeats, FOLDS):
        test, train = np.flatnonzero(folds[repeat] == fold), np.flatnonzero(folds[repeat] != fold)
        train = train[spread_rows(y[train], seed=seed + repeat)]
        for place, share in enumerate(shares):
            part = train[: round(share * len(train))]
            fitted = fit_rows(make, frame[part], y[part], seed=[seed, repeat, fold, place])
            found[place, repeat, test] = answer(fitted, frame[test], y[part], k)
    return _Curve([round(share * n_trained) for share in shares], found, y, folds)


def _tell(curve: _Curve) -> dict[str, Any]:
    points = []
    for n, found in zip(curve.sizes, curve.probabilities, strict=True):
        scores = score_folds(found, curve.y, curve.folds)
        points.append({"n_rows": n} | {name: scores[name].to_json() for name in MEASURES})
    gain = compare_paired(curve.probabilities[-2], curve.probabilities[-1], curve.y, curve.folds).difference
    law = fit_law(np.array(curve.sizes), _fold_losses(curve))
    last = curve.sizes[-1]
    expected = law.at(last) - law.at(2 * last) if law else None
    return {
        "says": _say(gain, curve.sizes, expected),
        "points": points,
        "gain": {"from": curve.sizes[-2], "to": last, "log_loss": gain.to_json()},
        "law": law.to_json() | {"n_rows": 2 * last, "expected_gain": expected} if law else None,
    }


def _fold_losses(curve: _Curve) -> NDArray[np.float64]:
    """Give the log-loss of each size in each fold of each repeat, shape (n_sizes, R * FOLDS)."""
    losses = row_losses(curve.probabilities, curve.y)
    return np.stack(
        [
            losses[:, repeat, curve.folds[repeat] == fold].mean(axis=1)
            for repeat, fold in np.ndindex(len(curve.folds), FOLDS)
        ],
        axis=1,
    )


def _say(gain: Interval, sizes: Sequence[int], expected: float | None) -> str:
    step = (
        f"from {sizes[-2]:,} to {sizes[-1]:,} training records the log-loss fell by {gain.value:.4f} nats "
        f"(95 % interval {gain.low:.4f} to {gain.high:.4f})"
    )
    ahead = ""
    if expected is not None:
        ahead = (
            f"; by a power law through the sizes, {expected:.4f} more can be expected at {2 * sizes[-1]:,}"
        )
    if gain.low > 0 and gain.value >= LEAST_GAIN:
        return f"More data would probably help: {step}{ahead}."
    if gain.high < LEAST_GAIN or 0 < gain.low <= gain.value < LEAST_GAIN:
        return f"More records of this kind would hardly help: {step}{ahead}."
    return f"Whether more data would help is not shown: {step}{ahead}."
