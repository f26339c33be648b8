"""No request to the real service gets an answer that its document does not declare."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from herdbook.ledger import open_ledger
from tests.fixtures.models import freeze_animals, quick_dataset
from tests.fixtures.s3_server import program
from tests.fixtures.service import Service, environment_of
from training.line import train

pytestmark = pytest.mark.integration
CASES = 2_000
ROUNDS, EXAMPLES = 2, 100
"""A round of 100 examples a route makes well over 1,000 cases; how many, its seed decides."""

FEWER_CASES = 400
FEWER_EXAMPLES = 40
# with "errors": "inline" a body whose records break their schema is answered with 200, as promised
EXCLUDED = "negative_data_rejection"


@pytest.fixture(scope="module")
def animals_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve animals, which have booleans and whole numbers, by a model of one trained member."""
    folder = tmp_path_factory.mktemp("animals")
    url = str(folder / "ledger")
    ledger, dataset = open_ledger(url), quick_dataset("animals", members=("k_nearest_neighbors",))
    train(dataset, freeze_animals(ledger), ledger, workdir=folder / "packages")
    service = Service(folder, environment_of(folder, url, dataset="animals"))
    try:
        yield service.start()
    finally:
        service.kill()


def fuzz(service: Service, folder: Path, *, examples: int) -> dict[str, Any]:
    """Try the whole document of a service, fail on an undeclared answer, and give the counts."""
    report = folder / "report.json"
    # one worker: on threads CPython 3.11 may lose count of the recursion in `ast.parse` (gh-106905)
    command = [program("schemathesis"), "run", f"{service.url}/openapi.json", "--workers", "1"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--checks", "all"]
    command += ["--exclude-checks", EXCLUDED, "--report", "json", "--report-json-path", str(report)]

    ended = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stdout[-6_000:]
    said: dict[str, Any] = json.loads(report.read_text())
    assert said["operations"]["tested"] == said["operations"]["total"]
    return said


def test_service_gives_no_undeclared_answer(iris_service: Service, tmp_path: Path) -> None:
    """At least 2,000 cases over the whole document: no 5xx, and no status, type or body undeclared."""
    generated = [
        fuzz(iris_service, tmp_path, examples=EXAMPLES)["test_cases"]["generated"] for _ in range(ROUNDS)
    ]

    assert sum(generated) >= CASES


def test_service_of_other_types_gives_no_undeclared_answer(animals_service: Service, tmp_path: Path) -> None:
    """The same holds for records of booleans and whole numbers, in fewer cases."""
    said = fuzz(animals_service, tmp_path, examples=FEWER_EXAMPLES)

    assert said["test_cases"]["generated"] >= FEWER_CASES
    assert "Traceback" not in animals_service.output


def test_service_still_answers_after_all_that(iris_service: Service) -> None:
    """Nothing that was sent has left the service in a worse state, and nothing unforeseen was logged."""
    health = httpx.get(f"{iris_service.url}/health")

    assert health.json()["status"] == "ready"
    assert "[ERROR]" not in iris_service.output
    assert "Traceback" not in iris_service.output


def test_service_document_is_valid_for_a_validator(iris_service: Service) -> None:
    """The document is one that an independent tool can read whole."""
    document = httpx.get(f"{iris_service.url}/openapi.json").json()
    script = "import json,sys,schemathesis;s=schemathesis.openapi.from_dict(json.load(sys.stdin));"
    script += "print(len(list(s.get_all_operations())))"

    counted = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(document), capture_output=True, text=True, check=True
    )

    assert int(counted.stdout) == sum(len(methods) for methods in document["paths"].values())
