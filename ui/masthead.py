"""The head of the page: whose records these are, and which model serves now."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.beat import follow
from ui.markup import facts, notice
from ui.sentence import say


def build_masthead(herd: AsyncClient) -> None:
    """Lay out the head of the page."""
    head = gr.HTML(write_masthead("Herdbook", "", {}), padding=False)
    away = gr.HTML("", padding=False)

    async def show() -> tuple[Any, str]:
        try:
            dataset, models = await herd.dataset(), await herd.models()
        except HerdbookError as error:
            return gr.skip(), notice(say(error))
        return write_masthead(dataset["name"], dataset["description"], models), ""

    follow(show, outputs=[head, away])


def write_masthead(name: str, about: str, models: dict[str, Any]) -> str:
    """Write the head of the page; before the service has answered, no model is named."""
    said = f'<p class="about">{escape(about)}</p>' if about else ""
    serving = facts({"Serving now": models.get("current") or "no model"}) if models else ""
    return (
        f'<header class="masthead"><div><p class="kicker">Herdbook</p><h1>{escape(name.capitalize())}</h1>'
        f"{said}</div>{serving}</header>"
    )
