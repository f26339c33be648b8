"""All that Herdbook takes from the insides of BentoML's server, for the version in `BENTOML`.

None of it is promised by BentoML. To move to another version, run `tests/bentos/test_internals.py`: it says
what is gone or has another form, and every name there is used nowhere but through this module. (Two public
doors to the container are used beside it: `place.py` asks for the home folder, `store.py` for the models.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from _bentoml_impl.server.app import ContextMiddleware, ServiceAppFactory
from _bentoml_sdk import IODescriptor, Service
from _bentoml_sdk.io_models import IOMixin
from bentoml._internal.context import server_context
from bentoml._internal.server.http.instruments import RunnerTrafficMetricsMiddleware
from bentoml._internal.utils.analytics import usage_stats
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from prometheus_client import Counter, Gauge, Histogram
from starlette.middleware import Middleware

__all__ = ["BENTOML", "IODescriptor", "IOMixin", "Service", "ServiceAppFactory", "usage_stats"]

BENTOML = "1.4.39"
"""The version that all of this was read and tested in."""


class Series(NamedTuple):
    """BentoML's own metrics of requests."""

    duration: Histogram
    total: Counter
    in_progress: Gauge
    last_request: Gauge


def split_middlewares(middlewares: Sequence[Middleware], *, tracing: bool) -> list[Middleware]:
    """Leave out of BentoML's middlewares those that do nothing here, or that something of ours stands for.

    Its metrics are recorded by `bentos.traffic`. Its context holds the request for methods that ask for it,
    and none of ours does. Its tracing costs a fifth of a request also when nobody listens.
    """
    gone: set[Any] = {RunnerTrafficMetricsMiddleware, ContextMiddleware}
    if not tracing:
        gone.add(OpenTelemetryMiddleware)
    return [each for each in middlewares if each.cls not in gone]


def options_of_metrics(middlewares: Sequence[Middleware]) -> Mapping[str, Any] | None:
    """Say how BentoML would set up its metrics of requests; None if they are off."""
    stock: Any = RunnerTrafficMetricsMiddleware
    found = [each.kwargs for each in middlewares if each.cls is stock]
    return found[0] if found else None


@cache
def request_series(namespace: str) -> Series:
    """Make BentoML's metrics of requests, once a process, as its own middleware makes them."""
    nothing: Any = None
    stock = RunnerTrafficMetricsMiddleware(nothing, namespace=namespace)
    stock._setup()  # noqa: SLF001 - so that names, labels and buckets are BentoML's, whatever they are
    return Series(
        stock.metrics_request_duration,
        stock.metrics_request_total,
        stock.metrics_request_in_progress,
        stock.metrics_last_request_timestamp,
    )


def request_labels() -> dict[str, str]:
    """Give the labels that all of them have."""
    return {
        "service_name": server_context.bento_name,
        "service_version": server_context.bento_version,
        "runner_name": str(server_context.service_name),
    }


def batch_labels(service: Service[Any], method: str) -> dict[str, Any]:
    """Give the labels of BentoML's metric of batch sizes."""
    return {
        "runner_name": service.name,
        "worker_index": server_context.worker_index,
        "method_name": method,
        "service_version": server_context.bento_version,
        "service_name": server_context.bento_name,
    }
