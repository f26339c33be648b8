"""With shuffled labels a procedure must fall to chance, and with the real ones do better.

Source: Ojala and Garriga, Permutation tests for studying classifier performance, JMLR 11, 2010 (test 1). The
p-value counts the real labels as one of the shuffles, (b + 1) / (m + 1), which makes it exact: Phipson and
Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010.

Rows are dealt to folds without regard to their labels. So, whatever a procedure learned from the other
folds, the shuffled labels of a fold fall on its rows by luck alone, and what its answers gain by luck is
known: the mean over all pairs of an answer and a label in the fold. A leak shows as a gain beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from training.control.finding import Evidence, Finding, percent
from training.diagnose.heldout import SHUFFLED, Maker, answer_out_of_fold, deal_folds, sample_rows

NAME, TITLE = "shuffled_labels", "Only real labels can be learned"
SHUFFLES = 19
"""The smallest p-value is 1/20: just enough for a verdict at 5 %, for 40 fits."""
FOLDS = 2
MOST_ROWS = 600
LEVEL = 0.05
LEAK_LEVEL = 0.001
"""For shuffled labels above chance, which no honest procedure gives: an alarm must be rare."""
MOST_EXCESS = 0.02
"""If the accuracy with shuffled labels may lie further above chance, it is not shown to fall there."""


@dataclass(frozen=True)
class _Score:
    """What answers about rows held out came to, and what luck alone would have given.

    Attributes
    ----------
    brier
        Of all rows.
    accuracy, chance
        Share of right answers, and what the same answers give if labels fall on the rows by luck.
    excess
        Mean probability of the true class beyond what luck gives: less in it is noise than in right answers.
    """

    brier: float
    accuracy: float
    chance: float
    excess: float


def check_shuffled(evidence: Evidence) -> Finding:
    """Cross-validate the pipeline with the real labels and with shuffled ones."""
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    frame, y = evidence.frame[rows], np.unique(evidence.y[rows], return_inverse=True)[1]
    if len(np.unique(y)) < 2:
        return Finding(NAME, TITLE, None, "All labels are the same: there is nothing to shuffle.", {})
    seed = evidence.seed
    folds = deal_folds(np.zeros_like(y), FOLDS, seed=seed)
    real = _score(evidence.make, frame, y, folds, seed=(seed, 0))
    generator = np.random.default_rng([seed, SHUFFLED])
    shuffled = [
        _score(evidence.make, frame, generator.permutation(y), folds, seed=(seed, number))
        for number in range(1, SHUFFLES + 1)
    ]
    return _judge(_gather_facts(real, shuffled, y) | {"fitted": _name(evidence.make)})


def _score(
    make: Maker,
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    folds: NDArray[np.int64],
    *,
    seed: tuple[int, int],
) -> _Score:
    """Score one cross-validation; the p-value rests on all being alike but for the labels and the luck.

    The Brier score, for a forest's or neighbours' zeros do not swamp it as they do the log-loss.
    """
    found = answer_out_of_fold(make, frame, y, folds, seed=seed)
    every = np.eye(found.shape[1])
    told, truth = every[found.argmax(axis=1)], every[y]
    brier = ((found - truth) ** 2).sum(axis=1).mean()
    chance = _match_by_luck(told, truth, folds)
    excess = (found * truth).sum() / len(y) - _match_by_luck(found, truth, folds)
    return _Score(float(brier), float((told * truth).sum() / len(y)), chance, float(excess))


def _match_by_luck(found: NDArray[np.float64], truth: NDArray[np.float64], folds: NDArray[np.int64]) -> float:
    """Give the mean of answers (n, k) at labels, one-hot (n, k), that fall on each fold's rows by luck."""
    parts = [folds == fold for fold in range(FOLDS)]
    return float(sum(found[part].sum(axis=0) @ truth[part].mean(axis=0) for part in parts) / len(folds))


def _name(make: Maker) -> str:
    """Name what is fitted: a pipeline by its last step, a calibrated or otherwise wrapped one by its core."""
    fitted = make()
    fitted = fitted.steps[-1][1] if hasattr(fitted, "steps") else fitted
    core = fitted.get_params(deep=False).get("estimator")
    return type(fitted if core is None else core).__name__


def _gather_facts(real: _Score, shuffled: list[_Score], y: NDArray[np.int64]) -> dict[str, Any]:
    gain = np.array([one.accuracy - one.chance for one in shuffled])
    excess = np.array([one.excess for one in shuffled])
    accuracy = float(np.mean([one.accuracy for one in shuffled]))
    reach = _reach(gain, 1 - LEVEL / 2)
    return {
        "n_rows": len(y),
        "n_folds": FOLDS,
        "n_shuffles": SHUFFLES,
        "p_value": (1 + sum(one.brier <= real.brier for one in shuffled)) / (SHUFFLES + 1),
        "accuracy": real.accuracy,
        "shuffled_accuracy": {"value": accuracy, "low": accuracy - reach, "high": accuracy + reach},
        "chance_accuracy": accuracy - float(gain.mean()),
        "majority_accuracy": float(np.bincount(y).max() / len(y)),
        "has_excess": bool(excess.mean() > _reach(excess, 1 - LEAK_LEVEL)),
        "excess_probability": float(excess.mean()),
        "brier": real.brier,
        "shuffled_brier": [one.brier for one in shuffled],
    }


def _reach(values: NDArray[np.float64], share: float) -> float:
    """Give how far the t distribution's quantile of the mean lies from it."""
    m = len(values)
    return float(t.ppf(share, m - 1) * values.std(ddof=1) / np.sqrt(m))


def _judge(facts: dict[str, Any]) -> Finding:
    p_value, found = facts["p_value"], facts["shuffled_accuracy"]
    fitted = f"{facts['fitted']} alone, on {facts['n_rows']:,} records in {FOLDS} folds,"
    said = (
        f"{percent(found['value'])} right on average over {SHUFFLES} shuffles (95 % interval "
        f"{percent(found['low'])} to {percent(found['high'])}), where luck gives "
        f"{percent(facts['chance_accuracy'])}"
    )
    real = f"with the real labels {percent(facts['accuracy'])}, p = {p_value:.3f}"
    if facts["has_excess"]:
        says = (
            f"With shuffled labels {fitted} still does better than chance: {said}, and the true class gets "
            f"{100 * facts['excess_probability']:.1f} points more probability than by luck. Answers "
            "leak into what it learns from, so no score of it can be trusted until the leak is found."
        )
        return Finding(NAME, TITLE, False, says, facts)
    if p_value > LEVEL:
        says = (
            f"{fitted} does not learn the real labels better than shuffled ones: {said}; {real}. No relation "
            "between features and labels is shown, so do not rely on the answers; other features or more "
            "records are needed."
        )
        return Finding(NAME, TITLE, False, says, facts)
    if found["high"] - facts["chance_accuracy"] <= MOST_EXCESS:
        says = f"With shuffled labels {fitted} falls to chance: {said}; {real}."
    else:
        says = (
            f"With shuffled labels {fitted} shows no leak, though so few records leave room for one: {said}; "
            f"{real}."
        )
    return Finding(NAME, TITLE, True, says, facts)
