"""What a new record needs to join a cluster, why others do not, and which records stand for a cluster."""

from __future__ import annotations

import numpy as np

from tests.fixtures.herd import ANIMALS, declare, make_animals
from tests.fixtures.view import LENGTHS, make_blobs, make_view
from training.discover.admission import admission_of_clusters
from training.discover.reason import explain_outliers
from training.discover.typical import most_outlying, outlying_records, typical_records


def test_admission_holds_for_records_drawn_anew() -> None:
    """Of other records within the stated ranges about as many are admitted as the report says."""
    view = make_view(ANIMALS, make_animals(0, 600)[0])
    generator = np.random.default_rng(1)

    for number, admission in enumerate(admission_of_clusters(view)):
        fresh = np.empty((400, len(ANIMALS.features)))
        for place, bound in enumerate(admission["bounds"]):
            if "values" in bound:
                fresh[:, place] = generator.choice(np.array(bound["values"], float), 400)
            else:
                fresh[:, place] = generator.uniform(bound["low"], bound["high"], 400)
        fresh[:, 0] = np.round(fresh[:, 0])
        share = (view.clusters.assign(fresh).cluster == number).mean()

        assert abs(share - admission["share_admitted"]) < 0.1
        assert admission["share_admitted"] > 0.9


def test_admission_lies_inside_the_cluster_in_units() -> None:
    """Ranges are in the features' units, about the centre of each group, and hold most members."""
    view = make_view(LENGTHS, make_blobs((0, 50, 100), (20, 50, 100)))
    long = int(view.cluster[view.frame[:, 0].argmax()])

    admission = admission_of_clusters(view)[long]

    length = admission["bounds"][0]
    assert (length["feature"], length["unit"]) == ("length", "cm")
    assert 16 < length["low"] < 20 < length["high"] < 24
    assert admission["share_of_members_within"] > 0.5
    assert admission["says"].startswith(f"A new record joins cluster {long} with length 1")


def test_admission_says_when_ranges_do_not_tell() -> None:
    """A thin diagonal fills little of any box: the share admitted is low, and the sentence says why."""
    diagonal = np.linspace(0, 100, 400)[:, None] + np.random.default_rng(0).normal(size=(400, 3))
    view = make_view(LENGTHS, np.vstack([diagonal, diagonal + np.array([100, -100, 0])]))

    admission = admission_of_clusters(view)[0]

    assert admission["share_admitted"] < 0.95
    assert "no range alone tells it apart" in admission["says"]


def test_reason_names_the_feature_that_is_far() -> None:
    """A record that is like a group but for its width is an outlier by its width, told in units."""
    frame = np.vstack([make_blobs((0, 0, 0), (40, 0, 0)), [[40, 30, 0]]])
    view = make_view(LENGTHS, frame)
    place = int(most_outlying(view)[0])

    explained = explain_outliers(view, np.array([place]))[0]

    assert place == 300
    assert explained["nearest"]["cluster"] == view.cluster[200]
    assert explained["why"][0]["feature"] == "width"
    assert explained["why"][0]["says"].startswith("width is 30 cm, above the -")


def test_reason_sees_a_combination_of_usual_values() -> None:
    """Every value alone is usual in the only cluster, and the sentence says that together they are not."""
    step = np.linspace(0, 100, 400)
    frame = np.column_stack([step, step + np.random.default_rng(0).normal(size=400), np.zeros(400)])
    view = make_view(LENGTHS, np.vstack([frame, [[20, 80, 0]]]), np.append(np.zeros(400, dtype=np.int64), -1))

    explained = explain_outliers(view, np.array([400]))[0]

    assert "but not with its other values" in explained["why"][0]["says"]


def test_reason_says_missing_and_categories() -> None:
    """Categories and missing values are told by how many of the cluster have them."""
    dataset = declare(
        {"name": "length", "type": "number", "missing": True},
        {"name": "colour", "type": "category", "values": ["red", "green"]},
    )
    frame = np.column_stack([np.tile(np.linspace(0, 1, 50), 2), np.zeros(100)])
    view = make_view(dataset, np.vstack([frame, [[np.nan, 1]]]), np.append(np.zeros(100, dtype=np.int64), -1))

    explained = explain_outliers(view, np.array([100]))[0]

    assert explained["why"][0]["says"] == "colour is green, as in 0% of cluster 0, the nearest"


def test_typical_record_lies_in_the_middle_and_outlying_ones_at_the_edge() -> None:
    """The medoid is near the centre; records are different from one another."""
    frame = make_blobs((0, 0, 0), (40, 0, 0))
    view = make_view(LENGTHS, np.vstack([frame, frame]))

    typical, outlying = typical_records(view, 0), outlying_records(view, 0)

    centre = np.median(view.frame[view.members(0)], axis=0)
    distances = [
        [np.linalg.norm(np.array(list(one["record"].values())) - centre) for one in records]
        for records in (typical, outlying)
    ]
    assert max(distances[0]) < 1.5 < min(distances[1])
    assert len({tuple(one["record"].values()) for one in typical}) == 3
