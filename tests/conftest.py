"""Fixtures that several rooms share, each family in a module of its own."""

pytest_plugins = [
    "tests.fixtures.data",
    "tests.fixtures.stores",
    "tests.fixtures.models",
    "tests.fixtures.service",
]
