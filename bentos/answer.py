"""Answers of routes that BentoML does not know: JSON, made on the spot."""

from __future__ import annotations

import orjson
from starlette.responses import Response

JSON = "application/json"


def answer(value: object, *, status: int = 200) -> Response:
    """Answer with a value as JSON."""
    return Response(orjson.dumps(value), status, media_type=JSON)
