"""What importing the client brings with it, and what it exports."""

from __future__ import annotations

import inspect
import subprocess
import sys

import herdbook.client
from herdbook.client import AsyncClient, Client
from tests.fixtures.data import ROOT

HEAVY = (
    "sklearn",
    "bentoml",
    "numpy",
    "pandas",
    "pyarrow",
    "polars",
    "narwhals",
    "pydantic",
    "httpx",
    "rich",
)


def test_import_brings_nothing_heavy() -> None:
    """A program that only catches its errors does not wait for a server, a model or a table."""
    code = f"import sys, herdbook.client; print([each for each in {HEAVY} if each in sys.modules])"

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_package_exports_its_public_names() -> None:
    """What is not in `__all__` is nobody's to use, and all in it is there, with a docstring."""
    for name in herdbook.client.__all__:
        assert inspect.getdoc(getattr(herdbook.client, name)), name


def test_both_clients_take_the_same() -> None:
    """The async client has every method of the other, with the same parameters and a docstring."""
    for name, method in inspect.getmembers(Client, inspect.isfunction):
        if not name.startswith("_"):
            other = getattr(AsyncClient, name)
            assert str(inspect.signature(other).parameters) == str(inspect.signature(method).parameters)
            assert inspect.getdoc(other), name
