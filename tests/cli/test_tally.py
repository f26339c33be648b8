"""The line about a running service."""

from __future__ import annotations

import httpx
import pytest

from cli.tally import Tally
from tests.cli.conftest import free_port
from tests.fixtures.service import FLOWER, Service


@pytest.mark.integration
def test_tally_says_who_serves_and_how_much_was_answered(iris_service: Service, asked: httpx.Client) -> None:
    """The count is the service's own, over all its workers."""
    tag = asked.post("/predict_one", json=FLOWER).json()["model_used"]

    (said,) = Tally(iris_service.url).read()

    assert said.startswith(f"{tag} (generation 1) serves; ")
    assert int(said.removeprefix(f"{tag} (generation 1) serves; ").split()[0].replace(",", "")) >= 1


def test_tally_of_a_service_that_is_away_is_what_was_said_before() -> None:
    """A service that is too busy to answer is no error."""
    assert Tally(f"http://127.0.0.1:{free_port()}").read() == ()
