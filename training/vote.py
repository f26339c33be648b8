"""The vote: how much each member's voice weighs, and what they say together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import VotingClassifier

from herdbook.classifier import vote_shares
from training.member import Candidate
from training.score import LEAST_PROBABILITY

ROUNDS = 200
EQUAL_SHARE = 0.5
"""Half of the weight is spread equally: where members tie, data must not silence five of six."""


def weigh(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> tuple[float, ...]:
    """Weigh members by out-of-fold probabilities (m, n, k), or (m, R, n, k), of the truth `y` (n,).

    The weights sum to one.

    Half of the weight is the mixture that gives the truth the highest likelihood, that is, the lowest
    log-loss of the weighted mean (stacking by the logarithmic score: Yao, Vehtari, Simpson, Gelman, 2018),
    found by expectation maximisation, which climbs to the only optimum; the other half is equal.
    """
    truth = probabilities[..., np.arange(len(y)), y].reshape(len(probabilities), -1)
    truth = np.clip(truth, LEAST_PROBABILITY, 1.0)
    weights = np.full(len(truth), 1 / len(truth))
    for _ in range(ROUNDS if truth.size else 0):
        voices = weights[:, None] * truth
        weights = (voices / voices.sum(axis=0)).mean(axis=1)
    mixed = EQUAL_SHARE / len(truth) + (1 - EQUAL_SHARE) * weights
    return tuple(round(float(weight), 4) for weight in mixed)


def combine(
    probabilities: NDArray[np.float64], weights: tuple[float, ...], *, voting: str
) -> NDArray[np.float64]:
    """Combine members' probabilities (m, n, k) into the vote's (n, k), as a fitted VotingClassifier does."""
    if voting == "hard":
        return vote_shares(probabilities.argmax(axis=2).T, weights, n_classes=probabilities.shape[2])
    return np.average(probabilities, axis=0, weights=weights)


def build_vote(chosen: dict[str, Candidate], weights: tuple[float, ...], *, voting: str, seed: int) -> Any:
    """Build the unfitted vote of the chosen candidates, by member."""
    members = [(name, candidate.build(seed=seed)) for name, candidate in chosen.items()]
    return VotingClassifier(members, voting=voting, weights=list(weights))
