"""What the Train tab asks of the service, and what it shows of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.markup import notice
from ui.sentence import say
from ui.steering import REFUSED, promote
from ui.train.form import read_form
from ui.train.outcome import show_offer, show_outcome
from ui.train.progress import is_running, show_earlier, show_progress

AT_WORK_S, AT_REST_S = 1, 4
"""How often a page that is looked at asks, in seconds: while a training runs, and while none does."""
KEPT = ("id", "state", "started_us", "wanted")
ABSENT = (
    "This service cannot train: it runs as a Bento, without the room that fits models. Train where the "
    "project is checked out, with herdbook train."
)
Seen = dict[str, Any]
"""What a page shows already: the key of its view, and what is not asked each time."""


@dataclass(frozen=True)
class View:
    """How things stand: the newest training, those before, what the service lets one do, and who serves."""

    training: Mapping[str, Any] | None
    earlier: Sequence[Mapping[str, Any]]
    can_steer: bool
    can_train: bool
    current: str | None

    @property
    def is_running(self) -> bool:
        """Whether a training runs."""
        return is_running(self.training)

    @property
    def tag(self) -> str | None:
        """Tag of the model that the newest training made, if it made one."""
        answer = (self.training or {}).get("answer") or {}
        return answer.get("tag")

    @property
    def is_on_offer(self) -> bool:
        """Whether its model could be promoted."""
        return self.tag is not None and self.tag != self.current and not self.is_running

    @property
    def seen(self) -> Seen:
        """What a page that shows this remembers."""
        training = self.training or {}
        same = {"can_steer": self.can_steer, "can_train": self.can_train, "current": self.current}
        key = [training.get("id"), training.get("state"), *same.values()]
        earlier = [{name: one.get(name) for name in KEPT} for one in self.earlier]
        return {"key": key, "id": training.get("id"), "tag": self.tag, "same": same, "earlier": earlier}

    @property
    def refusal(self) -> str:
        """Why the buttons are off; empty if they are on."""
        return ABSENT if not self.can_train else "" if self.can_steer else REFUSED


class Desk:
    """What the tab asks of the service."""

    def __init__(self, herd: AsyncClient) -> None:
        self.herd = herd

    async def look(self, seen: Seen) -> list[Any]:
        """Look how the newest training is; what is shown already and cannot have changed stays."""
        try:
            view = await self._view(seen)
        except HerdbookError as error:
            return [notice(say(error)), *[gr.skip()] * 9, {}]
        moving = ["", show_progress(view.training) + show_earlier(view.earlier)]
        if view.seen["key"] == seen.get("key"):
            return [*moving, *[gr.skip()] * 8, view.seen]
        return [*moving, *_show_rest(view), view.seen]

    async def look_anew(self) -> list[Any]:
        """Look as if nothing were shown."""
        return await self.look({})

    async def _view(self, seen: Seen) -> View:
        """Ask how things stand; while a training runs, only how far it is."""
        if seen.get("key") and seen["key"][1] == "running":
            training = await self.herd.training(seen["id"])
            if is_running(training):
                return View(training, seen["earlier"], **seen["same"])
        listed = (await self.herd.trainings())["trainings"]
        newest = await self.herd.training(listed[0]["id"]) if listed else None
        dataset, health = await self.herd.dataset(), await self.herd.health()
        ability = {name: bool(dataset.get(name)) for name in ("can_steer", "can_train")}
        return View(newest, listed[1:], current=health.get("model"), **ability)

    async def start(self, *typed: Any) -> str:
        """Start a training; say what hinders it, or nothing."""
        try:
            await self.herd.start_training(**read_form(*typed))
        except HerdbookError as error:
            return notice(say(error))
        except ValueError as error:
            return notice(str(error), "warn")
        return ""

    async def stop(self, seen: Seen) -> str:
        """Stop the training that is shown; say what hinders it, or nothing."""
        if not seen.get("id"):
            return ""
        try:
            await self.herd.stop_training(seen["id"])
        except HerdbookError as error:
            return notice(say(error))
        return ""

    async def promote(self, seen: Seen, who: str, why: str) -> tuple[str, Any]:
        """Let the model of the training that is shown serve."""
        said, is_done = await promote(self.herd, seen.get("tag"), who, why)
        return said, "" if is_done else gr.skip()


def _show_rest(view: View) -> list[Any]:
    """Show what came out, whether it may be promoted, which buttons there are, and how often to ask."""
    is_free = view.can_steer and view.can_train
    answer = None if view.is_running else (view.training or {}).get("answer")
    return [
        show_outcome(answer, view.current),
        gr.update(visible=view.is_on_offer),
        show_offer(view.tag, view.current),
        gr.update(interactive=view.can_steer),
        notice(view.refusal, "note"),
        gr.update(interactive=is_free and not view.is_running),
        gr.update(visible=view.is_running, interactive=view.can_steer),
        str(AT_WORK_S if view.is_running else AT_REST_S),
    ]
