"""No request to the real service gets an answer that its document does not declare."""

from __future__ import annotations

import json
import os
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
from tests.fixtures.service import ROOT, Packages, Service, environment_of, write_book
from training.line import train

pytestmark = pytest.mark.integration
CASES = 2_000
EXAMPLES = 50
"""So many examples a route make well over 2,000 cases; how many, the seed decides."""

FEWER_CASES = 400
FEWER_EXAMPLES = 10
# with "errors": "inline" a body whose records break their schema is answered with 200, as promised
EXCLUDED = "negative_data_rejection"
HOOKS = "tests.e2e.fuzz_hook"


@pytest.fixture(scope="module")
def flower_service(tmp_path_factory: pytest.TempPathFactory, two_packages: Packages) -> Iterator[Service]:
    """Serve iris by a small model; the trainings that are asked for find no records and end at once."""
    folder = tmp_path_factory.mktemp("flowers")
    (folder / "datasets").mkdir()
    declared = (ROOT / "datasets" / "iris.toml").read_text(encoding="utf-8")
    nowhere = declared.replace('kind = "builtin"\nname = "iris"', 'kind = "csv"\npath = "nowhere.csv"')
    assert nowhere != declared
    (folder / "datasets" / "iris.toml").write_text(nowhere, encoding="utf-8")
    environment = write_book(folder, two_packages).environment
    service = Service(folder, environment | {"HERDBOOK_DATASETS": str(folder / "datasets")})
    try:
        yield service.start()
    finally:
        service.kill()


@pytest.fixture(scope="module")
def animals_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve animals, which have booleans and whole numbers, by a model of one member; nobody may steer."""
    folder = tmp_path_factory.mktemp("animals")
    url = str(folder / "ledger")
    ledger, dataset = open_ledger(url), quick_dataset("animals", members=("k_nearest_neighbors",))
    train(dataset, freeze_animals(ledger), ledger, workdir=folder / "packages")
    environment = environment_of(folder, url, dataset="animals") | {"HERDBOOK_STEERING": "off"}
    service = Service(folder, environment)
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

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": HOOKS, "FUZZED": service.url}

    ended = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stdout[-6_000:]
    said: dict[str, Any] = json.loads(report.read_text())
    assert said["operations"]["tested"] == said["operations"]["total"]
    return said


def test_service_gives_no_undeclared_answer(flower_service: Service, tmp_path: Path) -> None:
    """At least 2,000 cases over the whole document: no 5xx, and no status, type or body undeclared."""
    said = fuzz(flower_service, tmp_path, examples=EXAMPLES)

    assert said["test_cases"]["generated"] >= CASES


def test_service_of_other_types_gives_no_undeclared_answer(animals_service: Service, tmp_path: Path) -> None:
    """The same holds for records of booleans and whole numbers, in fewer cases."""
    said = fuzz(animals_service, tmp_path, examples=FEWER_EXAMPLES)

    assert said["test_cases"]["generated"] >= FEWER_CASES
    assert "Traceback" not in animals_service.output


def test_service_still_answers_after_all_that(flower_service: Service) -> None:
    """Nothing that was sent has left the service in a worse state, and nothing unforeseen was logged."""
    health = httpx.get(f"{flower_service.url}/health", timeout=60)

    assert health.json()["status"] == "ready"
    assert "[ERROR]" not in flower_service.output
    assert "Traceback" not in flower_service.output


def test_service_document_is_valid_for_a_validator(iris_service: Service) -> None:
    """The document is one that an independent tool can read whole."""
    document = httpx.get(f"{iris_service.url}/openapi.json", timeout=60).json()
    script = "import json,sys,schemathesis;s=schemathesis.openapi.from_dict(json.load(sys.stdin));"
    script += "print(len(list(s.get_all_operations())))"

    counted = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(document), capture_output=True, text=True, check=True
    )

    assert int(counted.stdout) == sum(len(methods) for methods in document["paths"].values())
