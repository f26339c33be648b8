"""Changing who serves: by whom and why is asked for, for it stands in the ledger for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.figure.number import moment
from ui.markup import notice
from ui.models.way_back import WayBack
from ui.sentence import say

MOST_CHARACTERS = 1_000
MISSING = "Say who you are and why: both stand in the ledger for ever."
REFUSED = (
    "This service lets nobody change what it serves over HTTP, so the buttons are off. Whoever runs it may "
    "allow it (HERDBOOK_STEERING=on), or use herdbook promote and herdbook rollback."
)


@dataclass(frozen=True)
class Signature:
    """The fields for who changes something, and why."""

    who: gr.Textbox
    why: gr.Textbox

    @property
    def fields(self) -> list[gr.Textbox]:
        """Both fields."""
        return [self.who, self.why]


def ask_signature() -> Signature:
    """Lay out the fields for who and why."""
    with gr.Row(equal_height=False):
        bounds: dict[str, Any] = {"max_length": MOST_CHARACTERS, "lines": 1, "min_width": 200}
        who = gr.Textbox(label="Who", placeholder="Your name", scale=1, **bounds)
        why = gr.Textbox(label="Why", placeholder="The reason", scale=3, **bounds)
    return Signature(who, why)


def is_signed(who: str | None, why: str | None) -> bool:
    """Tell whether both are given."""
    return bool((who or "").strip() and (why or "").strip())


async def promote(herd: AsyncClient, tag: str | None, who: str, why: str) -> tuple[str, bool]:
    """Let a model serve; say what came of it, and whether it was done."""
    if not tag:
        return notice("Choose a model first.", "warn"), False
    if not is_signed(who, why):
        return notice(MISSING, "warn"), False
    try:
        return notice(say_generation(await herd.promote(tag, who=who.strip(), why=why.strip())), "good"), True
    except HerdbookError as error:
        return notice(say(error)), False


async def roll_back(herd: AsyncClient, back: WayBack, who: str, why: str) -> tuple[str, bool]:
    """Let an earlier champion serve again; say what came of it, and whether it was done."""
    if not is_signed(who, why):
        return notice(MISSING, "warn"), False
    try:
        signed = {"who": who.strip(), "why": why.strip()}
        told = await herd.roll_back(**signed, to=back.to, from_generation=back.from_generation)
        return notice(say_generation(told), "good"), True
    except HerdbookError as error:
        return notice(say(error)), False


def say_generation(generation: Mapping[str, Any]) -> str:
    """Say who serves by a generation.

    >>> say_generation({"champion": "iris:1", "number": 2, "who": "ann", "why": "better", "time_us": 0})
    'iris:1 serves now: generation 2, by ann at 1970-01-01 00:00:00 UTC, because: better'
    """
    number, who, when = generation.get("number"), generation.get("who"), moment(generation.get("time_us"))
    said = f"{generation.get('champion')} serves now: generation {number}"
    if generation.get("is_new") is False:
        return f"{said}, as before; nothing was changed."
    return f"{said}, by {who} at {when}, because: {generation.get('why')}"
