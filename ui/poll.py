"""Asking again, but only while the reader can see the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import gradio as gr

LOOK_MS = 200
ON_LOAD = f"""
let asked = 0, isShown = false;
const changed = () => {{ isShown = false; }};
document.addEventListener('herd:changed', changed);
const look = setInterval(() => {{
  if (!element.isConnected) {{
    document.removeEventListener('herd:changed', changed);
    return clearInterval(look);
  }}
  const wasShown = isShown;
  isShown = !document.hidden && element.checkVisibility();
  const every = 1000 * Number(props.value);
  const isDue = !wasShown || (every > 0 && Date.now() - asked >= every);
  if (!isShown || !isDue) return;
  asked = Date.now();
  trigger('poll');
}}, {LOOK_MS});
"""
"""A tab that is hidden, or a browser window that is, asks nothing. It asks whenever it is shown, when what
serves has changed and, if its value is above 0, each so many seconds."""


def make_poll(every_s: float = 0) -> gr.HTML:
    """Make what asks as its tab is shown, and each so many seconds if that is above 0; it may be set anew."""
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
