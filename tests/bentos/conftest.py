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

from tests.bentos.world import World, build_world


@pytest.fixture
def model_store(tmp_path: Path) -> Iterator[Path]:
    """Let BentoML keep its models in a fresh folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    BentoMLContainer.model_store.set(ModelStore(folder))
    yield folder
    BentoMLContainer.model_store.reset()


@pytest.fixture(scope="session")
def built_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Build a small real world, once."""
    return build_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(built_world: World, model_store: Path, tmp_path: Path) -> World:
    """Give a small real world that a test may change."""
    return built_world.copy(tmp_path / "world")
