"""What ships: the dataset file's word, else the plainer unless the evidence is against it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from herdbook.package import FRAME, FRAME_AND_CLUSTERS
from tests.fixtures.models import dataset_named
from training.evaluate import Evaluation, Searched
from training.nested import CALIBRATED, MAJORITY, SINGLE, VOTE
from training.policy import compare_all, decide

N = 300
Y = np.arange(N) % 3


def answers(confidence: float, *, seed: int = 0) -> np.ndarray:
    """Answer (1, n, 3) with so much confidence in the truth, a little more or less from row to row."""
    truth, noise = np.eye(3)[Y], np.random.Generator(np.random.PCG64(seed)).normal(size=N)
    said = np.clip(confidence + 0.05 * noise, 0.01, 0.99)[:, None]
    return (truth * said + (1 - truth) * (1 - said) / 2)[None]


def evaluation(*, single: float, vote: float) -> Evaluation:
    """Make the evaluation of procedures that are so confident in the truth."""
    nested = {VOTE: answers(vote - 0.01), CALIBRATED: answers(vote), SINGLE: answers(single, seed=1)}
    folds = (np.arange(N) // 3 % 5)[None]
    searched = Searched([], [], resumed=0, budget_cpu_s=None, spent_cpu_s=0.0)
    every = nested | {MAJORITY: answers(1 / 3)}
    return Evaluation(every, answers(single)[None], folds, ["none"], [], searched, None)


def decide_with(evaluations: dict[str, Evaluation], **policy: Any) -> Any:
    """Decide on iris with a policy."""
    dataset = dataset_named("iris")
    return decide(
        dataset.model_copy(update={"training": dataset.training.model_copy(update=policy)}), evaluations, Y
    )


@pytest.mark.parametrize(
    ("vote", "ensemble"), [(0.5, "best_single"), (0.7, "best_single"), (0.701, "best_single"), (0.9, "vote")]
)
def test_auto_takes_the_vote_only_by_evidence(vote: float, ensemble: str) -> None:
    """The best single member ships unless the vote's log-loss is shown to be lower."""
    found = {kind: evaluation(single=0.7, vote=vote) for kind in (FRAME, FRAME_AND_CLUSTERS)}

    shipped = decide_with(found, ensemble="auto", cluster_features="off")

    assert (shipped.inputs, shipped.ensemble) == (FRAME, ensemble)
    assert "leaves ensemble to the evidence" in shipped.why[0]
    assert ("plainer" in shipped.why[0]) == (ensemble == "best_single")


@pytest.mark.parametrize(("with_clusters", "inputs"), [(0.7, FRAME), (0.9, FRAME_AND_CLUSTERS)])
def test_auto_takes_cluster_features_only_by_evidence(with_clusters: float, inputs: str) -> None:
    """Without them unless they are shown to lower the log-loss of what ships."""
    found = {
        FRAME: evaluation(single=0.7, vote=0.7),
        FRAME_AND_CLUSTERS: evaluation(single=with_clusters, vote=with_clusters),
    }

    shipped = decide_with(found, ensemble="vote", cluster_features="auto")

    assert (shipped.inputs, shipped.ensemble, shipped.procedure) == (inputs, "vote", CALIBRATED)
    assert "cluster features ships" in shipped.why[1]


@pytest.mark.parametrize(("ensemble", "expected"), [("vote", "vote"), ("single", "best_single")])
def test_dataset_file_has_the_last_word(ensemble: str, expected: str) -> None:
    """What the file asks for ships against the evidence, which stands beside it."""
    found = {kind: evaluation(single=0.9, vote=0.5) for kind in (FRAME, FRAME_AND_CLUSTERS)}

    shipped = decide_with(found, ensemble=ensemble, cluster_features="on")

    assert (shipped.inputs, shipped.ensemble) == (FRAME_AND_CLUSTERS, expected)
    assert f"says ensemble = '{ensemble}'" in shipped.why[0]
    assert "the best single member with cluster features is better" in shipped.why[0]


def test_all_pairs_are_compared_by_name() -> None:
    """Vote and member, both inputs, and what ships with the baseline: each difference is a minus b."""
    found = {kind: evaluation(single=0.7, vote=0.9) for kind in (FRAME, FRAME_AND_CLUSTERS)}
    shipped = decide_with(found, ensemble="vote", cluster_features="on")

    pairs = compare_all(shipped, found, Y)

    named = {(pair["a"], pair["inputs_a"], pair["b"], pair["inputs_b"]): pair for pair in pairs}
    assert len(named) == len(pairs)
    against = named[CALIBRATED, FRAME_AND_CLUSTERS, MAJORITY, FRAME_AND_CLUSTERS]
    assert against["verdict"] == "a is better"
    assert against["difference"]["high"] < 0


def test_many_comparisons_are_corrected_but_for_those_that_decide() -> None:
    """The two by which it was decided stand alone; the others' p-values are raised for their number."""
    found = {kind: evaluation(single=0.7, vote=0.72) for kind in (FRAME, FRAME_AND_CLUSTERS)}
    shipped = decide_with(found, ensemble="auto", cluster_features="auto")

    pairs = compare_all(shipped, found, Y)

    deciding = [pair for pair in pairs if pair["is_deciding"]]
    others = [pair for pair in pairs if not pair["is_deciding"]]
    assert [pair["p_adjusted"] for pair in deciding] == [None, None]
    assert all(pair["p_value"] <= pair["p_adjusted"] <= 1 for pair in others)
    assert all((pair["p_adjusted"] < 0.05) == (pair["verdict"] != "no difference shown") for pair in others)
    assert all(f"corrected for {len(others)} comparisons" in pair["says"] for pair in others)
