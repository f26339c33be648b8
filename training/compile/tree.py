"""Ensembles of trees as operators whose splits are those of scikit-learn to the last bit.

A forest compares float32 values with float64 thresholds, gradient boosting float64 with float64. Both go
through an ensemble of float64: before a forest its inputs are rounded to float32 and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from onnx.helper import make_tensor

from training.compile.linear import write_pair
from training.compile.sketch import ML_DOMAIN, Sketch, UncompilableError

LEAF = -1
NODES = ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
LEAVES = ("treeids", "nodeids", "ids", "weights")


@dataclass
class _Ensemble:
    """The attributes of a `TreeEnsembleRegressor`, tree after tree."""

    nodes: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in NODES})
    leaves: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in LEAVES})
    n_trees: int = 0

    def grow(self, tree: _Tree) -> None:
        """Add a tree; its leaf says `values` (n_nodes, k) to the targets from `first` on."""
        n = len(tree.left)
        is_leaf = tree.left == LEAF
        self.nodes["treeids"] += [self.n_trees] * n
        self.nodes["nodeids"] += range(n)
        self.nodes["featureids"] += np.where(is_leaf, 0, tree.feature).tolist()
        self.nodes["values"] += np.where(is_leaf, 0.0, tree.threshold).tolist()
        self.nodes["modes"] += np.where(is_leaf, "LEAF", "BRANCH_LEQ").tolist()
        self.nodes["truenodeids"] += np.where(is_leaf, 0, tree.left).tolist()
        self.nodes["falsenodeids"] += np.where(is_leaf, 0, tree.right).tolist()
        node, target = np.nonzero((tree.values != 0) & is_leaf[:, None])
        self.leaves["treeids"] += [self.n_trees] * len(node)
        self.leaves["nodeids"] += node.tolist()
        self.leaves["ids"] += (tree.first + target).tolist()
        self.leaves["weights"] += tree.values[node, target].tolist()
        self.n_trees += 1


@dataclass(frozen=True, eq=False)
class _Tree:
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    values: NDArray[np.float64]
    first: int = 0


def write_forests(sketch: Sketch, prepared: str, forests: Sequence[tuple[Any, float]]) -> str:
    """Write fitted random forests and extra trees, each with its share of the vote, as one ensemble.

    Return the name of the sum of their probabilities (n, k), each times its share.
    """
    ensemble = _Ensemble()
    for member, share in forests:
        for estimator in member.estimators_:
            tree, counts = estimator.tree_, estimator.tree_.value[:, 0, :]
            said = counts / counts.sum(axis=1, keepdims=True) * (share / len(member.estimators_))
            ensemble.grow(_Tree(tree.children_left, tree.children_right, tree.feature, tree.threshold, said))
    rounded = sketch.cast(sketch.cast(prepared, TensorProto.FLOAT), TensorProto.DOUBLE)
    return _write(sketch, rounded, ensemble, n_targets=len(forests[0][0].classes_))


def write_boosting(sketch: Sketch, prepared: str, member: Any) -> str:
    """Write a fitted HistGradientBoostingClassifier and return the name of its probabilities (n, k).

    Raises
    ------
    UncompilableError
        It splits on categories.
    """
    if member.is_categorical_ is not None:
        raise UncompilableError("its gradient boosting splits on categories")
    ensemble = _Ensemble()
    for tree in _boosted(member):
        ensemble.grow(tree)
    n_targets = member.n_trees_per_iteration_
    raw = _write(sketch, prepared, ensemble, n_targets=n_targets)
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


def _write(sketch: Sketch, inputs: str, ensemble: _Ensemble, *, n_targets: int) -> str:
    attributes: dict[str, Any] = {f"nodes_{name}": values for name, values in ensemble.nodes.items()}
    attributes |= {f"target_{name}": values for name, values in ensemble.leaves.items()}
    for name in ("nodes_values", "target_weights"):
        values = attributes.pop(name)
        attributes[f"{name}_as_tensor"] = make_tensor(name, TensorProto.DOUBLE, [len(values)], values)
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
