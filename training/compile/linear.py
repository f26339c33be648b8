"""Logistic regression as operators: one product and a softmax, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.compile.sketch import Sketch


def write_linear(sketch: Sketch, prepared: str, member: Any) -> str:
    """Write a fitted LogisticRegression and return the name of its probabilities (n, k)."""
    scores = sketch.add("Gemm", prepared, np.asarray(member.coef_.T), np.asarray(member.intercept_))
    if len(member.classes_) > 2:
        return sketch.add("Softmax", scores, axis=1)
    return write_pair(sketch, scores)


def write_pair(sketch: Sketch, scores: str) -> str:
    """Turn the scores (n, 1) of the second of two classes into both probabilities (n, 2)."""
    second = sketch.add("Sigmoid", scores)
    return sketch.add("Concat", sketch.add("Sub", np.float64(1.0), second), second, axis=1)
