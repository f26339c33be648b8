"""Our service whose `/predict_one` answers a constant: through our door, guard and metrics, and no further.

`bentoml serve benchmarks.serving.door.empty:service`. It is the ceiling: no model behind this door is faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from starlette.types import Scope

import bentos.app
from bentos.door import build_doors
from bentos.hall import Hall
from bentos.reply import Direct, Reply

CONSTANT = Reply(b'{"prediction":"none"}')


def build_empty(hall: Hall) -> Mapping[str, Direct]:
    """Give the doors of the service, one of which leads nowhere."""

    async def answer(_: Scope) -> Reply:
        return CONSTANT

    return {**build_doors(hall), "predict_one": answer}


bentos.app.build_doors = build_empty  # type: ignore[attr-defined]  # the app looks it up here
service = import_module("service").service
