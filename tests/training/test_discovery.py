"""The report of a discovery: whole, plain, true to the records, and the same again for the same frame."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from herdbook.dataset import Dataset
from tests.fixtures.herd import ANIMALS, IRIS, declare, make_animals
from training.discover import Discovery, Scale, discover

SCALE = Scale(share=0.05, factor=0.5)
COLOURS = declare(
    {"name": "length", "type": "number", "unit": "cm", "missing": True},
    {"name": "count", "type": "integer", "missing": True},
    {"name": "is_old", "type": "boolean", "missing": True},
    {"name": "colour", "type": "category", "values": ["red", "green", "blue"], "missing": True},
)


@pytest.fixture(scope="module")
def animals() -> Discovery:
    """Discover 1,000 animals."""
    return discover(ANIMALS, make_animals(0, 1_000)[0], scale=SCALE)


def make_colours(n_records: int = 400) -> np.ndarray:
    """Give a frame of three groups that differ in every type of feature, a tenth of it missing."""
    generator = np.random.default_rng(0)
    group = generator.integers(0, 3, n_records)
    length = 10.0 * group + generator.normal(size=n_records)
    frame = np.column_stack([length, 5 * group, group == 1, group]).astype(np.float64)
    frame[generator.random(frame.shape) < 0.1] = np.nan
    return frame


def heaviest(discovery: Discovery) -> dict[str, Any]:
    """Give the report of the cluster of elephants."""
    return max(discovery.report["clusters"], key=lambda one: one["features"]["weight"]["median"])


def test_discovery_counts_every_record(animals: Discovery) -> None:
    """The report is plain JSON, and its clusters and outliers are all records, each once."""
    report = json.loads(json.dumps(animals.report, allow_nan=False))

    assert report["format"] == 2
    assert report["n_clusters"] == len(report["clusters"]) == animals.clusters.n_clusters == 4
    assert report["n_outliers"] == report["outliers"]["n"]
    assert report["n_outliers"] + sum(one["n_records"] for one in report["clusters"]) == 1_000
    assert report["parameters"]["share"] == SCALE.share
    assert all(0 <= one["stability"] <= 1 and one["density"] > 0 for one in report["clusters"])


def test_discovery_prints_the_grid_of_its_choice() -> None:
    """Without a scale one is chosen, and the report has the rule and the whole grid with one row chosen."""
    parameters = discover(ANIMALS, make_animals(0, 300)[0]).report["parameters"]

    assert parameters["rule"]
    assert sum(row["is_chosen"] for row in parameters["grid"]) == 1


def test_discovery_profiles_clusters_in_the_features_units(animals: Discovery) -> None:
    """The heaviest cluster is that of the elephants: kilograms, not standard deviations."""
    weight = heaviest(animals)["features"]["weight"]

    assert weight["unit"] == "kg"
    assert 4_000 < weight["median"] < 5_500
    assert weight["minimum"] < weight["middle_half"][0] < weight["median"] < weight["maximum"]


def test_discovery_gives_the_same_report_again(animals: Discovery) -> None:
    """The same frame, scale and seed give the same report; another seed leaves the clusters as they are."""
    frame = make_animals(0, 1_000)[0]

    again, other = discover(ANIMALS, frame, scale=SCALE), discover(ANIMALS, frame, scale=SCALE, seed=1)

    assert again.report == animals.report
    np.testing.assert_array_equal(other.assignment.columns(), animals.assignment.columns())


def test_discovery_names_records_by_the_rows_it_is_given(animals: Discovery) -> None:
    """Row numbers are those of the caller, and lead to the record that is shown."""
    frame = make_animals(0, 300)[0]
    rows = np.arange(1_000, 1_300)

    report = discover(ANIMALS, frame, scale=SCALE, rows=rows).report

    shown = [one for cluster in report["clusters"] for one in cluster["typical"] + cluster["outlying"]]
    for one in shown + report["outliers"]["most_outlying"]:
        assert one["record"] == ANIMALS.to_records(frame[[one["row"] - 1_000]])[0]
    assert {point[4] for point in report["map"]["points"]} == set(rows.tolist())


def test_discovery_describes_categories_and_missing_values() -> None:
    """Groups that differ in every type of feature are separated by each of them."""
    report = discover(COLOURS, make_colours(), scale=SCALE).report

    assert report["n_clusters"] >= 3
    measures = {one["measure"] for cluster in report["clusters"] for one in cluster["separates"]}
    assert measures >= {"Cliff's delta", "Cramér's V", "risk difference"}


@pytest.mark.parametrize(
    ("dataset", "frame"),
    [
        (IRIS, load_iris().data),
        (ANIMALS, np.ones((3, 5))),
        (ANIMALS, np.ones((1, 5))),
        (ANIMALS, np.full((50, 5), np.nan)),
        (COLOURS, np.column_stack([make_colours()[:, :3] * np.nan, make_colours()[:, 3]])),
    ],
    ids=["iris", "constant", "one", "missing", "categories"],
)
def test_discovery_reports_on_any_frame(dataset: Dataset, frame: np.ndarray) -> None:
    """Small, constant and empty columns are described without an error."""
    report = discover(dataset, frame).report

    assert json.dumps(report, allow_nan=False)
    assert report["n_records"] == len(frame)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_records=st.integers(1, 80),
    scale=st.sampled_from([1e-300, 1e-5, 1.0, 1e150, 1e307]),
    spread=st.sampled_from([0.0, 1e-9, 0.1, 1.0]),
    missing=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_discovery_never_fails(
    seed: int, n_records: int, scale: float, spread: float, missing: float
) -> None:
    """However large, small, equal or absent values are, the report is plain JSON without NaN."""
    generator = np.random.default_rng(seed)
    group = generator.integers(0, 3, n_records)
    length = np.clip(5.0 * group + spread * generator.normal(size=n_records), -17, 17) * scale
    count = np.round(generator.uniform(-(2**53), 2**53, 3))[group]
    frame = np.column_stack([length, count, group == 1, group]).astype(np.float64)
    frame[generator.random(frame.shape) < missing * generator.integers(0, 2, 4)] = np.nan

    report = discover(COLOURS, frame, scale=SCALE).report

    assert json.dumps(report, allow_nan=False)
