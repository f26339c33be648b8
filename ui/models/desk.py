"""What the Models tab asks of the service, and what it shows of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient, NotFoundError
from herdbook.errors import HerdbookError
from ui.figure.element import Html, join, paragraph, tag
from ui.markup import notice
from ui.models.detail import show_detail
from ui.models.version import show_generations, show_versions
from ui.models.way_back import WayBack, find_way_back
from ui.sentence import say
from ui.steering import REFUSED, promote, roll_back

NOTHING_BACK = "There is nothing to roll back to: no other model has served."


class Desk:
    """What the tab asks of the service."""

    def __init__(self, herd: AsyncClient) -> None:
        self.herd = herd

    async def show(self, chosen: str | None) -> list[Any]:
        """Show every model and the chosen one; the one that serves, if none is chosen."""
        try:
            listed, told = await self.herd.models(), await self.herd.generations()
            can_steer = bool((await self.herd.dataset()).get("can_steer"))
        except HerdbookError as error:
            return [notice(say(error)), *[gr.skip()] * 9]
        current, generations = listed.get("current"), told["generations"]
        tags = {model["tag"] for model in listed["models"]}
        chosen = chosen if chosen in tags else current if current in tags else next(iter(sorted(tags)), None)
        versions = show_versions(listed["models"], generations, current=current, chosen=chosen)
        detail = await self._detail(chosen, current)
        back = find_way_back(generations)
        acts = _show_acts(chosen, current, back=back.say(current) if back else "", can_steer=can_steer)
        return ["", versions, show_generations(generations), detail, *acts, chosen, back]

    async def choose(self, event: gr.EventData) -> list[Any]:
        """Show the model whose button was pushed."""
        return await self.show(str(event.model))

    async def _detail(self, chosen: str | None, current: str | None) -> Html:
        if chosen is None:
            return Html()
        try:
            model = await self.herd.model(chosen)
            return show_detail(model, await self._report(chosen), current=current)
        except HerdbookError as error:
            return join([tag("h2", "Model ", tag("span", chosen, class_="tag")), Html(notice(say(error)))])

    async def _report(self, chosen: str) -> Mapping[str, Any] | None:
        try:
            return await self.herd.evaluation(chosen)
        except NotFoundError:
            return None

    async def promote(self, chosen: str | None, who: str, why: str) -> tuple[str, Any]:
        """Let the chosen model serve."""
        said, is_done = await promote(self.herd, chosen, who, why)
        return said, "" if is_done else gr.skip()

    async def roll_back(self, back: WayBack | None, who: str, why: str) -> tuple[str, Any]:
        """Let the champion that the page names serve again, unless another generation is there by now."""
        said, is_done = await roll_back(self.herd, back, who, why) if back else (NOTHING_BACK, False)
        return said, "" if is_done else gr.skip()


def _show_acts(chosen: str | None, current: str | None, *, back: str, can_steer: bool) -> list[Any]:
    """Say what can be changed: the words, why the buttons are off, and both buttons."""
    is_other = chosen is not None and chosen != current
    first = f"Promoting lets {chosen} answer every request." if is_other else f"{chosen} serves already."
    words = join([tag("h2", "Change who serves"), paragraph(f"{first} {back or NOTHING_BACK}", "lead")])
    return [
        words,
        "" if can_steer else notice(REFUSED, "note"),
        gr.update(value=f"Promote {chosen}" if is_other else "Promote", interactive=can_steer and is_other),
        gr.update(interactive=can_steer and bool(back)),
    ]
