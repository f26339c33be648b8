"""Fixtures that several rooms share, each family in a module of its own."""

import pytest

pytest_plugins = [
    "tests.fixtures.data",
    "tests.fixtures.stores",
    "tests.fixtures.models",
    "tests.fixtures.service",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file on one of several workers, and on one worker all that take the session's models."""
    for item in items:
        is_model_user = "trained" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("trained" if is_model_user else str(item.path)))
