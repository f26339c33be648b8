"""The search: every candidate of every member fitted on one split, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def fit_candidates(
    candidates: Sequence[Candidate],
    train: tuple[NDArray[np.float64], NDArray[np.int64]],
    test: NDArray[np.float64],
    *,
    seed: int,
    tick: Callable[[], None],
) -> NDArray[np.float64]:
    """Fit each of m candidates on `train` and give its probabilities of `test`, shape (m, n_test, k).

    `tick` is called after each fit, and may raise to stop the search.
    """
    found = []
    for candidate in candidates:
        fitted = candidate.build(seed=seed).fit(*train)
        found.append(fitted.predict_proba(test))
        tick()
    return np.stack(found)


def choose(
    candidates: Sequence[Candidate], probabilities: NDArray[np.float64], y: NDArray[np.int64]
) -> Choice:
    """Choose by the log-loss of out-of-fold probabilities (m, n, k) of the truth `y` (n,)."""
    places: dict[str, int] = {}
    losses: dict[str, float] = {}
    for place, candidate in enumerate(candidates):
        loss = log_loss(probabilities[place], y)
        if loss < losses.get(candidate.member, np.inf) - TIE:
            places[candidate.member], losses[candidate.member] = place, loss
    weights = weigh(probabilities[list(places.values())], y)
    single = min(losses, key=lambda member: (round(losses[member] / TIE), list(losses).index(member)))
    return Choice(places, weights, single)
