"""Ensembles of trees as operators whose splits are those of scikit-learn to the last bit.

A forest compares float32 values with float64 thresholds, gradient boosting float64 with float64. Both go
through an ensemble of float64: before a forest its inputs are rounded to float32 and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from onnx.helper import make_tensor

from training.compile.linear import write_pair
from training.compile.sketch import ML_DOMAIN, Sketch, UncompilableError

LEAF = -1

MOST_NODES = 2_000_000
"""Beyond this many nodes a graph takes more than a gigabyte to write, and seconds to load."""


@dataclass(frozen=True, eq=False)
class _Tree:
    """A tree of n nodes, whose leaves say `values` (n, k) to the targets from `first` on."""

    left: NDArray[Any]
    right: NDArray[Any]
    feature: NDArray[Any]
    threshold: NDArray[np.float64]
    values: NDArray[np.float64]
    first: int = 0

    def nodes(self, number: int) -> dict[str, NDArray[Any]]:
        """Give the attributes of its nodes, (n,) each, as the tree of that number."""
        n, is_leaf = len(self.left), self.left == LEAF
        return {
            "nodes_treeids": np.full(n, number),
            "nodes_nodeids": np.arange(n),
            "nodes_featureids": np.where(is_leaf, 0, self.feature),
            "nodes_values": np.where(is_leaf, 0.0, self.threshold),
            "nodes_modes": np.where(is_leaf, b"LEAF", b"BRANCH_LEQ"),
            "nodes_truenodeids": np.where(is_leaf, 0, self.left),
            "nodes_falsenodeids": np.where(is_leaf, 0, self.right),
        }

    def leaves(self, number: int) -> dict[str, NDArray[Any]]:
        """Give the attributes of what its leaves say, one entry for each target that is not 0."""
        node, target = np.nonzero((self.values != 0) & (self.left == LEAF)[:, None])
        return {
            "target_treeids": np.full(len(node), number),
            "target_nodeids": node,
            "target_ids": self.first + target,
            "target_weights": self.values[node, target],
        }


def write_forests(sketch: Sketch, prepared: str, forests: Sequence[tuple[Any, float]]) -> str:
    """Write fitted random forests and extra trees, each with its share of the vote, as one ensemble.

    Return the name of the sum of their probabilities (n, k), each times its share.

    Raises
    ------
    UncompilableError
        They are too large.
    """
    trees = [
        _take_tree(estimator.tree_, share=share / len(member.estimators_))
        for member, share in forests
        for estimator in member.estimators_
    ]
    rounded = sketch.cast(sketch.cast(prepared, TensorProto.FLOAT), TensorProto.DOUBLE)
    return _write(sketch, rounded, trees, n_targets=len(forests[0][0].classes_))


def _take_tree(tree: Any, *, share: float) -> _Tree:
    counts = tree.value[:, 0, :]
    said = counts / counts.sum(axis=1, keepdims=True) * share
    return _Tree(tree.children_left, tree.children_right, tree.feature, tree.threshold, said)


def write_boosting(sketch: Sketch, prepared: str, member: Any) -> str:
    """Write a fitted HistGradientBoostingClassifier and return the name of its probabilities (n, k).

    Raises
    ------
    UncompilableError
        It splits on categories, or is too large.
    """
    if member.is_categorical_ is not None:
        raise UncompilableError("its gradient boosting splits on categories")
    n_targets = member.n_trees_per_iteration_
    raw = _write(sketch, prepared, list(_boosted(member)), n_targets=n_targets)
    scores = sketch.add("Add", raw, np.asarray(member._baseline_prediction, dtype=np.float64))  # noqa: SLF001 - public nowhere
    return write_pair(sketch, scores) if n_targets == 1 else sketch.add("Softmax", scores, axis=1)


def _boosted(member: Any) -> Iterable[_Tree]:
    for iteration in member._predictors:  # noqa: SLF001 - public nowhere
        for target, predictor in enumerate(iteration):
            nodes = predictor.nodes
            is_leaf = nodes["is_leaf"].astype(bool)
            left = np.where(is_leaf, LEAF, nodes["left"].astype(np.int64))
            right = nodes["right"].astype(np.int64)
            yield _Tree(
                left, right, nodes["feature_idx"], nodes["num_threshold"], nodes["value"][:, None], target
            )


def _write(sketch: Sketch, inputs: str, trees: Sequence[_Tree], *, n_targets: int) -> str:
    n_nodes = sum(len(tree.left) for tree in trees)
    if n_nodes > MOST_NODES:
        raise UncompilableError(
            f"its trees have {n_nodes:,} nodes, and no more than {MOST_NODES:,} are compiled"
        )
    parts = [tree.nodes(number) | tree.leaves(number) for number, tree in enumerate(trees)]
    attributes = {}
    for name in list(parts[0]):
        values = np.concatenate([part.pop(name) for part in parts])
        if values.dtype == np.float64:
            attributes[f"{name}_as_tensor"] = make_tensor(name, TensorProto.DOUBLE, values.shape, values)
        else:
            attributes[name] = values.tolist()
    said = sketch.add(
        "TreeEnsembleRegressor",
        inputs,
        domain=ML_DOMAIN,
        n_targets=n_targets,
        post_transform="NONE",
        aggregate_function="SUM",
        **attributes,
    )
    return sketch.cast(said, TensorProto.DOUBLE)
