"""The version of this clone."""

from __future__ import annotations

import tomllib
from importlib import metadata

from cli.child import ROOT


def version() -> str:
    """Return the installed version, or, when nothing is installed, the one that pyproject.toml declares."""
    try:
        return metadata.version("herdbook")
    except metadata.PackageNotFoundError:
        pass
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(declared["project"]["version"])
