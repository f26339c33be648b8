"""The models of the ledger, and the one that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.book import EvaluationShape, ModelShape
from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page, Parameter
from bentos.shape import CurrentModelShape, ModelsShape
from herdbook.errors import ModelMissingError, ReportMissingError
from herdbook.generation import list_generations
from herdbook.ledger import Ledger
from herdbook.recipe import recall, recall_report
from herdbook.registry import list_models, model_card
from herdbook.tag import split_tag

EVALUATION = "evaluation"
"""Kind of the report."""

TAG = Parameter("tag", {"type": "string", "maxLength": 256}, "tag of the model", place="path")


def model_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about models."""
    routes = _Models(hall)
    listed = Operation("The models of the ledger", (ModelsShape,), refusals=STORED)
    current = Operation("The model that answers, with its card", (CurrentModelShape,), refusals=STORED)
    tag, refusals = (TAG,), (*STORED, 404)
    model = Operation("One model, with its card", (ModelShape,), parameters=tag, refusals=refusals)
    evaluation = Operation("How good a model is", (EvaluationShape,), parameters=tag, refusals=refusals)
    return (
        Page("/models", routes.models, listed),
        Page("/models/current", routes.current_model, current),
        Page("/models/{tag}", routes.model, model),
        Page("/models/{tag}/evaluation", routes.evaluation, evaluation),
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

    async def model(self, request: Request) -> Response:
        """Answer all that is to be known of one model."""
        return await self._about(request, tell_model)

    async def evaluation(self, request: Request) -> Response:
        """Answer the evaluation of one model."""
        return await self._about(request, tell_evaluation)

    async def _about(self, request: Request, tell: Callable[[Ledger, str], dict[str, Any]]) -> Response:
        tag = request.path_params["tag"]
        require_own(tag, self._hall.dataset.name)
        return answer(await asyncio.to_thread(lambda: tell(self._hall.serving.ledger(), tag)))


def require_own(tag: str, dataset: str) -> None:
    """Let the tag of a model of the served dataset pass.

    Raises
    ------
    ModelMissingError
        It is no tag, or one of another dataset.
    """
    if split_tag(tag)[0] != dataset:
        raise ModelMissingError(f"{tag} of dataset {dataset}", cure="GET /models lists those that there are")


def tell_model(ledger: Ledger, tag: str) -> dict[str, Any]:
    """Tell of one model: its card, when it served, and the reports about it."""
    card = model_card(ledger, tag)
    history = list_generations(ledger, split_tag(tag)[0])
    return {
        "tag": tag,
        "card": card,
        "generations": [each.number for each in history if each.champion == tag],
        "reports": (recall(ledger, tag) or {}).get("reports", {}),
    }


def tell_evaluation(ledger: Ledger, tag: str) -> dict[str, Any]:
    """Read the evaluation of one model.

    Raises
    ------
    ReportMissingError
        It was registered without one.
    """
    found = recall_report(ledger, EVALUATION, tag)
    if found is None:
        cure = "train again with `herdbook train`"
        raise ReportMissingError(f"of kind {EVALUATION} about model {tag}", cure=cure)
    return found
