"""What is served, as a form or a client reads it."""

from __future__ import annotations

import pytest

from bentos.book import DatasetShape
from bentos.hall import Hall
from bentos.routes.dataset import describe
from herdbook.dataset import Dataset
from tests.bentos.world import IRIS, World, ask
from tests.fixtures.herd import ANIMALS
from tests.fixtures.models import dataset_named


def test_dataset_tells_all_that_a_form_needs(world: World) -> None:
    """Features in the file's order, classes of the model that serves, an example that may be sent."""
    said = ask(world.hall(), "GET", "/dataset").json()

    DatasetShape.model_validate(said)
    assert [each["name"] for each in said["features"]] == list(IRIS.feature_names)
    assert said["classes"] == ["setosa", "versicolor", "virginica"]
    IRIS.record_class.model_validate(said["example"])
    assert (said["can_steer"], said["can_train"], said["has_key"]) == (True, True, True)


def test_dataset_is_told_before_there_is_a_model(world: World) -> None:
    """A form can be drawn while the first model is still loaded."""
    answer = ask(Hall(world.settings, IRIS), "GET", "/dataset")

    assert (answer.status_code, answer.json()["classes"]) == (200, [])


@pytest.mark.parametrize(
    ("dataset", "classes"),
    [
        (dataset_named("animals"), ["dog", "chicken", "kangaroo", "elephant"]),
        (
            Dataset.model_validate(
                ANIMALS.declaration() | {"labels": {"from": "clusters", "names": {"0": "small"}}}
            ),
            ["small"],
        ),
    ],
)
def test_dataset_classes_are_those_of_the_file_where_it_names_some(
    dataset: Dataset, classes: list[str]
) -> None:
    """Rules and names of clusters are known before there is a model; its card wins."""
    assert sorted(describe(dataset, {})["classes"]) == sorted(classes)
    assert describe(dataset, {"classes": ["b", "a"]})["classes"] == ["b", "a"]


def test_dataset_bounds_of_whole_numbers_are_whole() -> None:
    """A form that steps by one starts at a whole number."""
    legs = describe(dataset_named("animals"), {})["features"][0]

    assert (legs["type"], legs["minimum"], type(legs["minimum"])) == ("integer", 0, int)


def test_dataset_example_is_the_cards_where_the_file_lacks_one() -> None:
    """A record that is missing a feature is no example."""
    golden = dict.fromkeys(IRIS.feature_names, 1.0)
    bare = IRIS.model_copy(
        update={"features": tuple(each.model_copy(update={"example": None}) for each in IRIS.features)}
    )

    assert describe(bare, {"golden": {"records": [golden]}})["example"] == golden
    assert describe(bare, {})["example"] == {}
