"""The models of the ledger, and the one that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page
from bentos.shape import CurrentModelShape, ModelsShape
from herdbook.registry import list_models


def model_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about models."""
    routes = _Models(hall)
    models = Operation("The models of the ledger", (ModelsShape,), refusals=STORED)
    current = Operation("The model that answers, with its card", (CurrentModelShape,), refusals=STORED)
    return (
        Page("/models", routes.models, models),
        Page("/models/current", routes.current_model, current),
    )


class _Models:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def models(self, _: Request) -> Response:
        """Answer a summary of every model of the ledger."""
        serving = self._hall.serving
        found = await asyncio.to_thread(lambda: list_models(serving.ledger(), self._hall.dataset.name))
        return answer({"models": found, "current": serving.current.tag if serving.current else None})

    async def current_model(self, _: Request) -> Response:
        """Answer the card of the model that answers now."""
        serving = self._hall.serving
        predictor = serving.require()
        return answer({"tag": predictor.tag, "generation": serving.generation, "card": predictor.card})
