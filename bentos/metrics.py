"""Our Prometheus metrics; BentoML adds up those of all workers and serves them at /metrics beside its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from prometheus_client import Counter, Gauge, Histogram

from herdbook.predictor import Answers

CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
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


def count_predictions(model: str, answers: Answers) -> None:
    """Count n predictions of one model at the price of a few."""
    for label, count in enumerate(np.bincount(answers.label).tolist()):
        if count:
            PREDICTIONS.labels(model=model, label=answers.classes[label]).inc(count)
    if outliers := int(answers.assignment.outlier.sum()):
        OUTLIERS.labels(model=model).inc(outliers)
    observe_many(CONFIDENCE.labels(model=model), answers.confidence.tolist())


def observe_many(histogram: Histogram, values: Sequence[float]) -> None:
    """Observe many values with one step per bucket instead of one per value."""
    if len(values) <= len(CONFIDENCES):
        for value in values:
            histogram.observe(value)
        return
    # prometheus_client has no such call; a test compares this with `observe`
    bounds = np.asarray(histogram._upper_bounds)  # noqa: SLF001
    counts = np.bincount(np.searchsorted(bounds, values, side="left"), minlength=len(bounds))
    for bucket, count in zip(histogram._buckets, counts.tolist(), strict=True):  # noqa: SLF001
        if count:
            bucket.inc(count)
    histogram._sum.inc(float(np.sum(values)))  # noqa: SLF001
