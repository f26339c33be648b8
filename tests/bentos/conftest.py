"""A model store of the test's own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # pathspec and pydantic deprecate what BentoML 1.4.39 uses while it is imported
    warnings.filterwarnings("ignore", "GitWildMatchPattern", DeprecationWarning)
    warnings.filterwarnings("ignore", "The `__get_pydantic_core_schema__`", DeprecationWarning)
    import _bentoml_impl.server  # noqa: F401
    import bentoml.models  # noqa: F401 - imported here for its warnings

from bentoml._internal.configuration.containers import BentoMLContainer
from bentoml._internal.models import ModelStore


@pytest.fixture
def model_store(tmp_path: Path) -> Iterator[Path]:
    """Let BentoML keep its models in a fresh folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    BentoMLContainer.model_store.set(ModelStore(folder))
    yield folder
    BentoMLContainer.model_store.reset()
