"""What Herdbook takes from the insides of BentoML is there, in the form in which it was read."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from bentoml._internal.context import server_context
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from bentos import internals
from bentos.internals import BENTOML, Series, Service, ServiceAppFactory, request_series, split_middlewares
from tests.fixtures.service import ROOT

NAMES = ("_bentoml_impl", "_bentoml_sdk", "bentoml._internal")
ELSEWHERE = {"place.py", "store.py"}
"""They ask BentoML's container where it keeps things."""


def test_internals_are_of_the_installed_version() -> None:
    """Whoever moves to another BentoML reads `bentos/internals.py` again, and then changes this number."""
    assert version("bentoml") == BENTOML


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("__call__", ["self"]),
        ("create_instance", ["self", "app"]),
        ("destroy_instance", ["self", "_"]),
        ("metrics", ["self", "_"]),
        ("api_endpoint_wrapper", ["self", "name", "request"]),
        ("batch_infer", ["self", "name", "input_args", "input_kwargs"]),
    ],
)
def test_internals_factory_has_the_methods_that_we_override(name: str, parameters: list[str]) -> None:
    """They are called by BentoML with these arguments, or stand for what we do instead."""
    assert list(inspect.signature(getattr(ServiceAppFactory, name)).parameters) == parameters


def test_internals_factory_and_service_have_what_we_read() -> None:
    """Properties are properties, and the sources still set the attributes that we use."""
    source = inspect.getsource(ServiceAppFactory)

    assert isinstance(inspect.getattr_static(ServiceAppFactory, "middlewares"), property)
    assert hasattr(ServiceAppFactory, "adaptive_batch_size_hist")
    assert all(f"self.{name}" in source for name in ("_service_instance", "service", "enable_metrics"))
    assert list(inspect.signature(Service.to_asgi).parameters) == ["self", "is_main"]
    assert {"inner", "apis", "inject_config"} <= {*dir(Service), *Service.__annotations__}


def test_internals_server_context_has_the_labels() -> None:
    """BentoML's metrics are labelled from here, when the first request comes."""
    names = ("bento_name", "bento_version", "service_name", "service_routes", "worker_index")

    assert all(hasattr(server_context, name) for name in names)


def test_internals_series_are_made_once_by_bentomls_own_middleware() -> None:
    """Two apps in one process share them, as Prometheus demands."""
    series = request_series("test_internals")

    assert isinstance(series, Series)
    assert request_series("test_internals") is series


@pytest.mark.parametrize(("tracing", "left"), [(True, 2), (False, 1)])
def test_internals_tracing_stays_if_it_is_asked_for(*, tracing: bool, left: int) -> None:
    """Otherwise only what is not BentoML's own bookkeeping stays."""
    stock = (
        internals.RunnerTrafficMetricsMiddleware,
        internals.OpenTelemetryMiddleware,
        CORSMiddleware,
        internals.ContextMiddleware,
    )

    kept = split_middlewares([Middleware(each) for each in stock], tracing=tracing)

    assert len(kept) == left
    assert kept[-1].cls is CORSMiddleware


def test_internals_are_imported_in_one_place() -> None:
    """No other file of the Bento names what BentoML does not promise."""
    found = {
        path.name
        for path in [ROOT / "service.py", *(ROOT / "bentos").rglob("*.py")]
        for line in path.read_text().splitlines()
        if line.startswith(tuple(f"{verb} {name}" for verb in ("from", "import") for name in NAMES))
    }

    assert found == {"internals.py"} | ELSEWHERE
