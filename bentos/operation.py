"""What the document says of one route: its parameters, its answers, and the statuses it may have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

CONNECTION = (400, 408, 431)
"""What the connection may answer on any route, before the head of the request has arrived."""

GUARDED = (403, 421, 500, 504)
"""What the guard may answer on any route."""

STORED = (503,)
"""What a route that asks the ledger may answer besides."""

WRITTEN = (400, 408, 413, 415, 422, 503)
"""What a route that takes a JSON body and asks the ledger may answer besides."""

BODY = (400, 408, 413, 415, 422, 429, 503)
"""What a route that takes records may answer besides."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query or a path, as a JSON schema."""

    name: str
    schema: Mapping[str, Any]
    description: str
    place: str = "query"


@dataclass(frozen=True)
class Operation:
    """One route as documented.

    Attributes
    ----------
    shapes
        The answer is one of these; none if it is no JSON of ours.
    body
        The body is one of these classes; none if there is no body.
    columnar
        Types of files of columns that body and answer may be instead of JSON.
    media_type
        Of the answer.
    status
        Of the answer, if all is well.
    refusals
        The other statuses that it may answer with.
    """

    summary: str
    shapes: tuple[type[BaseModel], ...] = ()
    body: tuple[type[BaseModel], ...] = ()
    columnar: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    media_type: str = "application/json"
    status: int = 200
    refusals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """A route of ours for one method: where it is, what answers it, and what is said of it.

    The body of a POST is JSON, and the guard has read it when the endpoint is called; see `bentos.body`.
    """

    path: str
    endpoint: Callable[[Request], Awaitable[Response]]
    operation: Operation
    method: str = "GET"
