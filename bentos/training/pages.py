"""The routes of trainings. All that reads files or waits for processes runs on a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.body import read_body
from bentos.hall import Hall
from bentos.operation import WRITTEN, Operation, Page, Parameter
from bentos.steering import require_steering
from bentos.training.folder import find_folder
from bentos.training.refusal import TrainingMissingError
from bentos.training.shape import NothingWish, TrainingShape, TrainingsShape, TrainingWish
from bentos.training.start import start
from bentos.training.stop import stop
from bentos.training.watch import Watch, withhold

ID = Parameter("id", {"type": "string", "maxLength": 256}, "id of the training", place="path")


def training_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about trainings."""
    routes = _Trainings(hall)
    listed = Operation("The trainings that this service started, newest first", (TrainingsShape,))
    one = Operation(
        "One training: how far it is, or how it ended", (TrainingShape,), parameters=(ID,), refusals=(404,)
    )
    started = Operation(
        "Start a training, which goes on whatever becomes of the browser or the worker",
        (TrainingShape,),
        (TrainingWish,),
        status=HTTPStatus.ACCEPTED,
        refusals=(*WRITTEN, 409, 501),
    )
    stopped = Operation(
        "Stop a training", (TrainingShape,), (NothingWish,), parameters=(ID,), refusals=(*WRITTEN, 404)
    )
    return (
        Page("/trainings", routes.list, listed),
        Page("/trainings", routes.start, started, method="POST"),
        Page("/trainings/{id}", routes.show, one),
        Page("/trainings/{id}/stop", routes.stop, stopped, method="POST"),
    )


class _Trainings:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        # it may wait for long, and reading must not wait with it
        self._stopping = ThreadPoolExecutor(1, thread_name_prefix="stop")
        self._watch = Watch(hall.settings.state, hall.dataset.name)

    async def list(self, _: Request) -> Response:
        """Answer all that are kept."""
        found = await asyncio.to_thread(self._watch.all)
        return answer({"trainings": [self._tell(each) for each in found]})

    async def show(self, request: Request) -> Response:
        """Answer one."""
        return answer(self._tell(await asyncio.to_thread(self._watch.one, request.path_params["id"])))

    async def start(self, request: Request) -> Response:
        """Start one and answer it."""
        require_steering(self._hall.settings)
        wanted = (await read_body(request, TrainingWish)).model_dump()
        return answer(await asyncio.to_thread(self._start, wanted), status=HTTPStatus.ACCEPTED)

    async def stop(self, request: Request) -> Response:
        """Stop one and answer what became of it; one that has ended stays as it is."""
        require_steering(self._hall.settings)
        await read_body(request, NothingWish)
        loop = asyncio.get_running_loop()
        return answer(await loop.run_in_executor(self._stopping, self._stop, request.path_params["id"]))

    def _tell(self, found: dict[str, Any]) -> dict[str, Any]:
        return found if self._hall.settings.can_steer else withhold(found)

    def _start(self, wanted: dict[str, Any]) -> dict[str, Any]:
        folder = start(self._hall.settings, self._hall.dataset, wanted)
        return self._watch.one(folder.id)

    def _stop(self, id: str) -> dict[str, Any]:
        folder = find_folder(self._hall.settings.state, id, self._hall.dataset.name)
        if folder is None:
            raise TrainingMissingError(id)
        stop(folder)
        return self._watch.one(id)
