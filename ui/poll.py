"""Asking again and again, but only while the reader can see the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import gradio as gr

LOOK_MS = 250
ON_LOAD = f"""
let asked = 0;
const look = setInterval(() => {{
  if (!element.isConnected) return clearInterval(look);
  if (document.hidden || !element.checkVisibility()) return;
  const every = 1000 * Number(props.value || 5);
  if (Date.now() - asked < every) return;
  asked = Date.now();
  trigger('poll');
}}, {LOOK_MS});
"""
"""A tab that is hidden, or a browser window that is, asks nothing; shown again, it asks at once."""


def make_poll(every_s: float) -> gr.HTML:
    """Make what asks each so many seconds while it can be seen; its value, the seconds, may be set anew."""
    return gr.HTML(str(every_s), html_template="", js_on_load=ON_LOAD, elem_classes="quiet", padding=False)


def ask_on(
    poll: gr.HTML, show: Callable[..., Awaitable[Any]], *, inputs: Sequence[Any], outputs: Sequence[Any]
) -> None:
    """Run `show` at every tick of a poll; a tick that comes while the one before is at work is dropped."""
    poll.poll(
        show,
        inputs=list(inputs),
        outputs=list(outputs),
        show_progress="hidden",
        trigger_mode="once",
        api_visibility="private",
    )
