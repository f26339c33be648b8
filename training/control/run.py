"""All controls, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from herdbook.dataset import Dataset
from training.control import duplicate, group, leak, rarity, rule, shuffled
from training.control.finding import Evidence, Finding
from training.diagnose.heldout import Maker

Check = Callable[[Evidence], Finding]
CONTROLS: tuple[tuple[str, str, Check], ...] = (
    (shuffled.NAME, shuffled.TITLE, shuffled.check_shuffled),
    (duplicate.NAME, duplicate.TITLE, duplicate.check_duplicates),
    (leak.NAME, leak.TITLE, leak.check_leak),
    (rule.NAME, rule.TITLE, rule.check_rule),
    (group.NAME, group.TITLE, group.check_groups),
    (rarity.NAME, rarity.TITLE, rarity.check_rarity),
)
FREE = frozenset({duplicate.NAME, group.NAME, rarity.NAME})
"""Controls that fit nothing at all: they can be run whatever a budget has left."""


def run_controls(  # noqa: PLR0913 - all that an evaluation knows, each by its name
    dataset: Dataset,
    frame: NDArray[np.float64],
    y: NDArray[np.int64],
    classes: Sequence[str],
    *,
    make: Maker,
    probabilities: NDArray[np.float64],
    folds: NDArray[np.int64],
    cluster: NDArray[np.int64],
    seed: int,
    totals: NDArray[np.int64] | None = None,
    only: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Run every control, or `only` those named, on the labelled rows.

    Parameters
    ----------
    frame, y, cluster
        Shapes (n, n_features), (n,), (n,).
    make
        Makes an unfitted pipeline that takes the frame. The control of shuffled labels fits it 40 times,
        to at most 300 rows; two others grow small trees and forests of their own.
    probabilities, folds
        Shapes (R, n, k), (R, n): what the shipped procedure answered about each row while it was held out.
    totals
        How many records of each class the table has, shape (k,), where these rows are a sample of it: each
        finding then begins with how many of how many it is about.

    Returns
    -------
    list[dict[str, Any]]
        For each control `name`, `title`, `passed` (None: could not be judged), `says`, `facts`.
    """
    evidence = Evidence(dataset, frame, y, classes, make, probabilities, folds, cluster, seed, totals)
    with threadpool_limits(1):  # for so few rows, threads cost more than they bring
        return [_run(*one, evidence).to_json() for one in CONTROLS if only is None or one[0] in only]


def _run(name: str, title: str, check: Check, evidence: Evidence) -> Finding:
    """Run one control; data that a pipeline refuses leave it unjudged and do not stop the training."""
    try:
        return _place(check(evidence), evidence)
    except ValueError as error:
        says = f"It could not be judged, for the pipeline refused the data it was given: {error}"
        return Finding(name, title, None, says, {})


def _place(finding: Finding, evidence: Evidence) -> Finding:
    """Say of which records a finding is, where it is not of all: what it did not see it cannot rule out."""
    if evidence.totals is None:
        return finding
    among = f"Among the {len(evidence.y):,} evaluated of {int(evidence.totals.sum()):,} labelled records: "
    return replace(finding, says=among + finding.says)
