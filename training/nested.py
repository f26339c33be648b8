"""From candidates' answers to nested probabilities: each outer fold chooses, weighs and calibrates anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.calibrate import choose_calibration
from training.engine.fold import Fold
from training.member import Candidate
from training.search import Choice, choose
from training.vote import combine

VOTE, CALIBRATED, SINGLE, MAJORITY = "vote", "calibrated_vote", "best_single", "majority"


@dataclass(frozen=True, eq=False)
class Nested:
    """Nested probabilities by name, shape (R, n, k), and what each outer fold calibrated its vote with."""

    probabilities: dict[str, NDArray[np.float64]]
    calibrations: list[str]


@dataclass(frozen=True, eq=False)
class Answers:
    """What finished candidates answered for one kind of inputs.

    Attributes
    ----------
    outer
        For the labelled rows: shape (m, R, n, k).
    inner
        For the training rows of each outer fold, one after the other: shape (m, rows of all folds, k).
    """

    outer: NDArray[np.float64]
    inner: NDArray[np.float64]


def nest(
    candidates: Sequence[Candidate], answers: Answers, folds: Sequence[Fold], *, voting: str, seed: int
) -> Nested:
    """Let every outer fold choose by the answers from inside its training rows and judge its tests."""
    shape = answers.outer.shape[1:]
    found: dict[str, NDArray[np.float64]] = {}
    calibrations, begin = [], 0
    for fold in folds:
        end = begin + len(fold.outer.y)
        inside = answers.inner[:, begin:end]
        tested = answers.outer[:, fold.repeat, fold.outer.places]
        method, chosen = _decide(candidates, (inside, tested), fold.outer.y, voting=voting, seed=seed)
        for name, probabilities in chosen.items():
            found.setdefault(name, np.zeros(shape))[fold.repeat, fold.outer.places] = probabilities
        calibrations.append(method)
        begin = end
    return Nested(found, calibrations)


def _decide(
    candidates: Sequence[Candidate],
    answers: tuple[NDArray[np.float64], NDArray[np.float64]],
    y: NDArray[np.int64],
    *,
    voting: str,
    seed: int,
) -> tuple[str, dict[str, NDArray[np.float64]]]:
    """Give the chosen calibration and, by name, the probabilities (n_test, k) of an outer fold's tests.

    `answers` are those from inside the training rows (m, n_train, k), by which is chosen, and those of the
    tests (m, n_test, k).
    """
    inside, tested = answers
    choice = choose(candidates, inside, y)
    chosen = {name: tested[place] for name, place in choice.places.items()}
    vote = _vote(choice, tested, voting=voting)
    method, calibrated = "none", vote
    if voting == "soft" and len(np.unique(y)) > 1:
        calibration = choose_calibration(_vote(choice, inside, voting=voting), y, seed=seed).calibration
        method, calibrated = calibration.method, calibration.apply(vote)
    prior = np.bincount(y, minlength=tested.shape[2]) / len(y) if len(y) else 1 / tested.shape[2]
    chosen |= {VOTE: vote, CALIBRATED: calibrated, SINGLE: chosen[choice.single]}
    return method, chosen | {MAJORITY: np.broadcast_to(prior, vote.shape)}


def _vote(choice: Choice, probabilities: NDArray[np.float64], *, voting: str) -> NDArray[np.float64]:
    return combine(probabilities[list(choice.places.values())], choice.weights, voting=voting)
