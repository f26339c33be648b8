"""The GET routes: models, the prediction log, health, the document. What reads files runs on a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page, Parameter
from bentos.query import read_query
from bentos.refusal import PredictionMissingError
from bentos.shape import CurrentModelShape, HealthShape, LoggedPageShape, LoggedShape, ModelsShape
from herdbook.prediction_log.history import find_prediction, history
from herdbook.registry import list_models

JSON = "application/json"
UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
LATEST_US = 2**53 - 1
MOST_ROWS = 1_000
TIME = {"type": "integer", "minimum": 0, "maximum": LATEST_US}
TEXT = {"type": "string", "maxLength": 256}
FILTERS = (
    Parameter("start_us", TIME, "made at or after this time: a whole number of microseconds since 1970, UTC"),
    Parameter("end_us", TIME, "made before this time: a whole number of microseconds since 1970, UTC"),
    Parameter("label", TEXT, "of this label: a text of at most 256 characters"),
    Parameter("model", TEXT, "by the model of this tag: a text of at most 256 characters"),
    Parameter("key", TEXT, "of records with this key: a text of at most 256 characters"),
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 100},
        f"most rows to give: a whole number from 1 to {MOST_ROWS:,}",
    ),
    Parameter(
        "before",
        {"type": "string", "pattern": UUID, "maxLength": 36},
        "older than this id, the `next` of the page before: a UUID",
    ),
)
ID = Parameter("id", {"type": "string", "maxLength": 256}, "id of the prediction", place="path")
# a page that runs only what it brings: no script, style or picture from elsewhere
CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
)


class Routes:
    """The GET routes of one hall."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._page = files("bentos").joinpath("docs.html").read_bytes()
        self.document = b"{}"

    def pages(self) -> Sequence[Page]:
        """List every route with what the document says of it."""
        in_log = (*STORED, 422)
        documents = Operation("This API for programs, as OpenAPI")
        models = Operation("The models of the ledger", (ModelsShape,), refusals=STORED)
        docs = Operation("This API for people: every route, to read and to try", media_type="text/html")
        return (
            Page("/", self.docs, docs),
            Page("/docs", self.docs, docs),
            Page("/openapi.json", self.openapi, documents),
            Page("/health", self.health, Operation("How this worker is", (HealthShape,), refusals=STORED)),
            Page("/models", self.models, models),
            Page(
                "/models/current",
                self.current_model,
                Operation("The model that answers, with its card", (CurrentModelShape,), refusals=STORED),
            ),
            Page(
                "/predictions",
                self.predictions,
                Operation(
                    "Answered predictions, newest first",
                    (LoggedPageShape,),
                    parameters=FILTERS,
                    refusals=in_log,
                ),
            ),
            Page(
                "/predictions/{id}",
                self.prediction,
                Operation(
                    "One answered prediction", (LoggedShape,), parameters=(ID,), refusals=(*STORED, 404)
                ),
            ),
        )

    async def docs(self, _: Request) -> Response:
        """Answer the page for people."""
        return Response(
            self._page, media_type="text/html", headers={"Content-Security-Policy": CONTENT_POLICY}
        )

    async def openapi(self, _: Request) -> Response:
        """Answer the OpenAPI document."""
        return Response(self.document, media_type=JSON)

    async def health(self, _: Request) -> Response:
        """Answer how this worker is; 503 while it has no model."""
        serving = self._hall.serving
        said = {
            "status": "ready",
            "dataset": self._hall.dataset.name,
            "model": serving.require().tag,
            "generation": serving.generation,
            "log_depth_rows": self._hall.log_depth,
        }
        return _json(said)

    async def models(self, _: Request) -> Response:
        """Answer a summary of every model of the ledger."""
        serving = self._hall.serving
        found = await asyncio.to_thread(lambda: list_models(serving.ledger(), self._hall.dataset.name))
        return _json({"models": found, "current": serving.current.tag if serving.current else None})

    async def current_model(self, _: Request) -> Response:
        """Answer the card of the model that answers now."""
        serving = self._hall.serving
        predictor = serving.require()
        return _json({"tag": predictor.tag, "generation": serving.generation, "card": predictor.card})

    async def predictions(self, request: Request) -> Response:
        """Answer a page of the prediction log."""
        asked = read_query(request.query_params, FILTERS)
        page = await asyncio.to_thread(self._read_log, history, **asked)
        return _json({"predictions": page.rows, "next": page.next})

    async def prediction(self, request: Request) -> Response:
        """Answer one row of the prediction log."""
        id_ = request.path_params["id"]
        found = await asyncio.to_thread(self._read_log, partial(find_prediction, id=id_))
        if found is None:
            raise PredictionMissingError(id_)
        return _json(found)

    def _read_log(self, read: Any, **asked: Any) -> Any:
        hall = self._hall
        return read(hall.serving.ledger(), hall.settings.spool, hall.dataset, **asked)


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type=JSON)
