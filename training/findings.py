"""What a training found out before its last fit: the word between finding, fitting, examining and telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.calibrate import Chosen
from training.check import Check
from training.classic import Classic
from training.discover import Discovery
from training.evaluate import Evaluation
from training.interval import Interval
from training.label import Labels
from training.nested import VOTE
from training.plan import Plan
from training.policy import Shipped
from training.sample import Sample
from training.search import Choice
from training.split import Rows


@dataclass(frozen=True, eq=False)
class Findings:
    """What the steps before the last fit found: all `rows` are fitted then, those of the `sample` scored."""

    checked: Check
    discovery: Discovery
    labels: Labels
    rows: Rows
    sample: Sample
    plan: Plan
    evaluations: Mapping[str, Evaluation]
    shipped: Shipped
    choice: Choice
    calibration: Chosen
    classic: list[Classic]

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation on the inputs that ship."""
        return self.evaluations[self.shipped.inputs]

    @property
    def nested(self) -> NDArray[np.float64]:
        """Out-of-fold probabilities of what ships, calibration included: shape (R, n, k)."""
        return self.evaluation.nested[self.shipped.procedure]

    @property
    def uncalibrated(self) -> NDArray[np.float64]:
        """Out-of-fold probabilities of what ships as they were before calibration: shape (R, n, k)."""
        return self.evaluation.nested[VOTE] if self.shipped.ensemble == VOTE else self.nested

    @cached_property
    def scores(self) -> dict[str, dict[str, dict[str, Interval]]]:
        """Scores by kind of inputs, name and measure; an interval takes a search, so they are kept."""
        y = self.sample.rows.y
        return {inputs: evaluation.scores(y) for inputs, evaluation in self.evaluations.items()}
