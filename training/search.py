"""The choice among candidates, by their out-of-fold probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.member import Candidate
from training.score import log_loss
from training.vote import weigh

TIE = 1e-9
"""Losses closer than this are equal; the earlier candidate, the plainer one, wins."""


@dataclass(frozen=True)
class Choice:
    """The place of each member's best candidate in the list, their weights, and the best member alone."""

    places: dict[str, int]
    weights: tuple[float, ...]
    single: str


def choose(
    candidates: Sequence[Candidate], probabilities: NDArray[np.float64], y: NDArray[np.int64]
) -> Choice:
    """Choose by the log-loss of out-of-fold probabilities (m, n, k), or (m, R, n, k), of the truth `y` (n,).

    Without any row to judge by, each member's plainest candidate is taken.
    """
    places: dict[str, int] = {}
    losses: dict[str, float] = {}
    for place, candidate in enumerate(candidates):
        loss = log_loss(probabilities[place], y) if len(y) else 0.0
        if loss < losses.get(candidate.member, np.inf) - TIE:
            places[candidate.member], losses[candidate.member] = place, loss
    weights = weigh(probabilities[list(places.values())], y)
    single = min(losses, key=lambda member: (round(losses[member] / TIE), list(losses).index(member)))
    return Choice(places, weights, single)
