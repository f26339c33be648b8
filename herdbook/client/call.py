"""What is sent and what comes back, as plain values: nothing here knows how bytes travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson

T = TypeVar("T")
JSON = "application/json"
MOST_ANSWER_BYTES = 64 * 2**20
"""An answer may have so many bytes; more of it is not read."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One thing to ask: what is sent, and how its answer is read.

    Attributes
    ----------
    read
        Turns what `parse` gave into the answer; a KeyError, TypeError or ValueError of it is a broken answer.
    body
        JSON, or of another media type; None for none.
    media_type, parse
        Of the body and of the answer, and what reads the bytes of that type.
    is_repeatable
        Whether it may be sent again although the service may have received it: it changes nothing, or a key
        lets the service know it again.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    body: bytes | None = None
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = True
    media_type: str = JSON
    parse: Callable[[bytes], Any] = orjson.loads


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer came.

    Attributes
    ----------
    may_have_arrived
        Whether the service may have received the request.
    is_hopeless
        Whether asking again cannot help, as with a URL that is none.
    """

    problem: str
    may_have_arrived: bool
    is_hopeless: bool = False


Outcome = Reply | Lost
