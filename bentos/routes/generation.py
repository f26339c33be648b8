"""Who serves: the generations, and the two ways to write the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.body import read_body
from bentos.book import GenerationsShape, PromotionWish, RollbackWish, SteeredShape
from bentos.hall import Hall
from bentos.operation import STORED, WRITTEN, Operation, Page
from bentos.steering import require_steering
from herdbook.generation import Generation, list_generations, promote, roll_back
from herdbook.pedigree import tell


def generation_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about generations."""
    routes = _Generations(hall)
    refusals = (*WRITTEN, 404, 409)
    listed = Operation("Who has served, newest first", (GenerationsShape,), refusals=STORED)
    promoted = Operation("Let a model serve", (SteeredShape,), (PromotionWish,), refusals=refusals)
    rolled_back = Operation(
        "Let an earlier champion serve again", (SteeredShape,), (RollbackWish,), refusals=refusals
    )
    return (
        Page("/generations", routes.generations, listed),
        Page("/promote", routes.promote, promoted, method="POST"),
        Page("/rollback", routes.rollback, rolled_back, method="POST"),
    )


class _Generations:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._dataset = hall.dataset.name

    async def generations(self, _: Request) -> Response:
        """Answer all of them."""
        found = await asyncio.to_thread(lambda: list_generations(self._hall.serving.ledger(), self._dataset))
        return answer({"generations": [tell(each) for each in reversed(found)]})

    async def promote(self, request: Request) -> Response:
        """Let a model serve."""
        require_steering(self._hall.settings)
        wish = await read_body(request, PromotionWish)
        return await self._steer(partial(promote, tag=wish.tag, who=wish.who, why=wish.why))

    async def rollback(self, request: Request) -> Response:
        """Let an earlier champion serve again."""
        require_steering(self._hall.settings)
        wish = await read_body(request, RollbackWish)
        back = partial(roll_back, to=wish.to, from_generation=wish.from_generation)
        return await self._steer(partial(back, who=wish.who, why=wish.why))

    async def _steer(self, write: Callable[..., Generation]) -> Response:
        return answer(await asyncio.to_thread(self._write, write))

    def _write(self, write: Callable[..., Generation]) -> dict[str, Any]:
        generation = write(self._hall.serving.ledger(), self._dataset)
        return {**tell(generation), "is_new": generation.is_new}
