"""The real service answers as documented."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bentos.shape import ClustersShape, OneClusterShape, OnePredictionShape, PredictionsShape, ProblemShape
from herdbook.predictor import Predictor
from tests.fixtures.load import wait_until
from tests.fixtures.models import build_small_package, dataset_named, small_frame
from tests.fixtures.s3_server import free_ports
from tests.fixtures.service import FLOWER, Packages, Service, write_book

pytestmark = pytest.mark.integration
IRIS = dataset_named("iris")


def flowers(n: int, *, seed: int = 1) -> list[dict[str, Any]]:
    """Make n valid records of all three groups."""
    records = IRIS.to_records(small_frame(IRIS, seed=seed)[0])
    return [records[place % len(records)] for place in range(n)]


def test_predict_many_equals_the_predictor(asked: httpx.Client, two_packages: Packages) -> None:
    """What is answered is what the model package says, to the last bits that batching may change."""
    records = flowers(50)
    said = Predictor.load(two_packages[0][0], IRIS).predict(IRIS.to_frame(records))

    answer = PredictionsShape.model_validate(asked.post("/predict", json={"records": records}).json())

    assert answer.model == two_packages[0][1]
    assert [each.label for each in answer.predictions] == [said.classes[place] for place in said.label]  # type: ignore[union-attr]
    given = [list(each.probabilities.values()) for each in answer.predictions]  # type: ignore[union-attr]
    assert np.allclose(given, said.probabilities, rtol=0, atol=1e-12)


@pytest.mark.parametrize("path", ["/predict", "/predict_one"])
def test_predict_flat_record_is_answered_flat(asked: httpx.Client, path: str) -> None:
    """One record without anything around it gets one flat answer that echoes its key."""
    answer = asked.post(path, json=FLOWER | {"key": "vase 7"})

    said = OnePredictionShape.model_validate(answer.json())
    assert (said.prediction, said.key) == ("setosa", "vase 7")


def test_cluster_answers_many_and_one(asked: httpx.Client) -> None:
    """Clusters come in the same two forms, and are not logged."""
    many = asked.post("/cluster", json={"records": flowers(3)})
    one = asked.post("/cluster", json=FLOWER)

    assert len(ClustersShape.model_validate(many.json()).clusters) == 3
    OneClusterShape.model_validate(one.json())


def test_predict_inline_errors_stand_in_their_places(asked: httpx.Client) -> None:
    """With inline errors each row is a prediction or an error, and the status is 200."""
    records = [FLOWER, FLOWER | {"petal_width": 99}, FLOWER]

    answer = asked.post("/predict", json={"records": records, "errors": "inline"})

    first, bad, last = answer.json()["predictions"]
    assert (answer.status_code, first["label"], last["label"]) == (200, "setosa", "setosa")
    assert (bad["kind"], bad["faults"][0]["record"], bad["faults"][0]["field"]) == (
        "RecordError",
        1,
        "petal_width",
    )


def test_predict_one_bad_record_refuses_the_request(asked: httpx.Client) -> None:
    """By default one bad record refuses its request, and says which."""
    answer = asked.post("/predict", json={"records": [FLOWER, FLOWER | {"petal_width": "wide"}]})

    problem = ProblemShape.model_validate(answer.json())
    assert (answer.status_code, problem.kind, problem.faults[0].record) == (422, "RecordError", 1)


def test_predict_ten_thousand_records_work_and_one_more_does_not(asked: httpx.Client) -> None:
    """The limit is a number in the answer."""
    whole = asked.post("/predict", json={"records": flowers(10_000)})
    more = asked.post("/predict", json={"records": flowers(10_001)})

    ids = {each["id"] for each in whole.json()["predictions"]}
    assert (whole.status_code, len(ids)) == (200, 10_000)
    assert more.status_code == 413
    assert "10,000 records" in more.json()["error"]


def test_predict_bad_requests_harm_no_others(asked: httpx.Client) -> None:
    """Among 60 requests that wait together, a third of which is wrong, the others are answered rightly."""
    bodies = [FLOWER | ({"petal_width": -1} if place % 3 == 0 else {}) for place in range(60)]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda body: asked.post("/predict", json=body), bodies))

    for place, answer in enumerate(answers):
        assert answer.status_code == (422 if place % 3 == 0 else 200)
        assert place % 3 == 0 or answer.json()["prediction"] == "setosa"


def test_predict_concurrent_requests_get_their_own_answers(asked: httpx.Client) -> None:
    """Requests of all sizes share batches, and each gets the answers to its own records."""
    bodies = [[each | {"key": f"{n}-{place}"} for place, each in enumerate(flowers(n))] for n in range(1, 40)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: asked.post("/predict", json={"records": body}).json(), bodies))

    for body, answer in zip(bodies, answers, strict=True):
        assert [each["key"] for each in answer["predictions"]] == [each["key"] for each in body]


def test_prediction_is_in_the_history(asked: httpx.Client) -> None:
    """What was answered can be found by its id, and by the client's own name."""
    said = asked.post("/predict_one", json=FLOWER | {"key": "found again"}).json()

    row = asked.get(f"/predictions/{said['id']}").json()
    page = asked.get("/predictions", params={"key": "found again", "label": "setosa", "limit": 5}).json()

    assert page["predictions"][0] == row
    assert (row["record"], row["model"], row["confidence"]) == (
        FLOWER,
        said["model_used"],
        said["confidence"],
    )


def test_prediction_unknown_id_is_404(asked: httpx.Client) -> None:
    """An id that nobody was given is not found."""
    answer = asked.get("/predictions/00000000-0000-7000-8000-000000000000")

    assert (answer.status_code, answer.json()["kind"]) == (404, "PredictionMissingError")


def test_models_and_health_name_the_model(asked: httpx.Client, two_packages: Packages) -> None:
    """The card, the list of models and the health agree on who serves."""
    tag = two_packages[0][1]

    listed, current, health = (asked.get(path).json() for path in ("/models", "/models/current", "/health"))

    assert (listed["current"], current["tag"], health["model"]) == (tag, tag, tag)
    assert {each["tag"] for each in listed["models"]} == {each for _, each in two_packages}
    assert current["card"]["golden"]


def test_metrics_count_predictions(asked: httpx.Client) -> None:
    """Our metrics stand beside BentoML's own, in the text that Prometheus reads."""
    asked.post("/predict", json={"records": flowers(30)})

    found = {family.name: family for family in text_string_to_metric_families(asked.get("/metrics").text)}

    answered = sum(sample.value for sample in found["herdbook_predictions"].samples)
    assert answered >= 30
    names = {
        "herdbook_prediction_confidence",
        "herdbook_batch_rows",
        "herdbook_log_depth_rows",
        "herdbook_refusals",
    }
    assert names | {"bentoml_service_request"} <= found.keys()


def test_docs_bring_all_they_need(asked: httpx.Client) -> None:
    """The page works without the internet: nothing in it points elsewhere."""
    page = asked.get("/docs")

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "//" not in page.text.replace("/* it is no JSON */", "")


def test_client_of_bentoml_works(iris_service: Service) -> None:
    """The methods are BentoML's, so its own client, in a process of its own, reaches them."""
    script = f"import bentoml; client = bentoml.SyncHTTPClient({iris_service.url!r}); flower = {FLOWER};"
    script += "print(client.predict(records=[flower])['predictions'][0]['label']);"
    script += "print(client.predict_one(**flower)['prediction']); client.close()"

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["setosa", "setosa"]


def test_large_head_is_refused_by_the_real_server(iris_service: Service) -> None:
    """The server that BentoML starts has our limits on the head of a request."""
    with socket.create_connection(("127.0.0.1", iris_service.port)) as connection:
        connection.settimeout(60)
        for nth in range(10):
            connection.sendall(b"GET / HTTP/1.1\r\n" if nth == 0 else b"x-filler: " + b"x" * 8_000 + b"\r\n")
        said = connection.recv(1_000)

    assert said.startswith(b"HTTP/1.1 431")


def test_service_listens_on_loopback_by_itself(iris_service: Service) -> None:
    """Without a word about the address nothing of it can be reached from another machine."""
    listens = iris_service.listens()

    assert ("127.0.0.1", iris_service.port) in listens
    assert {address for address, _ in listens} == {"127.0.0.1"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback is 127.0.0.1 alone")
@pytest.mark.parametrize("way", ["option", "variable"])
def test_service_address_of_bentoml_wins(
    book: Any, running_service: Callable[..., Service], way: str
) -> None:
    """`--host` and `--port`, and the BENTOML_HOST that an image sets, stand over the settings."""
    (port,) = free_ports(1)
    options = ("--host", "127.0.0.2", "--port", str(port)) if way == "option" else ()
    variables = {"BENTOML_HOST": "127.0.0.2", "BENTOML_PORT": str(port)} if way == "variable" else {}

    service = running_service(
        book.environment | variables, wait=False, command=("-m", "bentoml", "serve", *options)
    )

    wait_until(lambda: ("127.0.0.2", port) in service.listens())


def test_service_is_not_ready_without_a_proven_model(
    tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """While the champion cannot be proven on its golden rows, /readyz is 503 in our shape."""
    folder = tmp_path / "package"
    record, golden = IRIS.to_records(small_frame(IRIS)[0])[:1], {"probabilities": [[0.0, 0.0, 1.0]]}
    tag = build_small_package(folder, IRIS, card={"golden": golden | {"records": record, "cluster": [0]}})
    service = running_service(write_book(tmp_path, ((folder, tag),)).environment, wait=False)

    wait_until(lambda: "still serving nothing" in service.output)
    answers = [httpx.get(service.url + path, timeout=60) for path in ("/readyz", "/health")]
    live = httpx.get(service.url + "/livez", timeout=60)

    assert [answer.status_code for answer in (*answers, live)] == [503, 503, 200]
    assert {ProblemShape.model_validate(answer.json()).kind for answer in answers} == {"NotReadyError"}
