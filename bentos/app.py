"""BentoML's app with a door of ours: its routes and settings, our guard, methods, metrics and errors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NoReturn

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bentos import connection, metrics
from bentos.batcher import Method, MicroBatcher
from bentos.batching.lane import Finish
from bentos.decode import build_body_class
from bentos.door import build_doors
from bentos.guard import Guard
from bentos.hall import Hall
from bentos.internals import (
    Service,
    ServiceAppFactory,
    batch_labels,
    options_of_metrics,
    split_middlewares,
    usage_stats,
)
from bentos.openapi import SYSTEM, build_document, describe_methods
from bentos.operation import Page
from bentos.recorder import give_batch
from bentos.refusal import MethodRefusedError, NotReadyError, RouteMissingError
from bentos.routes import Routes
from bentos.steering import with_real_host
from bentos.supervisor import die_with_supervisor
from bentos.tally import Spread
from bentos.traffic import Traffic

REPLACED = frozenset({"index", "assets", "static_content", "openapi-spec"})
"""Names of BentoML's own pages: they load scripts from elsewhere, and ours take their place."""

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
        die_with_supervisor()
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
        self._routes = Routes(self.hall)
        self._doors = build_doors(self.hall)
        self._batcher: MicroBatcher | None = None

    def __call__(self) -> Starlette:
        """Build the app."""
        app: Starlette = super().__call__()
        kept = [route for route in app.routes if getattr(route, "name", "") not in REPLACED]
        app.router.routes = [*kept, *routes_of(self._routes.pages())]
        app.router.redirect_slashes = False
        app.add_exception_handler(HTTPException, _translate)
        self._routes.document = orjson.dumps(self.document(app.routes))
        # as Starlette builds it, but for its outermost layer: the guard answers whatever goes wrong
        inner = ExceptionMiddleware(app.router, handlers=app.exception_handlers)
        app.middleware_stack = _wrap(inner, app.user_middleware)
        return app

    @property
    def middlewares(self) -> list[Middleware]:
        """What is around the routes, from the outside: metrics see what the guard refuses."""
        settings = self.hall.settings
        theirs = super().middlewares
        ours = split_middlewares(theirs, tracing=settings.tracing)
        if (options := options_of_metrics(theirs)) is not None:
            ours.insert(0, Middleware(Traffic, tallies=self.hall.tallies, **options))
        if settings.allowed_origins:
            ours.append(
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.allowed_origins,
                    allow_methods=["GET", "POST"],
                    allow_headers=["Content-Type", "X-Request-ID", "Idempotency-Key"],
                    expose_headers=["X-Request-ID", "Idempotency-Replayed", "Retry-After"],
                )
            )
        direct = {method.route: self._doors[name] for name, method in self.service.apis.items()}
        posts = [*direct, *(page.path for page in self._routes.pages() if page.method == "POST")]
        columnar = [method.route for name, method in self.service.apis.items() if name == "predict"]
        guard = Middleware(Guard, settings=settings, posts=posts, direct=direct, columnar=columnar)
        return [*ours, guard]

    def document(self, routes: list[BaseRoute]) -> dict[str, Any]:
        """Make the OpenAPI document of these routes."""
        hall = self.hall
        body = build_body_class(hall.dataset, hall.settings.max_records)
        pages = {(page.method, page.path): page.operation for page in self._routes.pages()}
        described = {**SYSTEM, **describe_methods(hall.dataset, body), **pages}
        return build_document(routes, described, hall.dataset)

    async def create_instance(self, app: Starlette) -> None:
        """Make the service object, and have its methods answer batches."""
        await super().create_instance(app)
        hall = self.hall
        hall.batcher = self._batcher = MicroBatcher(
            hall.settings,
            predict=self._method("predict", hall.record_batch),
            cluster=self._method("cluster", give_batch),
        )

    def _method(self, name: str, finish: Finish) -> Method:
        """Look up once what would otherwise be looked up at each batch."""
        sizes = [Spread(metrics.BATCH_ROWS.labels(method=name))]
        if self.enable_metrics:
            sizes.append(Spread(self.adaptive_batch_size_hist.labels(**batch_labels(self.service, name))))
        self.hall.tallies.add(*sizes)

        def observe(n_rows: int) -> None:
            for size in sizes:
                size.observe(n_rows)

        return Method(getattr(self._service_instance, name).local, finish, observe)

    async def destroy_instance(self, app: Starlette) -> None:
        """Answer what waits, then close the service object."""
        if self._batcher is not None:
            await self._batcher.close()
        self.hall.tallies.hand_on()
        await super().destroy_instance(app)

    async def metrics(self, request: Request) -> Response:
        """Answer the metrics of all workers, with all that this one has counted."""
        self.hall.tallies.hand_on()
        response: Response = await super().metrics(request)
        return response

    async def api_endpoint_wrapper(self, name: str, request: Request) -> Response:
        """Answer a method where the guard did not do so itself; what goes wrong is the guard's to answer."""
        reply = await self._doors[name](request.scope)
        headers = {key.decode(): value.decode() for key, value in reply.headers}
        return Response(reply.body, headers=headers, media_type=reply.media_type)


def _wrap(app: ASGIApp, middlewares: Sequence[Middleware]) -> ASGIApp:
    for each in reversed(middlewares):
        app = each.cls(app, *each.args, **each.kwargs)
    return app


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


def keep_to_ourselves() -> None:
    """Let BentoML send no usage statistics, unless somebody asked for them by its own variable."""
    os.environ.setdefault(NO_TRACKING, "True")
    usage_stats.do_not_track.cache_clear()
