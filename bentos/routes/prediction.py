"""The prediction log: pages of it, and one prediction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.book import PedigreeShape
from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page, Parameter
from bentos.query import read_query
from bentos.refusal import PredictionMissingError
from bentos.shape import LoggedPageShape, LoggedShape
from herdbook.pedigree import trace
from herdbook.prediction_log.history import find_prediction, history

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


def prediction_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about predictions."""
    routes = _Predictions(hall)
    newest = "Answered predictions, newest first"
    page = Operation(newest, (LoggedPageShape,), parameters=FILTERS, refusals=(*STORED, 422))
    refusals = (*STORED, 404)
    one = Operation("One answered prediction", (LoggedShape,), parameters=(ID,), refusals=refusals)
    pedigree = Operation(
        "Where a prediction came from", (PedigreeShape,), parameters=(ID,), refusals=refusals
    )
    return (
        Page("/predictions", routes.predictions, page),
        Page("/predictions/{id}", routes.prediction, one),
        Page("/predictions/{id}/pedigree", routes.pedigree, pedigree),
    )


class _Predictions:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def predictions(self, request: Request) -> Response:
        """Answer a page of the prediction log."""
        asked = read_query(request.query_params, FILTERS)
        page = await asyncio.to_thread(self._read_log, history, **asked)
        return answer({"predictions": page.rows, "next": page.next})

    async def prediction(self, request: Request) -> Response:
        """Answer one row of the prediction log."""
        return answer(await asyncio.to_thread(self._find, request.path_params["id"]))

    async def pedigree(self, request: Request) -> Response:
        """Answer where one prediction came from."""
        return answer(await asyncio.to_thread(self._trace, request.path_params["id"]))

    def _trace(self, id: str) -> dict[str, Any]:
        return trace(self._hall.serving.ledger(), self._hall.dataset, self._find(id))

    def _find(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] | None = self._read_log(find_prediction, id=id)
        if found is None:
            raise PredictionMissingError(id)
        return found

    def _read_log(self, read: Any, **asked: Any) -> Any:
        hall = self._hall
        return read(hall.serving.ledger(), hall.settings.spool, hall.dataset, **asked)
