"""What is shipped of all that was evaluated, and why: the plainer, unless the other is better by evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from training.evaluate import Evaluation
from training.interval import CONFIDENCE
from training.nested import CALIBRATED, MAJORITY, SINGLE, VOTE
from training.paired import BETTER_A, NOT_SHOWN, Paired, compare_paired

PROCEDURES = (SINGLE, CALIBRATED)
INPUTS = (FRAME, FRAME_AND_CLUSTERS)
"""What can ship, the plainer first."""

FIXED = {"single": 0, "vote": 1, "off": 0, "on": 1}
"""Which of the two a value of the dataset file asks for; `auto` asks for none."""

SPOKEN = {
    VOTE: "the vote without calibration",
    CALIBRATED: "the vote",
    SINGLE: "the best single member",
    FRAME: "without cluster features",
    FRAME_AND_CLUSTERS: "with cluster features",
}


@dataclass(frozen=True)
class Contender:
    """One procedure of an evaluation, as a member or the vote, on one kind of inputs."""

    inputs: str
    name: str

    def __str__(self) -> str:
        return f"{SPOKEN.get(self.name, self.name)} {SPOKEN[self.inputs]}"


@dataclass(frozen=True)
class Shipped:
    """What to ship.

    Attributes
    ----------
    inputs, ensemble
        The inputs and the kind of classifier.
    procedure
        Under which name the evaluation scored it: a soft vote ships calibrated.
    why
        The reason of each choice, in a sentence.
    between
        The two pairs that were compared to choose, the plainer first.
    """

    inputs: str
    ensemble: str
    procedure: str
    why: tuple[str, ...]
    between: tuple[tuple[Contender, ...], ...]

    @property
    def contender(self) -> Contender:
        """What ships, as it was evaluated."""
        return Contender(self.inputs, self.procedure)


def decide(dataset: Dataset, evaluations: Mapping[str, Evaluation], y: NDArray[np.int64]) -> Shipped:
    """Follow the dataset's policy; what it leaves open is decided by paired comparison out of fold.

    First the ensemble, on the plainest inputs that may ship, then the inputs for that ensemble. Each time the
    plainer wins unless the log-loss of the other is shown to be lower.
    """
    wanted = dataset.training
    plainest = INPUTS[FIXED.get(wanted.cluster_features, 0)]
    both = [Contender(plainest, name) for name in PROCEDURES]
    ensemble, first = _settle("ensemble", wanted.ensemble, both, _compare(both, evaluations, y))
    kinds = [Contender(kind, ensemble.name) for kind in INPUTS]
    paired = _compare(kinds, evaluations, y)
    shipped, second = _settle("cluster_features", wanted.cluster_features, kinds, paired)
    return Shipped(
        inputs=shipped.inputs,
        ensemble=VOTE if shipped.name == CALIBRATED else SINGLE,
        procedure=shipped.name,
        why=(first, second),
        between=(tuple(both), tuple(kinds)),
    )


def compare_all(
    shipped: Shipped, evaluations: Mapping[str, Evaluation], y: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Compare vote, best single member, both kinds of inputs, and what ships with everybody else.

    The two comparisons that `decide` makes are named beforehand and stand as they are. The others are many,
    so some would show a difference by chance: their p-values are corrected together (Holm, Scandinavian
    Journal of Statistics 6, 1979), and by `p_adjusted` their verdicts are given.
    """
    ours = shipped.contender
    others = [
        Contender(ours.inputs, name) for name in evaluations[ours.inputs].nested if name not in PROCEDURES
    ]
    pairs = [
        *(tuple(Contender(kind, name) for name in PROCEDURES) for kind in INPUTS),
        *(tuple(Contender(kind, name) for kind in INPUTS) for name in PROCEDURES),
        *((other, ours) for other in sorted(others, key=lambda one: one.name == MAJORITY)),
    ]
    compared = {pair: _compare(pair, evaluations, y) for pair in pairs}
    besides = [pair for pair in pairs if pair not in shipped.between]
    corrected = correct_holm([compared[pair].p_value for pair in besides])
    adjusted = dict(zip(besides, corrected, strict=True))
    return [_tell(pair, compared[pair], adjusted.get(pair), n_besides=len(besides)) for pair in pairs]


def correct_holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number by Holm's steps, so that 5 % is the risk of any false claim.

    >>> [round(one, 3) for one in correct_holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    corrected, largest = [0.0] * len(p_values), 0.0
    for step, place in enumerate(sorted(range(len(p_values)), key=lambda one: p_values[one])):
        largest = max(largest, min(1.0, (len(p_values) - step) * p_values[place]))
        corrected[place] = largest
    return corrected


def _tell(
    pair: Sequence[Contender], paired: Paired, adjusted: float | None, *, n_besides: int
) -> dict[str, Any]:
    b, a = pair
    named: dict[str, Any] = {"a": a.name, "b": b.name, "inputs_a": a.inputs, "inputs_b": b.inputs}
    named |= {"is_deciding": adjusted is None, "p_value": paired.p_value, "p_adjusted": adjusted}
    if adjusted is None:
        return paired.to_json(str(a), str(b)) | named
    is_shown = adjusted < 1 - CONFIDENCE
    stricter = replace(paired, p_value=adjusted, verdict=paired.verdict if is_shown else NOT_SHOWN)
    told = stricter.to_json(str(a), str(b))
    return told | named | {"says": f"{told['says']}, corrected for {n_besides} comparisons"}


def _compare(
    pair: Sequence[Contender], evaluations: Mapping[str, Evaluation], y: NDArray[np.int64]
) -> Paired:
    """Compare the second, a, with the first, b, by the folds that both share."""
    plainer, richer = (evaluations[one.inputs].nested[one.name] for one in pair)
    return compare_paired(richer, plainer, y, evaluations[pair[0].inputs].folds)


def _settle(setting: str, value: str, pair: Sequence[Contender], paired: Paired) -> tuple[Contender, str]:
    """Take what the dataset file asks for, else what the evidence prefers; and say why."""
    said = paired.to_json(str(pair[1]), str(pair[0]))["says"]
    if value in FIXED:
        return pair[FIXED[value]], f"the dataset file says {setting} = {value!r}; beside it: {said}"
    chosen = pair[paired.verdict == BETTER_A]
    reason = "it is the plainer, and " if chosen is pair[0] else ""
    return chosen, f"the dataset file leaves {setting} to the evidence; {chosen} ships: {reason}{said}"
