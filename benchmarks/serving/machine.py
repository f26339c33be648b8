"""On what, and of what, figures are: machine, commit, day; a figure without them says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving.environment import SLOWING
from benchmarks.serving.world import ROOT

LIBRARIES = ("bentoml", "numpy", "onnxruntime", "orjson", "pydantic", "starlette", "uvicorn", "uvloop")

MEASURED = ("bentos", "herdbook", "cli", "service.py", "datasets", "benchmarks/serving", "requirements.lock")
"""What is measured: a run that was stopped goes on after a commit of something else."""


def describe_machine() -> dict[str, Any]:
    """Say what machine this is, without naming it."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "unset": [name for name in SLOWING if name in os.environ],
    }


def find_commit(*paths: str) -> str:
    """Say which commit this is, or which last changed some paths; with a mark if files differ from it."""
    last = _git("log", "-1", "--format=%h", "--abbrev=12", "--", *paths) or "unknown"
    return last + ("+" if _git("status", "--porcelain", "--untracked-files=no", "--", *paths) else "")


def our_versions() -> dict[str, str]:
    """Tell the versions of what our service stands on."""
    return {name: version(name) for name in LIBRARIES}


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
