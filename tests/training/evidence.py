"""Evidence about planted tables, and all controls run on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from sklearn.naive_bayes import GaussianNB

from benchmarks.evaluation import plant
from herdbook.package import FRAME
from training.control import run_controls
from training.control.finding import Evidence
from training.pipeline import build_pipeline


def gather(table: plant.Table, seed: int = 0) -> Evidence:
    """Gather evidence in which nine in ten answers are right."""
    make = partial(build_pipeline, table.dataset, GaussianNB(), inputs=FRAME)
    return plant.gather(table, make=make, seed=seed)


def run_on(table: plant.Table, **asked: Any) -> list[dict[str, Any]]:
    """Run the controls on the evidence of a table, with what is asked of them besides."""
    evidence = gather(table)
    plain = {
        "make": evidence.make,
        "probabilities": evidence.probabilities,
        "folds": evidence.folds,
        "cluster": evidence.cluster,
        "seed": 0,
    }
    return run_controls(table.dataset, table.frame, table.y, table.classes, **(plain | asked))
