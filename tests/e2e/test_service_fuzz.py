"""No request to the real service gets an answer that its document does not declare."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.fixtures.s3_server import program
from tests.fixtures.service import Service

pytestmark = pytest.mark.integration
CASES = 2_000
EXAMPLES = 240
# with "errors": "inline" a body whose records break their schema is answered with 200, as promised
EXCLUDED = "negative_data_rejection"


def test_service_gives_no_undeclared_answer(iris_service: Service, tmp_path: Path) -> None:
    """At least 2,000 cases over the whole document: no 5xx, and no status, type or body undeclared."""
    report = tmp_path / "report.json"
    command = [program("schemathesis"), "run", f"{iris_service.url}/openapi.json", "--workers", "2"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--checks", "all"]
    command += ["--exclude-checks", EXCLUDED, "--report", "json", "--report-json-path", str(report)]

    ended = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)

    said = json.loads(report.read_text())
    assert ended.returncode == 0, ended.stdout[-6_000:]
    assert said["operations"]["tested"] == said["operations"]["total"]
    assert said["test_cases"]["generated"] >= CASES


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
