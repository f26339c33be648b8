"""With shuffled labels the procedure must fall to chance, and with the real ones do better.

Source: Ojala and Garriga, Permutation tests for studying classifier performance, JMLR 11, 2010 (test 1). The
p-value counts the real labels as one of the shuffles, (b + 1) / (m + 1), which makes it exact: Phipson and
Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from training.control.finding import Evidence, Finding, percent
from training.diagnose.heldout import Maker, answer_out_of_fold, deal_folds, sample_rows

NAME, TITLE = "shuffled_labels", "Shuffled labels fall to chance"
SHUFFLES = 19
"""The smallest p-value is 1/20: just enough for a verdict at 5 %, for 40 fits."""
FOLDS = 2
MOST_ROWS = 600
LEVEL = 0.05
LEAK_LEVEL = 0.001
"""For shuffled labels above chance, which no honest procedure gives: an alarm must be rare."""


def check_shuffled(evidence: Evidence) -> Finding:
    """Cross-validate the pipeline with the real labels and with shuffled ones."""
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    frame, y = evidence.frame[rows], evidence.y[rows]
    if len(np.unique(y)) < 2:
        return Finding(NAME, TITLE, None, "All labels are the same: there is nothing to shuffle.", {})
    real = _score(evidence.make, frame, y, evidence.seed)
    # another stream than the one that deals the folds
    generator = np.random.default_rng([evidence.seed, 1])
    shuffled = np.array(
        [_score(evidence.make, frame, generator.permutation(y), evidence.seed) for _ in range(SHUFFLES)]
    )
    p_value = (1 + int((shuffled[:, 0] <= real[0]).sum())) / (SHUFFLES + 1)
    majority = float(np.bincount(y).max() / len(y))
    facts = {
        "n_rows": len(y),
        "n_shuffles": SHUFFLES,
        "p_value": p_value,
        "brier": real[0],
        "shuffled_brier": shuffled[:, 0].tolist(),
        "accuracy": real[1],
        "shuffled_accuracy": shuffled[:, 1].tolist(),
        "chance_accuracy": majority,
    }
    return _judge(facts, is_above=_is_above(shuffled[:, 1], majority))


def _score(make: Maker, frame: NDArray[np.float64], y: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """Give Brier score and accuracy; the p-value rests on this being the same function each time.

    The Brier score, for a forest's or neighbours' zeros do not swamp it as they do the log-loss.
    """
    found = answer_out_of_fold(make, frame, y, deal_folds(y, FOLDS, seed=seed))
    brier = ((found - np.eye(found.shape[1])[y]) ** 2).sum(axis=1).mean()
    return float(brier), float((found.argmax(axis=1) == y).mean())


def _is_above(accuracies: NDArray[np.float64], chance: float) -> bool:
    """Say whether the mean accuracy with shuffled labels lies above chance (one-sided t test)."""
    m = len(accuracies)
    reach = float(t.ppf(1 - LEAK_LEVEL, m - 1) * accuracies.std(ddof=1) / np.sqrt(m))
    return float(accuracies.mean()) - reach > chance


def _judge(facts: dict[str, Any], *, is_above: bool) -> Finding:
    p_value, chance = facts["p_value"], facts["chance_accuracy"]
    real, shuffled = facts["accuracy"], float(np.mean(facts["shuffled_accuracy"]))
    said = (
        f"accuracy {percent(real)} with the real labels, {percent(shuffled)} on average over {SHUFFLES} "
        f"shuffles, {percent(chance)} by always answering the most frequent class; p = {p_value:.3f}"
    )
    if is_above:
        says = (
            f"With shuffled labels the procedure still does better than chance ({said}): answers leak into "
            "what it learns from, so no score of it can be trusted until the leak is found."
        )
        return Finding(NAME, TITLE, False, says, facts)
    if p_value > LEVEL:
        says = (
            f"The real labels are not learned better than shuffled ones ({said}): no relation between "
            "features and labels is shown, so do not rely on the answers; other features or more records are "
            "needed."
        )
        return Finding(NAME, TITLE, False, says, facts)
    return Finding(NAME, TITLE, True, f"With shuffled labels the procedure falls to chance ({said}).", facts)
