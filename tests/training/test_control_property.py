"""Whatever valid table they get, controls and diagnosis answer in plain JSON, the same each time."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from benchmarks.evaluation.plant import Table, answer_at_random, declare, gather
from herdbook.package import FRAME
from training.control import run_controls
from training.diagnose import confusion, learning_curve, permutation_importance
from training.pipeline import build_pipeline

KINDS = ("number", "integer", "boolean", "category", "constant", "empty")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw any table: features of every type, missing values, 2 to 50 classes, rare ones too."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    n = draw(st.integers(8, 120))
    k = draw(st.integers(2, max(2, min(50, n // 4))))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    features, columns = [], []
    for place, kind in enumerate(kinds):
        declared = kind if kind in KINDS[:4] else "number"
        values = ["a", "b", "c", "d"] if kind == "category" else []
        features.append({"name": f"f{place}", "type": declared, "values": values, "missing": True})
        scale = 10.0 ** draw(st.integers(-12, 12))
        column = {
            "number": scale * generator.standard_normal(n),
            "integer": generator.integers(-9, 9, n).astype(float),
            "boolean": generator.integers(0, 2, n).astype(float),
            "category": generator.integers(0, 4, n).astype(float),
            "constant": np.full(n, scale),
            "empty": np.full(n, np.nan),
        }[kind]
        column[generator.random(n) < draw(st.sampled_from([0.0, 0.3]))] = np.nan
        columns.append(column)
    y = generator.integers(0, k, n) ** draw(st.sampled_from([1, 2])) % k
    return Table(
        declare(*features), np.column_stack(columns), y, tuple(f"class {place}" for place in range(k))
    )


def run_all(table: Table, seed: int) -> list[dict[str, Any]]:
    """Run every control and diagnosis."""

    def make() -> Any:
        return build_pipeline(
            table.dataset, DecisionTreeClassifier(max_depth=3, random_state=0), inputs=FRAME
        )

    frame, y = table.frame, table.y
    answers = answer_at_random(table, np.full(len(y), 0.5), seed)
    evidence = gather(table, make=make, seed=seed, probabilities=answers)
    controls = run_controls(
        table.dataset,
        frame,
        y,
        table.classes,
        make=make,
        probabilities=answers,
        folds=evidence.folds,
        cluster=evidence.cluster,
        seed=seed,
    )
    curve = learning_curve(frame, y, make=make, seed=seed, sizes=(0.5, 1.0))
    importance = permutation_importance(table.dataset, frame, y, make=make, seed=seed)
    return [*controls, curve, importance, confusion(answers, y, table.classes)]


# not shrunk, which would take minutes: the seed tells the table
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(tables(), st.integers(0, 2**32 - 1))
def test_any_table_is_answered_in_plain_json(table: Table, seed: int) -> None:
    """No exception, nothing refused, no NaN, a sentence from each, and the same from the same seed."""
    found = run_all(table, seed)

    told = json.dumps(found, allow_nan=False)
    assert all(one["says"] and "refused the data" not in one["says"] for one in found)
    assert json.dumps(run_all(table, seed), allow_nan=False) == told
