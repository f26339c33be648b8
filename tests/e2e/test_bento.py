"""The built Bento: what is in it, and that it serves alone what the source serves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from herdbook.ledger import open_ledger
from herdbook.prediction_log.history import history
from tests.fixtures.models import dataset_named, small_frame
from tests.fixtures.service import FLOWER, ROOT, Book, Packages, Service, environment_of, write_book

pytestmark = pytest.mark.integration
IRIS = dataset_named("iris")
BASE = f"docker.io/library/python:{sys.version_info.major}.{sys.version_info.minor}-slim"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, plain_packages: Packages) -> tuple[Path, Book]:
    """Build the Bento of a book's champion, and give its folder; without a graph it needs most packages."""
    folder = tmp_path_factory.mktemp("bento")
    book = write_book(folder, plain_packages)
    command = [sys.executable, "-m", "bentoml", "build", str(ROOT), "--output", "tag"]
    built = subprocess.run(
        command, env=os.environ | book.environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    name, version = built.stdout.strip().splitlines()[-1].removeprefix("__tag__:").split(":")
    return folder / "bentoml" / "bentos" / name / version, book


@pytest.fixture(scope="module")
def alone(built: tuple[Path, Book], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make an environment of nothing but the Bento's requirements, slimmed like its image."""
    folder = tmp_path_factory.mktemp("alone") / "venv"
    requirements = built[0] / "env" / "python" / "requirements.txt"
    uv = shutil.which("uv")
    subprocess.run([sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), folder], check=True)
    python = str(folder / "bin" / "python")
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    subprocess.run([*install, "--quiet", "--requirement", requirements], check=True)
    deploy = built[0] / "src" / "deploy"
    subprocess.run([python, deploy / "slim.py"], check=True, capture_output=True)
    compiling = [python, deploy / "precompile.py", "bentos", "herdbook"]
    subprocess.run(compiling, env=os.environ | compiled(python), cwd=deploy.parent, check=True)
    return python


def compiled(python: str) -> dict[str, str]:
    """Give the environment in which compiled modules lie beside an environment's folder, as in the image."""
    return {"PYTHONPYCACHEPREFIX": str(Path(python).parents[2] / "compiled"), "PYTHONDONTWRITEBYTECODE": "1"}


def answers(service: Service, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask a service for predictions and clusters, without what is new in every answer."""
    body = {"records": records}
    predictions = httpx.post(f"{service.url}/predict", json=body, timeout=60).json()["predictions"]
    clusters = httpx.post(f"{service.url}/cluster", json=body, timeout=60).json()["clusters"]
    return [{name: each[name] for name in each if name != "id"} for each in predictions] + clusters


def test_bento_packs_only_what_is_served(built: tuple[Path, Book]) -> None:
    """No training, no tests, no command line, and no model but the one that it names."""
    source = built[0] / "src"
    files = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    # serving it, as another test does, compiles what is in it
    packed = {path.parts[0] for path in files if "__pycache__" not in path.parts}
    info = yaml.safe_load((built[0] / "bento.yaml").read_text())

    models = [model["tag"] for service in info["services"] for model in service["models"]]

    assert packed == {
        "service.py",
        "bentofile.yaml",
        "bentos",
        "herdbook",
        "datasets",
        "deploy",
        "requirements-serve.lock",
        "requirements-serve-pipeline.lock",
    }
    assert models == [built[1].tags[0]]


def test_bento_image_ships_our_stage(built: tuple[Path, Book]) -> None:
    """BentoML puts our stage where we count on it: after the installing, before the files, user and start."""
    dockerfile = (built[0] / "env" / "docker" / "Dockerfile").read_text()
    installing, shipped = dockerfile.split(f"\nFROM {BASE}\n")

    assert f"FROM {BASE} AS base-container\n" in installing
    order = ["pip install -r", "RUN python src/deploy/slim.py", "deploy/precompile.py"]
    assert sorted(order, key=installing.index) == order
    assert "FROM" not in shipped
    order = ["COPY --from=0", "VOLUME", "HEALTHCHECK", ". ./", "USER bentoml", "ENTRYPOINT ["]
    assert sorted(order, key=shipped.index) == order


def test_bento_image_can_be_reached(built: tuple[Path, Book]) -> None:
    """In a container loopback reaches nobody: the image listens on every address, and nobody can steer it."""
    dockerfile = (built[0] / "env" / "docker" / "Dockerfile").read_text()

    assert "    BENTOML_HOST=0.0.0.0 \\\n" in dockerfile
    assert "    HERDBOOK_STEERING=off\n" in dockerfile


def test_bento_pins_by_hash(built: tuple[Path, Book]) -> None:
    """What the image installs are the locked packages, each with its hashes."""
    lines = (built[0] / "env" / "python" / "requirements.txt").read_text().splitlines()
    pinned = [line for line in lines if "==" in line and not line.startswith("bentoml==")]

    assert len(pinned) > 50
    assert all(line.endswith("\\") for line in pinned)


def test_bento_serves_alone_what_the_source_serves(
    built: tuple[Path, Book], alone: str, tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """In an environment of its own, with an empty ledger, it answers bit for bit as the source does."""
    bento, book = built
    records = IRIS.to_records(small_frame(IRIS, seed=3)[0])
    empty = environment_of(tmp_path, str(tmp_path / "empty"))
    empty |= {"BENTOML_HOME": book.environment["BENTOML_HOME"], **compiled(alone)}
    del empty["HERDBOOK_DATASET"]
    command = ("-I", "-m", "bentoml", "serve", str(bento))

    source = answers(running_service(book.environment | {"HERDBOOK_STATE": str(tmp_path / "other")}), records)
    bare = running_service(empty, python=alone, command=command, cwd=tmp_path)

    assert answers(bare, records) == source
    assert httpx.get(f"{bare.url}/models/current", timeout=60).json()["generation"] == 0


def test_bento_defaults_outlive_it(
    built: tuple[Path, Book], tmp_path: Path, running_service: Callable[..., Service]
) -> None:
    """Without a word about ledger and state, what was answered lies beside the Bento, not within it."""
    bento, book = built
    home = {name: value for name, value in book.environment.items() if name.startswith("BENTOML_")}
    service = running_service(home, command=("-m", "bentoml", "serve", str(bento)), cwd=tmp_path)

    said = httpx.post(f"{service.url}/predict", json=FLOWER, timeout=60).json()
    assert service.stop() == 0

    kept = Path(home["BENTOML_HOME"]) / "herdbook" / ".herdbook"
    page = history(open_ledger(str(kept / "ledger")), kept / "state" / "spool", IRIS)
    assert [row["id"] for row in page.rows] == [said["id"]]
    assert list(bento.rglob(".herdbook")) == []
    assert list(tmp_path.glob(".herdbook")) == []
