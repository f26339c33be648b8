"""Our service without its prediction log: `bentoml serve benchmarks.serving.door.unlogged:service`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import bentos.hall
from bentos.write_ahead import Settle, WriteAheadLog
from herdbook.prediction_log.row import Logged


class NoLog(WriteAheadLog):
    """A log that keeps nothing, and so makes nobody wait."""

    async def append(self, logged: Logged) -> None:
        """Return at once."""

    def append_together(self, logged: Sequence[Logged], settle: Settle) -> None:
        """Say at once that all is well."""
        settle([None] * len(logged))


bentos.hall.WriteAheadLog = NoLog  # type: ignore[attr-defined]  # the hall looks it up here
service = import_module("service").service
