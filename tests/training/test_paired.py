"""Paired comparisons: what is claimed, which way, and that nothing is claimed of equals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from training.paired import BETTER_A, BETTER_B, NOT_SHOWN, compare_paired
from training.score import row_losses

N = 200
FOLDS = np.tile(np.arange(N) % 5, (2, 1))
Y = np.arange(N) % 2


def sure(share: float, *, seed: int = 0) -> np.ndarray:
    """Give the truth about `share` of probability, with a scatter, in two repeats: shape (2, n, 2)."""
    found = np.clip(share + np.random.default_rng(seed).normal(0, 0.1, (2, N)), 0.05, 0.95)
    return np.where(np.eye(2)[Y] > 0, found[:, :, None], 1 - found[:, :, None])


def test_comparison_claims_the_better() -> None:
    """Who gives the truth more probability is better, whichever stands first, by the same difference."""
    there, back = (
        compare_paired(sure(0.8), sure(0.6), Y, FOLDS),
        compare_paired(sure(0.6), sure(0.8), Y, FOLDS),
    )

    assert (there.verdict, back.verdict) == (BETTER_A, BETTER_B)
    assert there.difference.high < 0 < back.difference.low
    assert there.difference.value == pytest.approx(-back.difference.value)
    assert there.p_value == pytest.approx(back.p_value)


def test_comparison_of_the_same_claims_nothing() -> None:
    """Answers that are the same differ by nothing, with a p-value of one."""
    found = compare_paired(sure(0.7), sure(0.7), Y, FOLDS)

    assert (found.verdict, found.p_value, found.difference.value) == (NOT_SHOWN, 1, 0)


def test_comparison_says_which_by_name() -> None:
    """The sentence names the better one, and says so where no difference is shown."""
    claimed = compare_paired(sure(0.8), sure(0.6), Y, FOLDS).to_json("vote", "forest")
    not_shown = compare_paired(sure(0.7), sure(0.7, seed=1), Y, FOLDS).to_json("vote", "forest")

    assert claimed["says"].startswith("vote is better than forest: log-loss 0.")
    assert not_shown["says"].startswith("no difference shown between vote and forest")


@pytest.mark.parametrize("n_repeats", [1, 2, 10])
def test_comparison_takes_repeats_for_no_new_rows(n_repeats: int) -> None:
    """However often the same answers are repeated, they never prove as much as independent rows would."""
    a, b = sure(0.75)[:1], sure(0.7, seed=1)[:1]
    rows = row_losses(a[0], Y) - row_losses(b[0], Y)
    alone = ttest_1samp(rows, 0).confidence_interval(0.95)

    found = compare_paired(np.repeat(a, n_repeats, 0), np.repeat(b, n_repeats, 0), Y, FOLDS[[0] * n_repeats])

    assert found.difference.value == pytest.approx(rows.mean())
    assert found.difference.low < alone.low
    assert found.difference.high > alone.high


def test_comparison_doubts_what_folds_disagree_on() -> None:
    """The same rows prove less where whole folds were lucky than where the luck is spread over them."""
    a, b = sure(0.75)[0], sure(0.7, seed=1)[0]
    order = np.argsort(row_losses(a, Y) - row_losses(b, Y))
    sorted_folds = np.empty(N, dtype=np.int64)
    sorted_folds[order] = np.arange(N) // (N // 5)

    spread, apart = compare_paired(a, b, Y, FOLDS[0]), compare_paired(a, b, Y, sorted_folds)

    assert spread.difference.value == pytest.approx(apart.difference.value)
    assert spread.p_value < apart.p_value


def test_comparison_takes_rows_of_one_fold() -> None:
    """Rows that one model answered are compared by the plain paired t."""
    found = compare_paired(sure(0.8)[0], sure(0.6)[0], Y, np.zeros(N, dtype=np.int64))

    assert found.verdict == BETTER_A
