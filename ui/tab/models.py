"""The Models tab: versions and generations, one model with its evaluation, promoting and rolling back."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from ui.models.desk import Desk
from ui.models.version import ON_LOAD
from ui.poll import ask_on, make_poll
from ui.steering import ask_signature

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(herd: AsyncClient) -> None:
    """Lay out the tab; it shows anew each time it is opened, and when another model serves."""
    desk, chosen, target = Desk(herd), gr.State(None), gr.State(None)
    away = gr.HTML(padding=False)
    versions = gr.HTML(padding=False, js_on_load=ON_LOAD, elem_id="versions")
    generations = gr.HTML(padding=False, elem_id="generations")
    with gr.Column(elem_classes="card"):
        words, refusal = gr.HTML(padding=False), gr.HTML(padding=False)
        signature = ask_signature()
        with gr.Row(elem_classes="actions"):
            push = gr.Button("Promote", variant="primary", interactive=False, scale=0, elem_classes="narrow")
            back = gr.Button("Roll back", interactive=False, scale=0, elem_classes="narrow")
        said = gr.HTML(padding=False, elem_id="steered")
    detail = gr.HTML(padding=False, elem_id="detail")
    shown = [away, versions, generations, detail, words, refusal, push, back, chosen, target]
    ask_on(make_poll(), desk.show, inputs=[chosen], outputs=shown)
    versions.choose(desk.choose, None, shown, **QUIET).then(lambda: "", None, said, **QUIET)
    done = push.click(desk.promote, [chosen, *signature.fields], [said, signature.why], **QUIET)
    done.then(desk.show, chosen, shown, **QUIET)
    undone = back.click(desk.roll_back, [target, *signature.fields], [said, signature.why], **QUIET)
    undone.then(desk.show, chosen, shown, **QUIET)
