"""What BentoML does on every request, layer by layer, and what stands in its place here.

`python -m benchmarks.bentoml_request` prints a table of CPU-microseconds of the event loop's thread, the
least of several rounds; `--write` puts it into `docs/benchmarks/bentoml.md`. Nothing listens on a port.
"""

# ruff: noqa: ARG001, ARG002, ARG005 - who calls gives more than is looked at here

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

BODY = b'{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}'
HEADERS = [
    (b"host", b"127.0.0.1:3000"),
    (b"content-type", b"application/json"),
    (b"content-length", str(len(BODY)).encode()),
]
ROUNDS, AT_ONCE = 7, 64
ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks" / "bentoml.md"
MARK = "<!-- figures -->"

Work = Callable[[], Awaitable[object]]


class Line(NamedTuple):
    """One thing that is done, by whom, and its cost."""

    what: str
    theirs_us: float | None
    ours: str = ""
    ours_us: float | None = None


async def cost_us(work: Work, *, times: int = 1_000, share: int = 1) -> float:
    """Give the CPU-microseconds of this thread for one `work`, or for one of the `share` things in it."""
    for _ in range(times // 10 + 1):
        await work()
    least = float("inf")
    for _ in range(ROUNDS):
        begin = time.thread_time()
        for _ in range(times):
            await work()
        least = min(least, time.thread_time() - begin)
    return least / times / share * 1e6


def scope() -> dict[str, Any]:
    """Make the ASGI scope of one request."""
    peers = {"server": ("127.0.0.1", 3000), "client": ("127.0.0.1", 4000)}
    how = {"type": "http", "method": "POST", "scheme": "http", "http_version": "1.1", "root_path": ""}
    return {**how, **peers, "path": "/predict", "query_string": b"", "headers": list(HEADERS)}


async def receive() -> dict[str, Any]:
    """Give the whole body."""
    return {"type": "http.request", "body": BODY, "more_body": False}


async def send(message: object) -> None:
    """Drop the answer."""


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Answer at once: what is around it is measured."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def layer_us(app: Any) -> float:
    """Give what a layer around the bare app costs."""

    async def whole() -> None:
        await app(scope(), receive, send)

    async def alone() -> None:
        await bare(scope(), receive, send)

    return await cost_us(whole) - await cost_us(alone)


async def measure_layers(context: Any) -> list[Line]:
    """Measure the middlewares."""
    from _bentoml_impl.server.app import ContextMiddleware
    from bentoml._internal.server.http.instruments import RunnerTrafficMetricsMiddleware
    from bentoml._internal.server.http.traffic import TimeoutMiddleware
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

    from bentos.guard import Guard
    from bentos.reply import Reply
    from bentos.tally import Tallies
    from bentos.traffic import Traffic
    from herdbook.settings import Settings

    async def answer(scope: Any) -> Reply:
        return Reply(b"{}")

    traffic = Traffic(bare, tallies=Tallies(), namespace="ours", skip_paths=())
    guard = Guard(bare, settings=Settings(), posts=["/predict"], direct={"/predict": answer})
    stock = RunnerTrafficMetricsMiddleware(bare, namespace="stock")
    silent, excluded = OpenTelemetryMiddleware(bare), OpenTelemetryMiddleware(bare, excluded_urls=".*")
    return [
        Line("metrics of requests", await layer_us(stock), "`Traffic`", await layer_us(traffic)),
        Line("OpenTelemetry, while nobody listens", await layer_us(silent), "left out"),
        Line("the same, with every URL excluded", await layer_us(excluded)),
        Line(
            "a time limit",
            await layer_us(TimeoutMiddleware(bare, 60)),
            "`Guard`: time, size, host, type, id",
            await layer_us(guard),
        ),
        Line("the context of a request", await layer_us(ContextMiddleware(bare, context)), "left out"),
    ]


async def measure_method(service: Any) -> list[Line]:
    """Measure what finds, calls and answers a method."""
    from _bentoml_impl.server.app import ServiceAppFactory
    from starlette.requests import Request

    from bentos.decode import Decoder
    from herdbook.dataset import load_dataset

    factory = ServiceAppFactory(service, is_main=True)
    factory._service_instance = service()  # noqa: SLF001
    decoder = Decoder(load_dataset(ROOT / "datasets" / "iris.toml"), max_records=100)

    async def look_up() -> object:
        return factory._service_instance.one  # noqa: SLF001

    async def media_type() -> object:
        return service.apis["one"].output_spec.mime_type()

    async def endpoint() -> object:
        return await factory.api_endpoint("one", Request(scope(), receive, send))

    async def decode() -> object:
        return decoder.decode(BODY)

    return [
        Line("looking the method up (`inspect.signature`)", await cost_us(look_up), "once"),
        Line(
            "the type of an answer (its schema anew)",
            await cost_us(media_type, times=300),
            "once, at the start",
        ),
        Line(
            "a method that does nothing, with its models of body and answer",
            await cost_us(endpoint, times=300),
            "a body into a frame",
            await cost_us(decode),
        ),
    ]


async def measure_batches(service: Any) -> list[Line]:
    """Measure what it costs to be answered in a batch, by a method that does nothing."""
    import numpy as np
    from _bentoml_impl.server.app import ServiceAppFactory

    from bentos.batching.lane import Lane, Limits
    from bentos.exchange import Decoded, Share, Ticket

    class Model:
        """Stands where a predictor does."""

    factory = ServiceAppFactory(service, is_main=True)
    factory._service_instance = service()  # noqa: SLF001
    limits = Limits(batch_rows=256, waiting_rows=10**6, wait_s=0.01, timeout_s=30.0)
    lane = Lane(
        lambda tickets: [Share(None)] * len(tickets),
        limits,
        threads=ThreadPoolExecutor(1),
        observe=lambda n_rows: None,
    )
    model: Any = Model()
    ticket = Ticket("id", model, Decoded(np.zeros((1, 4)), [None], 1, {}))

    async def theirs() -> object:
        return await factory.batch_infer("many", ([{}],), {})

    async def ours() -> object:
        return await lane.ask(ticket)

    def crowd(one: Work) -> Work:
        return lambda: asyncio.gather(*[one() for _ in range(AT_ONCE)])

    many = {"times": 20, "share": AT_ONCE}
    return [
        Line("a batch of one", await cost_us(theirs, times=200), "`Lane`", await cost_us(ours)),
        Line(
            f"one of {AT_ONCE} in a batch",
            await cost_us(crowd(theirs), **many),
            "`Lane`",
            await cost_us(crowd(ours), **many),
        ),
    ]


def table(lines: Sequence[Line]) -> str:
    """Write the figures as Markdown."""
    head = ["| on every request | BentoML, CPU μs | here | CPU μs |", "| --- | ---: | --- | ---: |"]
    rows = [f"| {one.what} | {_said(one.theirs_us)} | {one.ours} | {_said(one.ours_us)} |" for one in lines]
    return "\n".join([*head, *rows])


def _said(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.1f}" if figure < 10 else f"{figure:.0f}"


async def measure() -> list[Line]:
    """Measure everything."""
    import bentoml
    from bentoml._internal.context import server_context

    @bentoml.service(name="stock")  # type: ignore[untyped-decorator]
    class Stock:
        @bentoml.api  # type: ignore[untyped-decorator]
        async def one(
            self, sepal_length: float, sepal_width: float, petal_length: float, petal_width: float
        ) -> dict:
            return {}

        @bentoml.api(batchable=True)  # type: ignore[untyped-decorator]
        def many(self, items: list[dict]) -> list[dict]:
            return items

    server_context.service_name = server_context.bento_name = "stock"
    server_context.bento_version, server_context.service_routes = "1", ["/predict"]
    Stock.inject_config()
    lines = await measure_layers(Stock.context)
    lines += await measure_method(Stock)
    return lines + await measure_batches(Stock)


def main() -> None:
    """Measure, print, and with `--write` keep the table in the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into the documentation")
    options = parser.parse_args()
    os.environ |= {"PROMETHEUS_MULTIPROC_DIR": tempfile.mkdtemp(), "BENTOML_DO_NOT_TRACK": "True"}
    import uvloop

    found = table(uvloop.run(measure()))
    print(found)
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
        after = rest.partition(MARK)[2]
        PAGE.write_text(f"{before}{MARK}\n\n{found}\n\n{MARK}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
