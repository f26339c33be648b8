"""The app that BentoML serves: its routes, its document, and what of BentoML it stands on."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from bentoml._internal.configuration.containers import BentoMLContainer
from starlette.applications import Starlette
from starlette.routing import Route

from bentos.app import Herd, HerdFactory
from bentos.operation import CONNECTION, GUARDED
from tests.fixtures.service import ROOT, Book

# pydantic deprecates how BentoML 1.4.39 builds the schema of a spec
pytestmark = pytest.mark.filterwarnings("ignore:The `__get_pydantic_core_schema__`:DeprecationWarning")


def import_service(book: Book, monkeypatch: pytest.MonkeyPatch) -> Herd:
    """Import service.py as BentoML does, over a fresh book."""
    for name, value in book.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    spec = importlib.util.spec_from_file_location("service", ROOT / "service.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Herd = module.service
    found.inject_config()
    return found


@pytest.fixture
def herd(book: Book, model_store: Path, monkeypatch: pytest.MonkeyPatch) -> Herd:
    """Give the service of a fresh book."""
    return import_service(book, monkeypatch)


@pytest.fixture
def app(herd: Herd) -> Starlette:
    """Build the app of a worker."""
    return HerdFactory(herd, is_main=True)()


def get(app: Starlette, path: str) -> dict[str, Any]:
    """Ask an app without a server, and give its JSON with its status."""
    sent: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"localhost")]}
    scope |= {"scheme": "http", "query_string": b"", "http_version": "1.1", "root_path": ""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, None, send))  # type: ignore[arg-type]
    return {"status": sent[0]["status"], **json.loads(sent[1]["body"])}


def test_app_document_declares_every_route_and_method(app: Starlette, herd: Herd) -> None:
    """What the live router answers stands in the document, and nothing else does."""
    document = herd.openapi_spec
    routes = {route.path: route.methods for route in app.routes if isinstance(route, Route)}

    declared = {path: {verb.upper() for verb in verbs} for path, verbs in document["paths"].items()}

    assert declared == routes
    assert len(routes) == len(app.routes)


def test_app_document_has_no_loose_ends(herd: Herd) -> None:
    """Every reference leads somewhere, and every operation has a name of its own."""
    document = herd.openapi_spec
    text = json.dumps(document)
    operations = [each for verbs in document["paths"].values() for each in verbs.values()]

    referred = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert referred <= document["components"]["schemas"].keys()
    assert len({each["operationId"] for each in operations}) == len(operations)
    everywhere = {*map(str, (*CONNECTION, *GUARDED))}
    assert all(everywhere <= each["responses"].keys() for each in operations)
    assert all({"200", "202"} & each["responses"].keys() for each in operations)


@pytest.mark.parametrize(("host", "address"), [("127.0.0.2", "127.0.0.2"), ("localhost", "127.0.0.1")])
def test_app_address_is_that_of_the_settings(
    book: Book, model_store: Path, monkeypatch: pytest.MonkeyPatch, host: str, address: str
) -> None:
    """BentoML listens where the settings say, and never on every address by itself."""
    monkeypatch.setenv("HERDBOOK_ALLOWED_HOSTS", '["herd.example"]')
    monkeypatch.setenv("HERDBOOK_HOST", host)
    monkeypatch.setenv("HERDBOOK_PORT", "3999")

    import_service(book, monkeypatch)

    assert (BentoMLContainer.http.host.get(), BentoMLContainer.http.port.get()) == (address, 3999)


def test_app_methods_stay_bentomls(herd: Herd) -> None:
    """The three methods are in BentoML's schema, typed and batched."""
    methods = {method["name"]: method for method in herd.schema()["routes"]}

    batched = {name: method["batchable"] for name, method in methods.items()}

    assert batched == {"predict": True, "predict_one": False, "cluster": True}
    assert "records" in methods["predict"]["input"]["properties"]
    assert "predictions" in methods["predict"]["output"]["properties"]
    assert "sepal_length" in methods["predict_one"]["input"]["properties"]


def test_app_has_no_timer_of_bentoml_left(herd: Herd) -> None:
    """The guard's limits stand for BentoML's, which would answer in another shape."""
    names = [each.cls.__name__ for each in HerdFactory(herd, is_main=True).middlewares]

    assert names[-1] == "Guard"
    assert not {"TimeoutMiddleware", "MaxConcurrencyMiddleware", "AccessLogMiddleware"} & set(names)


def test_app_is_not_ready_without_a_model(app: Starlette) -> None:
    """Before a model is loaded, every route that needs one says so, in our shape."""
    said = [get(app, path) for path in ("/health", "/models/current")]

    assert [(each["status"], each["kind"]) for each in said] == [(503, "NotReadyError")] * 2
