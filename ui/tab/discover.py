"""The Discover tab: the groups that were found."""

from __future__ import annotations

import gradio as gr

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.markup import notice
from ui.sentence import say


def build(herd: AsyncClient) -> None:
    """Lay out the tab."""
    said = gr.HTML()

    async def ask() -> str:
        try:
            dataset = await herd.dataset()
        except HerdbookError as error:
            return notice(say(error))
        return notice(str(dataset["description"]), "note")

    gr.on([gr.Timer(3.0).tick], ask, outputs=said, show_progress="hidden", api_visibility="private")
