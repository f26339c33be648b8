"""What serves, as every open page asks again and again."""

from __future__ import annotations

import asyncio

import pytest

from herdbook.client import AsyncClient
from tests.client.misbehaving import misbehaving
from ui.beat import Pulse


async def feel(url: str) -> list[str]:
    """Feel the pulse twice at once."""
    async with AsyncClient(url, retries=0) as herd:
        pulse = Pulse(herd)
        return [await pulse.feel(), await pulse.feel()]


@pytest.mark.parametrize(("way", "seen"), [("away", "none"), ("wrong", "away"), ("garbage", "away")])
def test_pulse_tells_a_service_without_a_model_from_one_that_is_away(way: str, seen: str):
    """A service that has nothing to serve answers; all pages together ask it once a second, and cheaply."""
    with misbehaving(way) as server:
        felt = asyncio.run(feel(server.url))

        assert felt == [seen, seen]
        assert [one.path for one in server.asked] == ["/health"]
