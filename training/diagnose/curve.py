"""The learning curve: would more data help?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.diagnose.heldout import Maker, answer, deal_folds, fit_rows, sample_rows, spread_rows
from training.diagnose.law import Law, fit_law
from training.interval import Interval, corrected_t
from training.score import LEAST_PROBABILITY, row_losses

FOLDS = 5
MOST_ROWS = 10_000
FEWEST_TRAINED = 16
SHARES = (0.0625, 0.125, 0.25, 0.5, 1.0)
"""Each size is twice the one before, so that the last step says what doubling the data brought."""
SMALL = 300
"""Tables of fewer rows are dealt to folds three times, for their folds say little."""
SMALL_REPEATS = 3
LEAST_GAIN = 0.005
"""Nats of log-loss that are worth gathering as many records again."""
WORST = float(-np.log(LEAST_PROBABILITY))


def learning_curve(
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    make: Maker,
    seed: int,
    sizes: Sequence[float] = SHARES,
    at_most: int = MOST_ROWS,
) -> dict[str, Any]:
    """Fit to nested parts of each fold's training rows and score on the rows held out.

    Parameters
    ----------
    frame, y
        Shapes (n, n_features) and (n,).
    make
        Makes an unfitted pipeline that takes the frame.
    sizes
        Shares of a fold's training rows, ascending; each part holds the smaller ones and every class in its
        share.
    at_most
        More rows than these are sampled.
    """
    rows = sample_rows(y, at_most=at_most, seed=seed)
    n_trained = len(rows) * (FOLDS - 1) // FOLDS
    shares = [share for share in sizes if share * n_trained >= max(FEWEST_TRAINED, 2 * len(np.unique(y)))]
    if not shares or len(np.unique(y)) < 2:
        return {"says": f"{len(y)} records are too few to leave some out.", "points": [], "n_rows": len(y)}
    repeats = SMALL_REPEATS if len(rows) < SMALL else 1
    found = np.concatenate(
        [_measure(frame[rows], y[rows], make, shares, seed=seed + repeat) for repeat in range(repeats)],
        axis=2,
    )
    curve = _summarise(found, shares, n_trained)
    if len(rows) < len(y):
        curve["says"] += f" Measured on a sample of {len(rows):,} of the {len(y):,} records."
    return curve | {"n_rows": len(rows)}


def _measure(
    frame: NDArray[np.float64], y: NDArray[np.int64], make: Maker, shares: Sequence[float], *, seed: int
) -> NDArray[np.float64]:
    """Give log-loss and accuracy, shape (2, n_shares, n_folds)."""
    k = int(y.max()) + 1
    folds = deal_folds(y, FOLDS, seed=seed)
    found = np.zeros((2, len(shares), FOLDS))
    for fold in range(FOLDS):
        test, train = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        train = train[spread_rows(y[train], seed=seed)]
        for place, share in enumerate(shares):
            part = train[: round(share * len(train))]
            answered = answer(fit_rows(make, frame[part], y[part]), frame[test], y[part], k)
            found[0, place, fold] = row_losses(answered, y[test]).mean()
            found[1, place, fold] = (answered.argmax(axis=1) == y[test]).mean()
    return found


def _summarise(found: NDArray[np.float64], shares: Sequence[float], n_trained: int) -> dict[str, Any]:
    sizes = [round(share * n_trained) for share in shares]
    share = 1 / (FOLDS - 1)
    points = [
        {
            "n_rows": n,
            "log_loss": _bound(found[0, place], share, WORST).to_json(),
            "accuracy": _bound(found[1, place], share, 1.0).to_json(),
        }
        for place, n in enumerate(sizes)
    ]
    if len(sizes) < 2:
        return {"says": "There are too few records for a second size.", "points": points, "gain": None}
    gain = corrected_t(found[0, -2] - found[0, -1], test_share=share, bounds=(-WORST, WORST))
    law = fit_law(np.array(sizes), found[0])
    said = _say(gain, sizes, law)
    return {
        "says": said,
        "points": points,
        "gain": {"from": sizes[-2], "to": sizes[-1], "log_loss": gain.to_json()},
        "law": law.to_json() if law else None,
    }


def _bound(scores: NDArray[np.float64], share: float, most: float) -> Interval:
    return corrected_t(scores, test_share=share, bounds=(0.0, most))


def _say(gain: Interval, sizes: Sequence[int], law: Law | None) -> str:
    step = (
        f"from {sizes[-2]:,} to {sizes[-1]:,} training records the log-loss fell by {gain.value:.4f} nats "
        f"(95 % interval {gain.low:.4f} to {gain.high:.4f})"
    )
    ahead = ""
    if law is not None:
        fall = law.at(sizes[-1]) - law.at(2 * sizes[-1])
        ahead = f"; a power law through the sizes lets expect {fall:.4f} more at {2 * sizes[-1]:,}"
    if gain.low > 0 and gain.value >= LEAST_GAIN:
        return f"More data would probably help: {step}{ahead}."
    if gain.high < LEAST_GAIN:
        return f"More records of this kind would hardly help: {step}{ahead}."
    return f"Whether more data would help is not shown: {step}{ahead}."
