"""What GitHub reads is valid, and does not allow more than it must."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.env import EXAMPLE

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
BIN = Path(sys.executable).parent
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = [path for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"]
MAY_WRITE = {
    ("docs", "deploy"): {"pages", "id-token"},
    ("release", "image"): {"id-token", "attestations"},
    ("release", "release"): {"contents"},
}
"""The jobs that may write anything, and what."""


COMPOSED = re.compile(r"docker compose --file deploy/compose\.yaml up .*--wait-timeout \d+ (.*)$", re.M)


def load(path: Path) -> dict[str, Any]:
    """Read a workflow; YAML takes its key `on` for a truth value."""
    workflow: dict[str, Any] = yaml.safe_load(path.read_text())
    return workflow


def run(program: str, *arguments: str) -> None:
    """Run a checker that came with the packages, and fail with what it says."""
    done = subprocess.run([BIN / program, *arguments], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_pass_actionlint() -> None:
    """Syntax, expressions, versions of actions and the shell of every workflow are sound."""
    run("actionlint", *map(str, WORKFLOWS))


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_files_follow_their_schema(schema: str, paths: list[Path]) -> None:
    """Each file is what GitHub expects at its place."""
    assert paths
    run("check-jsonschema", "--builtin-schema", schema, *map(str, paths))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_has_least_permissions(path: Path) -> None:
    """A workflow may read the code; a job that writes is named here."""
    workflow = load(path)

    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        written = {what for what, access in job.get("permissions", {}).items() if access == "write"}
        assert written == MAY_WRITE.get((path.stem, name), set())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_has_one_run_at_a_time(path: Path) -> None:
    """Runs of one branch or one release do not overlap."""
    assert load(path)["concurrency"]["group"]


def test_tests_run_where_promised() -> None:
    """On every Python that the project allows, and on macOS."""
    matrix = load(GITHUB / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    allowed = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert allowed

    assert matrix["python"] == [f"3.{minor}" for minor in range(*map(int, allowed.groups()))]
    assert any(each["os"].startswith("macos") for each in matrix["include"])


def test_every_lock_is_audited() -> None:
    """No lock is left out of the audit."""
    matrix = load(GITHUB / "workflows" / "audit.yml")["jobs"]["audit"]["strategy"]["matrix"]

    assert sorted(matrix["lock"]) == sorted(path.name for path in ROOT.glob("requirements*.lock"))


def test_everything_together_starts_the_store() -> None:
    """Compose starts what is named and what that depends on; nothing depends on a store."""
    services = load(ROOT / "deploy" / "compose.yaml")["services"]
    store = re.search(r"^S3_ENDPOINT=http://(\w+):", EXAMPLE.read_text(), re.M)
    profile = re.search(r"^COMPOSE_PROFILES=(\w+)$", EXAMPLE.read_text(), re.M)
    named = COMPOSED.search((GITHUB / "workflows" / "ci.yml").read_text())
    assert store is not None
    assert profile is not None
    assert named is not None

    started, wanted = set(), named[1].split()
    while wanted:
        started.add(each := wanted.pop())
        wanted += services[each].get("depends_on", ())

    assert {"bucket", "data", "train", "service", "ui", store[1]} <= started
    assert profile[1] in services[store[1]]["profiles"]
