"""An RBF support vector machine with sigmoid calibration as operators, in float64.

In float32 a margin of 1e-7 between two classes has the wrong sign, and the vote among pairs of classes jumps
with it by a whole vote.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.svm import SVC

from training.compile.sketch import Sketch, UncompilableError


def write_machine(sketch: Sketch, prepared: str, member: Any) -> str:
    """Write a fitted CalibratedClassifierCV around an SVC; return the name of its probabilities (n, k).

    Raises
    ------
    UncompilableError
        It is built otherwise than `training.member` builds it.
    """
    (fitted, *more), method = member.calibrated_classifiers_, member.method
    machine = fitted.estimator
    if more or method != "sigmoid" or not isinstance(machine, SVC) or machine.kernel != "rbf":
        raise UncompilableError("its calibrated classifier is no RBF machine with one sigmoid")
    slopes = np.array([each.a_ for each in fitted.calibrators])
    offsets = np.array([each.b_ for each in fitted.calibrators])
    margins = _write_margins(sketch, prepared, machine)
    if len(machine.classes_) == 2:
        # libsvm's margin is that of the first class, the sigmoid's that of the second: the signs cancel
        second = sketch.add(
            "Sigmoid", sketch.add("Sub", sketch.add("Mul", margins, slopes[None]), offsets[None])
        )
        return sketch.add("Concat", sketch.add("Sub", np.float64(1.0), second), second, axis=1)
    squashed = sketch.add("Sigmoid", _write_scores(sketch, margins, slopes, offsets))
    return sketch.add("Div", squashed, sketch.add("ReduceSum", squashed, [1], keepdims=1))


def _write_margins(sketch: Sketch, prepared: str, machine: Any) -> str:
    """Write the margins (n, n_pairs) between pairs of classes, libsvm's sign: positive for the first."""
    gamma, vectors = float(machine._gamma), machine.support_vectors_  # noqa: SLF001 - public nowhere
    lengths = (vectors**2).sum(axis=1)
    own = sketch.add("ReduceSumSquare", prepared, [1], keepdims=1)
    square = sketch.add("Add", sketch.add("Gemm", prepared, vectors.T, lengths, alpha=-2.0), own)
    kernel = sketch.add("Exp", sketch.add("Mul", square, np.float64(-gamma)))
    return sketch.add("Gemm", kernel, _pair_weights(machine), np.asarray(machine._intercept_))


def _pair_weights(machine: Any) -> NDArray[np.float64]:
    """Spread libsvm's coefficients, stored by vector and opponent, to a column (n_vectors,) for each pair."""
    ends = np.cumsum(machine.n_support_)
    of = [slice(end - size, end) for size, end in zip(machine.n_support_, ends, strict=True)]
    coefficients = machine._dual_coef_
    pairs = list(combinations(range(len(of)), 2))
    weights = np.zeros((int(ends[-1]), len(pairs)))
    for column, (first, second) in enumerate(pairs):
        weights[of[first], column] = coefficients[second - 1, of[first]]
        weights[of[second], column] = coefficients[first, of[second]]
    return weights


def _write_scores(
    sketch: Sketch, margins: str, slopes: NDArray[np.float64], offsets: NDArray[np.float64]
) -> str:
    """Write what Platt's sigmoid 1 / (1 + exp(slope · score + offset)) is taken of, the sign turned.

    A class's score is scikit-learn's: the pairs that it wins, plus s / (3 (|s| + 1)), s summing its margins.
    """
    n_classes = len(slopes)
    pairs = list(combinations(range(n_classes), 2))
    for_second = np.zeros((len(pairs), n_classes))
    for row, (first, second) in enumerate(pairs):
        for_second[row, first], for_second[row, second] = -1.0, 1.0
    as_first = (for_second == -1.0).sum(axis=0)
    is_second = sketch.cast(sketch.add("Less", margins, np.float64(0.0)), TensorProto.DOUBLE)
    won = sketch.add("Gemm", is_second, -slopes * for_second, -slopes * as_first - offsets)
    within = sketch.add("Softsign", sketch.add("MatMul", margins, -for_second))
    return sketch.add("Add", won, sketch.add("Mul", within, (-slopes / 3.0)[None]))
