"""The Compose file keeps its promises: hardened, on loopback, without a secret in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.env import EXAMPLE
from herdbook.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = {name: told for name, told in SERVICES.items() if name not in {"bucket", "train"}}
OURS = {name: told for name, told in SERVICES.items() if "build" in told}
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()

each_service = pytest.mark.parametrize("name", SERVICES)


def test_file_follows_the_specification() -> None:
    """It is what Compose expects."""
    command = [
        Path(sys.executable).parent / "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        FILE,
    ]

    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


@each_service
def test_service_is_hardened(name: str) -> None:
    """The root is read-only, and nothing can gain a privilege."""
    told = SERVICES[name]

    assert told["read_only"] is True
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "devices"} & set(told)
    assert any(each.startswith("/tmp:") for each in told["tmpfs"])


@each_service
def test_service_listens_on_loopback_only(name: str) -> None:
    """A port that is published is published to this machine alone."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


def test_only_faces_are_published() -> None:
    """The store and the data service can be reached by containers alone."""
    assert {name for name, told in SERVICES.items() if "ports" in told} == {"service", "ui"}
    assert (
        SERVICES["store"]["networks"]
        == SERVICES["minio"]["networks"]
        == SERVICES["data"]["networks"]
        == ["back"]
    )
    assert COMPOSE["networks"]["back"] == {"internal": True}


@each_service
def test_image_is_pinned(name: str) -> None:
    """No image moves under a name."""
    image = SERVICES[name]["image"]
    tag = image.removesuffix("}").rpartition(":")[2]

    assert re.search(r"\d+\.\d+|\d{4}-\d{2}-\d{2}", tag), image
    assert "latest" not in image


def test_lasting_service_has_health_check() -> None:
    """Whoever waits for a service knows when it is well."""
    for told in LASTING.values():
        assert told["healthcheck"]["test"][0] == "CMD"


def test_settings_are_known() -> None:
    """A variable that Herdbook does not know would be ignored without a word."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    written = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", FILE.read_text() + DOCKERFILE))

    assert written <= known


def test_secrets_have_no_default() -> None:
    """Without a file of secrets nothing starts, and the sentence says how to make it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert set(re.findall(rf"\$\{{{name}[^}}]*\}}", FILE.read_text())) == {
            f"${{{name}:?run python3 deploy/env.py first}}"
        }


def test_variables_are_in_the_example() -> None:
    """Whatever the file asks for can be found in the example."""
    asked = set(re.findall(r"\$\{([A-Z_0-9]+)", FILE.read_text()))
    named = {line.partition("=")[0] for line in EXAMPLE.read_text().splitlines() if not line.startswith("#")}

    assert asked | {"COMPOSE_PROFILES"} == named - {""}


def test_application_runs_as_nobody_else() -> None:
    """Every process of ours runs from the one image, which has its own user."""
    assert set(OURS) == {"bucket", "data", "train", "service", "ui"}
    assert {told["image"] for told in OURS.values()} == {COMPOSE["x-application"]["image"]}
    assert all("user" not in told for told in OURS.values())
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.M) == ["herdbook"]


def test_application_image_keeps_what_it_promises() -> None:
    """Packages by hash, no image that moves, a health check and labels."""
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)

    assert set(bases) == {"docker.io/library/python:${PYTHON}-slim"}
    assert "--require-hashes" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert "org.opencontainers.image.licenses" in DOCKERFILE


def test_application_image_is_of_this_version() -> None:
    """The version stands in three places, and is one."""
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version

    assert f"ARG VERSION={version[1]}\n" in DOCKERFILE
    assert COMPOSE["x-application"]["image"] == f"localhost/herdbook-app:{version[1]}"


def test_application_image_takes_every_room() -> None:
    """What is copied is sent, and every package of ours that runs is copied."""
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.M)
    sources = {source for line in copied for source in line.split()}

    assert {path.partition("/")[0] for path in sent} == {path.partition("/")[0] for path in sources}
    assert all((ROOT / source).exists() for source in sources)
    assert {"bentos", "cli", "data_provider", "herdbook", "pages", "training", "ui"} <= sources
