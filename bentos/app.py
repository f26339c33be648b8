"""BentoML's app with a door of ours.

Besides it only `batcher.py`, `specs.py` and `connection.py` stand on the insides of BentoML's server.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

import orjson
from _bentoml_impl.server.app import ServiceAppFactory
from _bentoml_sdk import Service
from bentoml._internal.utils.analytics import usage_stats
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bentos import connection
from bentos.batcher import BentoBatcher, bound_waits
from bentos.decode import build_body_class
from bentos.exchange import Answer, Ticket
from bentos.guard import Guard
from bentos.hall import Hall
from bentos.idempotency.door import LOGGED, key_of, respond_once
from bentos.openapi import SYSTEM, build_document, describe_methods
from bentos.operation import Page
from bentos.refusal import MethodRefusedError, NotReadyError, RouteMissingError
from bentos.routes import Routes
from bentos.steering import with_real_host

REPLACED = frozenset({"index", "assets", "static_content", "openapi-spec"})
"""Names of BentoML's own pages: they load scripts from elsewhere, and ours take their place."""

PR_SET_PDEATHSIG = 1
NO_TRACKING = "BENTOML_DO_NOT_TRACK"


class Herd(Service[Any]):  # type: ignore[misc]  # BentoML has no types
    """A BentoML service whose class has a `hall`, served by our factory."""

    @property
    def hall(self) -> Hall:
        """The hall of the service's class."""
        hall: Hall = self.inner.hall
        return hall

    def to_asgi(self, is_main: bool = True) -> Starlette:
        """Build the app of one worker."""
        die_with_parent()
        connection.install()
        self.inject_config()
        self.hall.settings = with_real_host(self.hall.settings)
        return HerdFactory(self, is_main=is_main)()

    @property
    def openapi_spec(self) -> dict[str, Any]:
        """The document of the routes that a worker serves."""
        self.inject_config()
        factory = HerdFactory(self, is_main=True)
        return factory.document(factory().routes)


class HerdFactory(ServiceAppFactory):  # type: ignore[misc]  # BentoML has no types
    """Builds the app: BentoML's middlewares and methods, our guard, routes, errors and document."""

    def __init__(self, service: Herd, *, is_main: bool) -> None:
        super().__init__(service, is_main=is_main)
        # the guard has limits of its own, which answer in our shape and leave no timer behind
        self.timeout = None
        self.max_concurrency = None
        self.hall = service.hall
        self.hall.batcher = BentoBatcher(self.batch_infer)
        bound_waits(self.dispatchers.values(), longest_s=self.hall.settings.batch_wait_ms / 1_000)
        self._routes = Routes(self.hall)
        self._calls: dict[str, Callable[[Ticket], Awaitable[Answer]]] = {}

    def __call__(self) -> Starlette:
        """Build the app."""
        app: Starlette = super().__call__()
        kept = [route for route in app.routes if getattr(route, "name", "") not in REPLACED]
        app.router.routes = [*kept, *routes_of(self._routes.pages())]
        app.router.redirect_slashes = False
        app.add_exception_handler(HTTPException, _translate)
        self._routes.document = orjson.dumps(self.document(app.routes))
        return app

    @property
    def middlewares(self) -> list[Middleware]:
        """BentoML's, and the guard as the innermost: metrics see what it refuses, nothing passes it by."""
        settings = self.hall.settings
        posts = [method.route for method in self.service.apis.values()]
        posts += [page.path for page in self._routes.pages() if page.method == "POST"]
        inner = [Middleware(Guard, settings=settings, posts=posts)]
        if settings.allowed_origins:
            inner.append(
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.allowed_origins,
                    allow_methods=["GET", "POST"],
                    allow_headers=["Content-Type", "X-Request-ID", "Idempotency-Key"],
                    expose_headers=["X-Request-ID", "Idempotency-Replayed", "Retry-After"],
                )
            )
        return [*super().middlewares, *inner]

    def document(self, routes: list[BaseRoute]) -> dict[str, Any]:
        """Make the OpenAPI document of these routes."""
        hall = self.hall
        body = build_body_class(hall.dataset, hall.settings.max_records)
        pages = {(page.method, page.path): page.operation for page in self._routes.pages()}
        described = {**SYSTEM, **describe_methods(hall.dataset, body), **pages}
        return build_document(routes, described, hall.dataset)

    async def create_instance(self, app: Starlette) -> None:
        """Make the service object, and look up once what answers each method instead of at each request."""
        await super().create_instance(app)
        for name, method in self.service.apis.items():
            unbatched = getattr(self._service_instance, name).local
            self._calls[name] = getattr(self.hall, name) if method.batchable else unbatched

    async def api_endpoint_wrapper(self, name: str, request: Request) -> Response:
        """Answer a method's route; what goes wrong on the way is the guard's to answer."""
        if name in LOGGED and (key := key_of(request.scope)) is not None:
            return await respond_once(self.hall, name, key, request)
        method = self.service.apis[name]
        ticket = await method.input_spec.from_http_request(request, None)
        answer = await self._calls[name](ticket)
        response: Response = await method.output_spec.to_http_response(answer, None)
        return response


def routes_of(pages: Sequence[Page]) -> list[Route]:
    """Make one route for each path, so that a method which it does not know is told all that it takes."""
    by_path: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_path.setdefault(page.path, {})[page.method] = page
    return [_route(path, methods) for path, methods in by_path.items()]


def _route(path: str, pages: dict[str, Page]) -> Route:
    async def endpoint(request: Request) -> Response:
        return await pages["GET" if request.method == "HEAD" else request.method].endpoint(request)

    return Route(path, endpoint, methods=list(pages))


def _translate(request: Request, error: Exception) -> NoReturn:
    """Turn what Starlette and BentoML raise into failures of ours, which the guard answers."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            raise RouteMissingError(request.scope["path"])
        case 405:
            allowed = (error.headers or {}).get("Allow", "other methods")
            raise MethodRefusedError(request.method, request.scope["path"], allowed=allowed)
        case 503:
            raise NotReadyError
        case _:
            raise error


def die_with_parent() -> None:
    """End this worker in order when its supervisor is killed, so that none lives on and keeps the port."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def keep_to_ourselves() -> None:
    """Let BentoML send no usage statistics, unless somebody asked for them by its own variable."""
    os.environ.setdefault(NO_TRACKING, "True")
    usage_stats.do_not_track.cache_clear()
