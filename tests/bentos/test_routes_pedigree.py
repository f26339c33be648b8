"""A prediction is followed back to where it came from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bentos.book import PedigreeShape
from herdbook import keys
from herdbook.discovery import KIND
from herdbook.generation import promote
from tests.bentos.world import REASON, World, ask


def pedigree_of(world: World, id: str) -> PedigreeShape:
    """Ask for the pedigree of a prediction."""
    answer = ask(world.hall(), "GET", f"/predictions/{id}/pedigree")
    assert answer.status_code == 200, answer.text
    return PedigreeShape.model_validate(answer.json())


def test_pedigree_leads_from_the_answer_to_the_arrival(world: World) -> None:
    """Record, answer, model, recipe, snapshot, arrival, and who let the model serve."""
    (id_,) = world.log()

    said = pedigree_of(world, id_)

    assert (said.prediction.id, said.model.tag) == (id_, world.tags[0])
    assert (said.model.seed, said.model.effort, said.model.snapshot) == (0, "quick", world.snapshot.id)
    assert said.generation is not None
    assert (said.generation.number, said.generation.why) == (1, "the first model")
    assert said.snapshot is not None
    assert (said.snapshot.id, said.snapshot.n_rows) == (world.snapshot.id, world.snapshot.n_rows)
    assert [(each.source, each.request) for each in said.arrivals or ()] == [("test", {"seed": 0})]


def test_pedigree_names_the_generation_of_that_time(world: World) -> None:
    """A model that served twice was let serve by two persons; which one, the time tells."""
    (first,) = world.log()
    promote(world.ledger, "iris", world.tags[1], who="bob", why="newer")
    promote(world.ledger, "iris", world.tags[0], who="eve", why="older was better")
    (second,) = world.log()
    (before,) = world.log(time_us=1)

    said = [pedigree_of(world, each).generation for each in (first, second, before)]

    assert [each and each.number for each in said] == [1, 3, None]
    assert [each.number for each in pedigree_of(world, first).generations] == [1, 3]


def test_pedigree_has_the_names_of_the_models_clusters(world: World) -> None:
    """What a person called them since stands in it."""
    (id_,) = world.log()
    body = {"report": world.discovery, "names": {"0": "small"}, **REASON}
    ask(world.hall(), "POST", "/discovery/names", json=body)

    assert pedigree_of(world, id_).names == {"0": "small"}


def test_pedigree_of_a_model_that_the_ledger_lacks_is_short(world: World) -> None:
    """A model that came with a Bento may be in no ledger: what is not known is null."""
    (id_,) = world.log(model="iris:ffffffffffff", time_us=time.time_ns() // 1000)

    said = pedigree_of(world, id_)

    assert (said.model.tag, said.model.snapshot) == ("iris:ffffffffffff", None)
    assert (said.generation, said.snapshot, said.arrivals, said.names) == (None, None, None, {})


@pytest.mark.parametrize("body", [None, b'{"format": 99}', b"no JSON"])
def test_pedigree_outlives_the_report_of_the_discovery(world: World, body: bytes | None) -> None:
    """Reports may be retired: the rest is told, and only the discovery itself is missing."""
    (id_,) = world.log()
    path = Path(world.ledger.url) / keys.report("iris", KIND, world.discovery)
    path.unlink()
    if body is not None:
        world.ledger.create(keys.report("iris", KIND, world.discovery), body)

    said = pedigree_of(world, id_)

    assert (said.names, said.model.tag, said.model.seed) == ({}, world.tags[0], 0)
    answer = ask(world.hall(), "GET", "/discovery")
    assert (answer.status_code, answer.json()["kind"]) == (404, "ReportMissingError")


@pytest.mark.parametrize("id_", ["01a201dc-c017-70ac-aa36-073407177de5", "nobody", "%2e%2e"])
def test_pedigree_of_no_prediction_is_missing(world: World, id_: str) -> None:
    """An id that is in no log is a sentence."""
    answer = ask(world.hall(), "GET", f"/predictions/{id_}/pedigree")

    assert (answer.status_code, answer.json()["kind"]) == (404, "PredictionMissingError")
