"""Which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def confusion(
    probabilities: NDArray[np.float64], y: NDArray[np.int64], classes: Sequence[str]
) -> dict[str, Any]:
    """Count out-of-fold answers, a row of counts for each true class and a column for each answer.

    Of the repeats in `probabilities` (R, n, k) the first is counted, so that each record counts once and the
    counts are whole; `mean_shares` has, for each true class, its answers' shares over all repeats.
    """
    k = len(classes)
    counts = np.zeros((len(probabilities), k, k), dtype=np.int64)
    for repeat, answered in enumerate(probabilities):
        np.add.at(counts[repeat], (y, answered.argmax(axis=1)), 1)
    totals = np.maximum(counts[0].sum(axis=1, keepdims=True), 1)
    return {
        "classes": list(classes),
        "counts": counts[0].tolist(),
        "mean_shares": (counts.mean(axis=0) / totals).tolist(),
        "says": _say(counts[0], classes),
    }


def _say(counts: NDArray[np.int64], classes: Sequence[str]) -> str:
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return f"All {counts.sum():,} records were answered right when their fold was held out."
    truth, answered = divmod(int(wrong.argmax()), len(classes))
    return (
        f"{wrong.sum():,} of {counts.sum():,} records were answered wrong when their fold was held out; the "
        f"most frequent mistake is {classes[truth]!r} taken for {classes[answered]!r} "
        f"({wrong[truth, answered]:,} of {counts[truth].sum():,})."
    )
