"""Our metrics count what was answered."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram

from bentos import metrics
from bentos.tally import Spread
from herdbook.clusters import Assignment
from herdbook.predictor import Answers


def samples(histogram: Histogram) -> list[tuple[str, str, float]]:
    """List what a histogram says, but for when it was made."""
    (family,) = histogram.collect()
    return [
        (each.name, each.labels.get("le", ""), each.value)
        for each in family.samples
        if not each.name.endswith("_created")
    ]


@given(st.lists(st.sampled_from([*metrics.CONFIDENCES, 0.0, 0.31, 0.97, 0.9999, 1.5]), max_size=60))
def test_observe_many_equals_observe(values: list[float]) -> None:
    """Many values at once give the histogram that they give one by one."""
    many, each = (
        Histogram("h", "h", buckets=metrics.CONFIDENCES, registry=CollectorRegistry()) for _ in range(2)
    )

    spread = Spread(many)
    spread.observe_many(np.array(values))
    spread.hand_on()
    for value in values:
        each.observe(value)

    assert [(name, le) for name, le, _ in samples(many)] == [(name, le) for name, le, _ in samples(each)]
    assert np.allclose([value for *_, value in samples(many)], [value for *_, value in samples(each)])


def test_count_predictions_counts_labels_and_outliers() -> None:
    """A counter a label and model, and one for what lies in no cluster."""
    assignment = Assignment(np.array([0, -1, -1]), np.ones(3), np.zeros(3))
    said = Answers(("cat", "dog"), np.ones((3, 2)) / 2, np.array([1, 1, 0]), np.full(3, 0.5), assignment)

    tally = metrics.PredictionTally("test:000000000000", said.classes)
    tally.count(said)
    tally.hand_on()

    value = metrics.PREDICTIONS.labels(model="test:000000000000", label="dog")._value.get()
    outliers = metrics.OUTLIERS.labels(model="test:000000000000")._value.get()
    assert (value, outliers) == (2.0, 2.0)
