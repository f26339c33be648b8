"""What the descriptions of operations have in common."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from herdbook.client.call import Call
from herdbook.client.encode import encode
from herdbook.client.errors import UnsendableError


def get(path: str, query: Mapping[str, Any] | None = None) -> Call[dict[str, Any]]:
    """Describe a question whose answer is an object."""
    return Call("GET", path, object_of, query=query or {})


def post(path: str, body: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Describe what must not happen twice."""
    return Call("POST", path, object_of, encode(body), is_repeatable=False)


def part_of(name: str) -> str:
    """Quote a part of a path, so that a slash or a dot in it names nothing else."""
    if name in ("", ".", ".."):
        raise UnsendableError("the name", got=repr(name), expected="a name")
    return quote(name, safe=":")


def user() -> str:
    """Give the name of whoever asks."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


def object_of(said: Any) -> dict[str, Any]:
    """Read an answer that is an object."""
    if not isinstance(said, dict):
        raise TypeError
    return said
