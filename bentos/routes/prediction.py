"""The prediction log: pages of it, and one prediction."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import JSON
from bentos.aside.reader import LONGEST_S, MOST_WAITING, ask_log
from bentos.book import PedigreeShape
from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page, Parameter
from bentos.query import read_query
from bentos.refusal import PredictionMissingError
from bentos.shape import LoggedPageShape, LoggedShape

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
ASKED = (*STORED, 429)
SHARE = 0.9
"""Of the time of a request, so much for reading: what is left is for saying that it took too long."""

ID = Parameter("id", {"type": "string", "maxLength": 256}, "id of the prediction", place="path")


def prediction_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about predictions."""
    routes = _Predictions(hall)
    newest = "Answered predictions, newest first"
    page = Operation(newest, (LoggedPageShape,), parameters=FILTERS, refusals=(*ASKED, 422))
    refusals = (*ASKED, 404)
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
        # of their own: each waits for a process, and other routes need the threads that all share
        self._asking = ThreadPoolExecutor(MOST_WAITING + 1, thread_name_prefix="history")

    async def predictions(self, request: Request) -> Response:
        """Answer a page of the prediction log."""
        asked = read_query(request.query_params, FILTERS)
        return _json(await self._ask("page", **asked))

    async def prediction(self, request: Request) -> Response:
        """Answer one row of the prediction log."""
        return await self._answer_one("find", request.path_params["id"])

    async def pedigree(self, request: Request) -> Response:
        """Answer where one prediction came from."""
        return await self._answer_one("pedigree", request.path_params["id"])

    async def _answer_one(self, task: str, id: str) -> Response:
        found = await self._ask(task, id=id)
        if found is None:
            raise PredictionMissingError(id)
        return _json(found)

    async def _ask(self, task: str, **asked: Any) -> bytes | None:
        read = partial(self._read_log, task, **asked)
        return await asyncio.get_running_loop().run_in_executor(self._asking, read)

    def _read_log(self, task: str, **asked: Any) -> bytes | None:
        hall = self._hall
        limit_s = min(LONGEST_S, SHARE * hall.settings.timeout_s)
        return ask_log(
            task, hall.serving.ledger(), hall.settings.spool, hall.dataset, limit_s=limit_s, **asked
        )


def _json(body: bytes | None) -> Response:
    return Response(body, media_type=JSON)
