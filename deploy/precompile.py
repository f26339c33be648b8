"""Compile what a start imports: `PYTHONPYCACHEPREFIX=CACHE python deploy/precompile.py PACKAGE …`.

Every module of the packages is imported, and whatever that loads, the standard library included, is compiled
into the cache. The root of a container is read-only: what is not compiled when its image is built is
compiled again at each start. To compile all that is installed would take three times the room.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import py_compile
import sys
from collections.abc import Iterator
from pathlib import Path

ASIDE = (
    "_bentoml_impl.worker.service",
    "bentoml_cli.serve",
    "skops.io",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)
"""What a start imports besides, or late; a Bento whose model is a graph may come without some of it."""


def modules_of(package: str) -> Iterator[str]:
    """Name a package and all modules in it, but those that run something."""
    folder = importlib.import_module(package).__path__
    yield package
    for found in pkgutil.walk_packages(folder, f"{package}."):
        if not found.name.endswith("__main__"):
            yield found.name


def compile_loaded() -> int:
    """Compile every module that is loaded from a source file; return how many there are."""
    count = 0
    for module in list(sys.modules.values()):
        source, target = getattr(module, "__file__", None), getattr(module, "__cached__", None)
        if source and target and source.endswith(".py") and Path(source).is_file():
            # a compiled file that never looks at its source does not mind the times that a layer gives to it
            unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(source, target, doraise=True, invalidation_mode=unchecked)
            count += 1
    return count


def load(name: str, packages: list[str]) -> None:
    """Import a module, unless it stands on a library that was left out: then no start imports it either."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in packages:
            raise
        sys.stdout.write(f"precompile: {name} is left out, since {error.name} is not installed\n")


def main(packages: list[str]) -> None:
    """Import all modules of the packages, and compile what that loads."""
    sys.path.insert(0, str(Path.cwd()))
    for package in packages:
        for name in modules_of(package):
            load(name, packages)
    for name in ASIDE:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    sys.stdout.write(f"precompile: {compile_loaded()} modules\n")


if __name__ == "__main__":
    main(sys.argv[1:])
