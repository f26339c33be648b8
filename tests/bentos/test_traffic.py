"""Our counting of requests gives the series of BentoML's own."""

from __future__ import annotations

import asyncio
from typing import Any

from prometheus_client import REGISTRY, Metric
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bentos.internals import RunnerTrafficMetricsMiddleware
from bentos.tally import HELD_S, Tallies
from bentos.traffic import MOST_PATHS, OTHER, Traffic

ASKED = ("/predict", "/predict", "/missing", "/livez", "/metrics")
WEBSOCKET = "websocket"


async def respond(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every path, and one of them by 404."""
    status = 404 if scope["path"] == "/missing" else 200
    await PlainTextResponse("hello", status)(scope, receive, send)


async def ask(app: ASGIApp, *paths: str) -> None:
    """Ask for paths, one after the other."""

    async def drop(_: Any) -> None:
        """Take a message and do nothing with it."""

    for path in paths:
        await app({"type": "http", "path": path, "method": "GET", "headers": []}, drop, drop)  # type: ignore[arg-type]


def families(namespace: str) -> dict[str, Metric]:
    """Give the metrics of a namespace, by the rest of their names."""
    found = [each for each in REGISTRY.collect() if each.name.startswith(namespace)]
    return {each.name.removeprefix(namespace): each for each in found if WEBSOCKET not in each.name}


def samples(family: Metric, namespace: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Give the samples of a metric; how long something took, and when it was, counts for nothing here."""
    is_time = family.name.endswith(("seconds", "timestamp_seconds"))
    return {
        (each.name.removeprefix(namespace), frozenset(each.labels.items())): (
            0.0 if is_time and not each.name.endswith("_count") else each.value
        )
        for each in family.samples
        if not each.name.endswith("_created") and each.labels.get("endpoint") != "None"
    }


def test_traffic_series_are_those_of_bentoml() -> None:
    """The same names, kinds, texts, labels, buckets and counts."""
    tallies = Tallies()
    stock = RunnerTrafficMetricsMiddleware(respond, namespace="stock")
    ours = Traffic(
        respond, tallies=tallies, namespace="ours", skip_paths=("/metrics", "/healthz", "/livez", "/readyz")
    )

    asyncio.run(ask(stock, *ASKED))
    asyncio.run(ask(ours, *ASKED))
    tallies.hand_on()

    theirs, said = families("stock"), families("ours")
    assert said.keys() == theirs.keys()
    for name, family in theirs.items():
        assert (said[name].type, said[name].documentation) == (family.type, family.documentation)
        assert samples(said[name], "ours") == samples(family, "stock")


def test_traffic_many_paths_share_one_series() -> None:
    """Who asks for ever new paths does not fill the memory."""
    tallies = Tallies()
    traffic = Traffic(respond, tallies=tallies, namespace="many", skip_paths=())

    asyncio.run(ask(traffic, *[f"/{n}" for n in range(MOST_PATHS + 20)]))
    tallies.hand_on()

    (family,) = (each for name, each in families("many").items() if name == "_request")
    counted = {each.labels["endpoint"]: each.value for each in family.samples if each.name.endswith("_total")}
    assert len(counted) <= MOST_PATHS + 1
    assert counted[OTHER] == 20


def test_tallies_are_handed_on_by_themselves() -> None:
    """Another worker's metrics show what happened a moment later."""

    class Bell:
        """A tally that knows that it was handed on."""

        rung = 0

        def hand_on(self) -> None:
            """Ring."""
            self.rung += 1

    async def go() -> int:
        bell, tallies = Bell(), Tallies()
        tallies.add(bell)
        for _ in range(5):
            tallies.stir()
        await asyncio.sleep(4 * HELD_S)
        return bell.rung

    assert asyncio.run(go()) == 1
