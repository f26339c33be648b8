"""Our Prometheus metrics; BentoML adds up those of all workers and serves them at /metrics beside its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from prometheus_client import Counter, Gauge, Histogram

from bentos.tally import Count, Spread
from herdbook.predictor import Answers

CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
FEW = 16
"""Up to so many answers are counted one by one, which NumPy would take longer to begin with."""

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)

PREDICTIONS = Counter("herdbook_predictions", "Predictions answered", ["model", "label"])
OUTLIERS = Counter("herdbook_outliers", "Predictions of records that lie in no cluster", ["model"])
CONFIDENCE = Histogram(
    "herdbook_prediction_confidence", "Confidence of predictions", ["model"], buckets=CONFIDENCES
)
BATCH_ROWS = Histogram("herdbook_batch_rows", "Records in one batch", ["method"], buckets=BATCHES)
LOG_DEPTH = Gauge(
    "herdbook_log_depth_rows", "Logged predictions that no segment holds yet", multiprocess_mode="livesum"
)
REFUSALS = Counter("herdbook_refusals", "Requests refused, by what was wrong", ["kind", "status"])


class PredictionTally:
    """Counts what one model answers."""

    def __init__(self, model: str, classes: Sequence[str]) -> None:
        self._labels = [Count(PREDICTIONS.labels(model=model, label=label)) for label in classes]
        self._outliers = Count(OUTLIERS.labels(model=model))
        self._confidence = Spread(CONFIDENCE.labels(model=model))

    def count(self, answers: Answers) -> None:
        """Count n answers."""
        if len(answers.label) > FEW:
            for label, n in enumerate(np.bincount(answers.label).tolist()):
                self._labels[label].n += n
            self._confidence.observe_many(answers.confidence)
        else:
            for label, confidence in zip(answers.label.tolist(), answers.confidence.tolist(), strict=True):
                self._labels[label].n += 1
                self._confidence.observe(confidence)
        self._outliers.n += answers.assignment.cluster.tolist().count(-1)

    def hand_on(self) -> None:
        """Give Prometheus what has added up."""
        for count in (*self._labels, self._outliers):
            count.hand_on()
        self._confidence.hand_on()
