"""When a tab asks the service anew: as it is first shown, and whenever what serves has changed or is back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient, RefusedError
from herdbook.errors import HerdbookError

FRESH_S = 1.0
NO_MODEL = "NotReadyError"
"""What a service without a model says of itself, with 503."""
ON_BEAT = """
const beat = () => { if (element.isConnected) trigger('beat'); };
document.addEventListener('herd:changed', beat);
setTimeout(beat, 0);
"""


class Pulse:
    """What serves now, asked at most once a second for all pages that are open."""

    def __init__(self, herd: AsyncClient) -> None:
        self.herd = herd
        self.seen = ""
        self.asked_s = -FRESH_S

    async def feel(self) -> str:
        """Name the model that serves, or `none`; `away` while the service does not answer."""
        if time.monotonic() - self.asked_s >= FRESH_S:
            self.asked_s = time.monotonic()
            self.seen = await self._ask()
        return self.seen

    async def _ask(self) -> str:
        try:
            return str((await self.herd.health()).get("model"))
        except RefusedError as error:
            return "none" if error.kind == NO_MODEL else "away"
        except HerdbookError:
            return "away"


def follow(
    show: Callable[..., Awaitable[Any]], *, inputs: Sequence[Any] = (), outputs: Sequence[Any]
) -> None:
    """Run `show` as its tab is first shown, and again when another model serves or the service is back."""
    beat = gr.HTML("", js_on_load=ON_BEAT, elem_classes="quiet", padding=False)
    beat.beat(
        show, inputs=list(inputs), outputs=list(outputs), show_progress="hidden", api_visibility="private"
    )
