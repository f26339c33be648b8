"""What the routes tell of one model."""

from __future__ import annotations

import pytest

from bentos.book import EvaluationShape, ModelShape
from bentos.shape import ProblemShape
from herdbook.registry import publish
from tests.bentos.world import IRIS, World, ask
from tests.fixtures.models import build_small_package


def test_model_is_told_with_its_card_and_reports(world: World) -> None:
    """Its card, when it served, and what was written about it."""
    said = ModelShape.model_validate(ask(world.hall(), "GET", f"/models/{world.tags[0]}").json())

    assert (said.tag, said.generations) == (world.tags[0], [1])
    assert said.card["snapshot"] == world.snapshot.id
    assert said.reports.keys() == {"evaluation", "discovery"}


def test_model_evaluation_is_the_report_as_stored(world: World) -> None:
    """Nothing is taken away from it."""
    said = ask(world.hall(), "GET", f"/models/{world.tags[1]}/evaluation").json()

    EvaluationShape.model_validate(said)
    assert said == {"format": 1, "model": world.tags[1], "snapshot": world.snapshot.id}


@pytest.mark.parametrize("path", ["{}", "{}/evaluation"])
@pytest.mark.parametrize("tag", ["iris:ffffffffffff", "animals:ffffffffffff", "no-tag", "%2e%2e", "é"])
def test_model_unknown_is_missing(world: World, path: str, tag: str) -> None:
    """No other dataset's model, and nothing that is no tag."""
    answer = ask(world.hall(), "GET", "/models/" + path.format(tag))

    assert (answer.status_code, ProblemShape.model_validate(answer.json()).kind) == (404, "ModelMissingError")


def test_model_without_an_evaluation_says_so(world: World) -> None:
    """A model that came without reports is a model all the same."""
    tag = build_small_package(world.folder / "bare", IRIS, card={"note": "bare"})
    publish(world.ledger, world.folder / "bare")

    model = ask(world.hall(), "GET", f"/models/{tag}")
    evaluation = ask(world.hall(), "GET", f"/models/{tag}/evaluation")

    assert (model.status_code, model.json()["reports"]) == (200, {})
    assert (evaluation.status_code, evaluation.json()["kind"]) == (404, "ReportMissingError")
