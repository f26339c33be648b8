"""The peers' environments: each has one of its own, made once from its lock and kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.roster import Contestant
from herdbook.settings import PREFIX

LOCK, ASKED = "requirements.lock", "requirements.in"
LONGEST_S = 1_800
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")
"""Variables that some machines set and that slow NumPy, or each start, down: no server gets them."""

PRIVATE = {
    "BENTOML_DO_NOT_TRACK": "True",
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""Nobody tells anything to anybody outside of the machine."""


def require_python(peer: Contestant, folder: Path) -> Path:
    """Give the Python of a peer's environment, which is made if need be.

    Raises
    ------
    AbsentError
        It cannot be installed here.
    """
    lock = (peer.folder / LOCK).read_bytes()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    place = folder.resolve() / f"{peer.name}-{version}-{hashlib.sha256(lock).hexdigest()[:8]}"
    python = place / "bin" / "python"
    if not (place / "made").is_file():
        shutil.rmtree(place, ignore_errors=True)
        print(f"{peer.title}: its environment is made in {place.name}", file=sys.stderr, flush=True)
        _uv("venv", "--quiet", "--python", sys.executable, str(place))
        asked = str(peer.folder / LOCK)
        _uv("pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), "-r", asked)
        (place / "made").touch()
    return python


def find_versions(peer: Contestant, python: Path) -> dict[str, str]:
    """Tell the versions of what a peer asks for."""
    listed = json.loads(_uv("pip", "list", "--format", "json", "--python", str(python)))
    names = [
        line.partition("[")[0].strip() for line in (peer.folder / ASKED).read_text().splitlines() if line
    ]
    return {each["name"]: each["version"] for each in listed if each["name"] in names}


def server_environment(**more: str) -> dict[str, str]:
    """Give the environment of a server: one thread for each library, nothing that slows it, no settings."""
    given = os.environ.items()
    kept = {name: value for name, value in given if name not in SLOWING and not name.startswith(PREFIX)}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | threads | PRIVATE | more


def _uv(*arguments: str) -> str:
    uv = Path(sys.executable).parent / "uv"
    try:
        done = subprocess.run(
            [str(uv), *arguments], capture_output=True, text=True, check=True, timeout=LONGEST_S
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise AbsentError(f"it cannot be installed here: {said[0] if said else error}") from None
    return done.stdout
