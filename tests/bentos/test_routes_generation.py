"""Promotions and roll-backs over HTTP are those of the book."""

from __future__ import annotations

from typing import Any

import pytest

from bentos.book import GenerationsShape, SteeredShape
from bentos.shape import ProblemShape
from herdbook.generation import list_generations
from tests.bentos.world import REASON, World, ask, ask_many


def champions(world: World) -> list[tuple[int, str, str, str]]:
    """List who was let serve, by whom and why."""
    found = list_generations(world.ledger, "iris")
    return [(each.number, each.champion, each.who, each.why) for each in found]


def test_promotion_writes_a_generation_that_serves(world: World) -> None:
    """The book holds it with its reason, and the same again writes nothing."""
    hall = world.hall()
    body = {"tag": world.tags[1], **REASON}

    said = [SteeredShape.model_validate(ask(hall, "POST", "/promote", json=body).json()) for _ in range(2)]

    assert [(each.number, each.is_new) for each in said] == [(2, True), (2, False)]
    assert champions(world)[1] == (2, world.tags[1], "ada", "it is better")
    hall.serving.look()
    assert hall.serving.require().tag == world.tags[1]


def test_rollback_lets_the_champion_before_serve(world: World) -> None:
    """It is a new generation, and `to` names one by its number."""
    hall = world.hall()
    ask(hall, "POST", "/promote", json={"tag": world.tags[1], **REASON})

    back = ask(hall, "POST", "/rollback", json=REASON).json()
    forth = ask(hall, "POST", "/rollback", json={**REASON, "to": 2}).json()

    assert [(each["number"], each["champion"]) for each in (back, forth)] == [
        (3, world.tags[0]),
        (4, world.tags[1]),
    ]
    assert back["evidence"]["rolled_back_to"] == 1


def test_rollback_from_what_is_no_longer_current_goes_no_further_back(world: World) -> None:
    """Two who see the same page and both roll back go one back, not two."""
    hall = world.hall()
    for tag in (world.tags[1], world.tags[0], world.tags[1]):
        ask(hall, "POST", "/promote", json={"tag": tag, **REASON})

    answers = [ask(hall, "POST", "/rollback", json={**REASON, "from_generation": 4}) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 409]
    assert answers[1].json()["kind"] == "GenerationConflictError"
    assert len(champions(world)) == 5


def test_generations_are_told_newest_first(world: World) -> None:
    """Each with who and why."""
    hall = world.hall()
    ask(hall, "POST", "/promote", json={"tag": world.tags[1], **REASON})

    said = GenerationsShape.model_validate(ask(hall, "GET", "/generations").json())

    assert [each.number for each in said.generations] == [2, 1]
    assert said.generations[0].who == "ada"


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/promote", {"tag": "iris:ffffffffffff", **REASON}, 404, "ModelMissingError"),
        ("/promote", {"tag": "animals:ffffffffffff", **REASON}, 404, "ModelMissingError"),
        ("/promote", REASON, 422, "ParameterError"),
        ("/rollback", REASON, 404, "ModelMissingError"),
        ("/rollback", {**REASON, "to": 9}, 404, "ModelMissingError"),
        ("/rollback", {**REASON, "to": "1"}, 422, "ParameterError"),
        ("/rollback", {**REASON, "from_generation": 2}, 409, "GenerationConflictError"),
        ("/rollback", {**REASON, "from_generation": 0}, 422, "ParameterError"),
        ("/rollback", [], 422, "ParameterError"),
    ],
)
def test_steering_that_is_wrong_writes_nothing(
    world: World, path: str, body: Any, status: int, kind: str
) -> None:
    """A sentence says what is wrong, and nobody else serves."""
    answer = ask(world.hall(), "POST", path, json=body)

    assert (answer.status_code, ProblemShape.model_validate(answer.json()).kind) == (status, kind)
    assert len(champions(world)) == 1


@pytest.mark.parametrize("path", ["/promote", "/rollback", "/discovery/names", "/trainings"])
def test_steering_is_refused_where_it_is_off(world: World, path: str) -> None:
    """Whatever is asked, the answer is how to allow it."""
    answer = ask(world.hall(steering="off"), "POST", path, json={})

    assert (answer.status_code, answer.json()["kind"]) == (403, "SteeringRefusedError")


def test_promotions_at_once_never_share_a_generation(world: World) -> None:
    """Of those that meet, one is written and the others are told to look again."""
    hall = world.hall()
    asked = [("POST", "/promote", {"json": {"tag": world.tags[nth % 2], **REASON}}) for nth in range(12)]

    answers = ask_many(hall, asked)

    new = [each.json()["number"] for each in answers if each.status_code == 200 and each.json()["is_new"]]
    assert len(set(new)) == len(new)
    assert {each.json().get("kind", "") for each in answers} <= {"", "GenerationConflictError"}
    assert {each.status_code for each in answers} <= {200, 409}
    assert [number for number, *_ in champions(world)] == list(range(1, len(new) + 2))
