"""Discoveries over HTTP: told, drawn on, named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bentos.book import DiscoveryShape, NamedShape, PlacesShape
from bentos.routes.discovery import MOST_PLACING
from bentos.shape import ProblemShape
from herdbook.chart import open_chart
from herdbook.discovery import keep_discovery, read_discovery
from herdbook.ledger import open_ledger
from herdbook.naming import current_naming, list_namings
from tests.bentos.world import IRIS, REASON, World, ask, ask_many, report_of, view_of


def records_of(world: World, n: int) -> list[dict[str, Any]]:
    """Give the first records of the snapshot."""
    return IRIS.to_records(world.view.frame[:n])


def test_discovery_is_that_of_the_model_that_answers(world: World) -> None:
    """Unless a model or a report is named, whole or by its first digits."""
    hall = world.hall()
    other = ask(hall, "GET", f"/models/{world.tags[1]}").json()["reports"]["discovery"]

    paths = ("", f"?model={world.tags[1]}", f"?report={other[:8]}", "?report=latest")
    said = [ask(hall, "GET", "/discovery" + path).json() for path in paths]

    assert [each["report"] for each in said] == [world.discovery, other, other, other]
    assert DiscoveryShape.model_validate(said[0]).names == {}
    assert said[0]["map"] == report_of(world.view)["map"]


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("model=iris:ffffffffffff", 404, "ModelMissingError"),
        ("model=animals:ffffffffffff", 404, "ModelMissingError"),
        ("report=ffffffff", 404, "ReportMissingError"),
        ("report=../../x", 404, "ReportMissingError"),
        ("colour=red", 422, "ParameterError"),
    ],
)
def test_discovery_that_is_not_there_is_told(world: World, query: str, status: int, kind: str) -> None:
    """A sentence says what there is not."""
    answer = ask(world.hall(), "GET", f"/discovery?{query}")

    assert (answer.status_code, ProblemShape.model_validate(answer.json()).kind) == (status, kind)


def test_discovery_of_another_model_is_not_taken_for_this_ones(world: World) -> None:
    """Model and report both hold if both are given."""
    path = f"/discovery?model={world.tags[1]}&report={world.discovery}"

    assert ask(world.hall(), "GET", path).status_code == 404


def test_places_of_the_snapshots_records_are_those_of_the_map(world: World) -> None:
    """A record that is placed again lies where the map shows it, in the same cluster."""
    shown = report_of(world.view)["map"]["points"]
    records = IRIS.to_records(world.view.frame[[row for *_, row in shown]])

    said = PlacesShape.model_validate(
        ask(world.hall(), "POST", "/discovery/place", json={"records": records}).json()
    )

    assert said.report == world.discovery
    placed = [[each.x, each.y, each.cluster, round(each.outlier_score, 4)] for each in said.points]
    np.testing.assert_allclose(placed, [point[:4] for point in shown], atol=1.1e-4)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(frame=arrays(np.float64, (30, 4), elements=st.floats(0, 10, width=32)))
def test_chart_of_any_records_places_them_where_the_map_does(
    frame: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever was discovered: what is stored of the map is what it was drawn with."""
    ledger, view = open_ledger(str(tmp_path_factory.mktemp("ledger"))), view_of(frame)
    report = report_of(view)
    kept = read_discovery(ledger, "iris", keep_discovery(ledger, IRIS, report, view.clusters))

    placed = open_chart(ledger, IRIS, kept).place(frame)

    shown = {point[4]: point[:2] for point in report["map"]["points"]}
    np.testing.assert_allclose([placed[row] for row in shown], list(shown.values()), atol=1.1e-4)


def test_place_far_from_all_is_no_cluster(world: World) -> None:
    """A new record may be an outlier, and it is told."""
    far = {**records_of(world, 1)[0], "petal_width": 10.0}

    (point,) = ask(world.hall(), "POST", "/discovery/place", json={"records": [far]}).json()["points"]

    assert (point["cluster"], point["outlier"]) == (-1, True)


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({}, 422, "ParameterError", "records"),
        ({"records": {}}, 422, "ParameterError", "records"),
        ({"records": [{}]}, 422, "RecordError", "sepal_length"),
        ({"records": [7]}, 422, "RecordError", None),
        ({"records": [], "errors": "inline"}, 422, "ParameterError", "errors"),
    ],
)
def test_place_of_what_is_no_record_is_told(
    world: World, body: Any, status: int, kind: str, field: str | None
) -> None:
    """In the words that a prediction would be refused with."""
    answer = ask(world.hall(), "POST", "/discovery/place", json=body)

    problem = ProblemShape.model_validate(answer.json())
    assert (answer.status_code, problem.kind, problem.faults[0].field) == (status, kind, field)


def test_place_of_too_many_records_is_refused(world: World) -> None:
    """The limit is that of a prediction."""
    body = {"records": records_of(world, 3)}

    assert ask(world.hall(max_records=2), "POST", "/discovery/place", json=body).status_code == 413


def test_place_refuses_when_too_much_waits(world: World) -> None:
    """Many at once are told to come back, and nothing else waits for those inside."""
    body = {"json": {"records": records_of(world, 2)}}

    answers = ask_many(world.hall(), [("POST", "/discovery/place", body)] * (MOST_PLACING + 4))

    statuses = [each.status_code for each in answers]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) >= MOST_PLACING


def test_place_on_a_map_of_before_says_what_to_do(world: World) -> None:
    """A report without the whole axes is told from a failure."""
    report = report_of(world.view)
    old = {name: value for name, value in report["map"].items() if name not in {"centre", "components"}}
    name = keep_discovery(world.ledger, IRIS, report | {"map": old}, world.view.clusters)

    body = {"report": name[:12], "records": records_of(world, 1)}
    answer = ask(world.hall(), "POST", "/discovery/place", json=body)

    assert (answer.status_code, answer.json()["kind"]) == (409, "DiscoveryOutdatedError")
    assert "discover again with `herdbook discover`" in answer.json()["error"]


def test_names_are_written_and_told(world: World) -> None:
    """A name holds from then on, with who gave it and why; blanks about it are none."""
    hall = world.hall()
    body = {"report": world.discovery[:8], "names": {"1": " iris "}, **REASON}

    said = NamedShape.model_validate(ask(hall, "POST", "/discovery/names", json=body).json())

    assert (said.report, said.names, said.number) == (world.discovery, {"1": "iris"}, 1)
    assert ask(hall, "GET", "/discovery").json()["names"] == {"1": "iris"}
    naming = current_naming(world.ledger, "iris")
    assert naming is not None
    assert (naming.who, naming.why) == ("ada", "it is better")


@pytest.mark.parametrize(
    ("changed", "status", "kind"),
    [
        ({"names": {"99": "iris"}}, 409, "NamingError"),
        ({"names": {"1": "cluster-0"}}, 409, "NamingError"),
        ({"names": {}}, 422, "ParameterError"),
        ({"report": "ffffffff"}, 404, "ReportMissingError"),
    ],
)
def test_names_that_mislead_are_refused(
    world: World, changed: dict[str, Any], status: int, kind: str
) -> None:
    """Nothing is written then."""
    body = {"report": world.discovery, "names": {"1": "iris"}, **REASON} | changed

    answer = ask(world.hall(), "POST", "/discovery/names", json=body)

    assert (answer.status_code, answer.json()["kind"]) == (status, kind)
    assert list_namings(world.ledger, "iris") == []
