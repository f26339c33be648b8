"""What is shipped of all that was evaluated, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from training.evaluate import SINGLE, VOTE, Evaluation
from training.score import log_loss


@dataclass(frozen=True)
class Shipped:
    """The inputs and the kind of classifier to ship, and the reason in a sentence each."""

    inputs: str
    ensemble: str
    why: tuple[str, ...]


def decide(dataset: Dataset, evaluations: Mapping[str, Evaluation], y: NDArray[np.int64]) -> Shipped:
    """Follow the dataset's policy; `auto` takes the lower nested log-loss, and the plainer of a tie."""
    wanted = dataset.training
    losses = {
        (inputs, name): log_loss(found.nested[name], y)
        for inputs, found in evaluations.items()
        for name in (VOTE, SINGLE)
    }
    kinds = {"vote": (VOTE,), "single": (SINGLE,), "auto": (SINGLE, VOTE)}[wanted.ensemble]
    inputs = {"on": (FRAME_AND_CLUSTERS,), "off": (FRAME,), "auto": (FRAME, FRAME_AND_CLUSTERS)}[
        wanted.cluster_features
    ]
    best = min(((one, kind) for one in inputs for kind in kinds), key=lambda pair: losses[pair])
    why = (
        _say("ensemble", wanted.ensemble, {kind: losses[best[0], kind] for kind in (VOTE, SINGLE)}),
        _say("cluster_features", wanted.cluster_features, {one: losses[one, best[1]] for one in evaluations}),
    )
    return Shipped(best[0], best[1], why)


def _say(setting: str, value: str, losses: dict[str, float]) -> str:
    measured = ", ".join(f"{name} {loss:.4f}" for name, loss in losses.items())
    return f"the dataset file says {setting} = {value!r}; out-of-fold log-loss: {measured}"
