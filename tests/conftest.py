"""Fixtures that several rooms share, each family in a module of its own."""

import hypothesis
import pytest

# How long an example takes says more of the machine than of the code: times are for the benchmarks.
hypothesis.settings.register_profile("herdbook", deadline=None)
hypothesis.settings.load_profile("herdbook")

pytest_plugins = [
    "tests.fixtures.group",
    "tests.fixtures.data",
    "tests.fixtures.stores",
    "tests.fixtures.models",
    "tests.fixtures.service",
]


# Minutes each, and a file stays on one worker: begun last, one would be waited for by all others.
LONGEST = ("tests/e2e", "tests/ui", "tests/training", "tests/cli")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file on one of several workers, and on one worker all that take the session's models.

    What takes longest comes first; within that, the order stays random.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            is_model_user = "trained" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("trained" if is_model_user else str(item.path)))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Give the turn of a test, 0 for the first."""
    name = item.nodeid
    return next((turn for turn, folder in enumerate(LONGEST) if name.startswith(folder)), len(LONGEST))
