"""Bodies that carry no records: one JSON object, read strictly into a class that says what it may hold."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request

from bentos.guard import body_of
from bentos.refusal import NO_RECORD, ParameterError, UndecodableError, brief, shorten
from herdbook.errors import SHOWN_NAMES, Fault, shown
from herdbook.feature import LARGEST_INTEGER

LARGE_BODY_BYTES = 32 * 1024
"""From this size on, reading would hold up the event loop for longer than a thread costs."""

LONGEST_TEXT = 1_000
VISIBLE = r"\S"
NOT_BLANK = "a text that is not blank"


class Wish(BaseModel):
    """What the body of a request asks for: closed, and every value of its own type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _take_whole_numbers(cls, value: object) -> object:
        """Take 4.0 for 4, as JSON Schema's `integer` does."""
        if not isinstance(value, dict):
            return value
        return {name: _whole(each) for name, each in value.items()}


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=VISIBLE)]
"""A text that a person wrote; it stands in the ledger for ever, so it says something."""

Asked = TypeVar("Asked", bound=BaseModel)


async def read_body(request: Request, shape: type[Asked]) -> Asked:
    """Read the body that the guard took in.

    Raises
    ------
    UndecodableError
        It is no JSON.
    ParameterError
        It is no object, or one of its fields is unknown, missing or wrong.
    """
    body = body_of(request)
    read = partial(parse_body, body, shape)
    return read() if len(body) <= LARGE_BODY_BYTES else await asyncio.to_thread(read)


def parse_body(body: bytes, shape: type[Asked]) -> Asked:
    """Read a body; raises as `read_body` does."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UndecodableError(f"{error.msg} at character {error.pos}") from None
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        told = error.errors(include_url=False)[:SHOWN_NAMES]
        raise ParameterError("body", [_fault(dict(each), shape) for each in told]) from None


def _whole(value: object) -> object:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_INTEGER
    return int(cast(float, value)) if is_whole else value


def _fault(each: dict[str, Any], shape: type[BaseModel]) -> Fault:
    where = ".".join(str(part) for part in each["loc"] if part != "[key]")
    got = None if each["type"] == "missing" else shorten(each["input"])
    return Fault(NO_RECORD, brief(where) if where else None, got, _expected(each, shape))


def _expected(each: dict[str, Any], shape: type[BaseModel]) -> str:
    """Say what a field may hold, in words that follow "expected"."""
    known, told = shown(shape.model_fields), each.get("ctx", {})
    sentences = {
        "missing": "a value",
        "extra_forbidden": f"only {known or 'an empty object'}",
        "model_type": f"an object with the fields {known}" if known else "an empty object",
        "string_too_short": NOT_BLANK,
        "string_too_long": f"a text of at most {told.get('max_length', 0):,} characters",
        "string_pattern_mismatch": _form(told.get("pattern", "")),
        "too_short": f"at least {told.get('min_length')} of them",
    }
    return sentences.get(each["type"]) or _lower(each["msg"].removeprefix("Input should be "))


def _form(pattern: str) -> str:
    return NOT_BLANK if pattern == VISIBLE else f"a text of the form {pattern}"


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]
