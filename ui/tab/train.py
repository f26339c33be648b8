"""The Train tab: start a training, watch it, set its model beside the one that serves, and promote it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from ui.poll import ask_on, make_poll
from ui.steering import ask_signature
from ui.train.desk import AT_REST_S, Desk
from ui.train.form import lay_out_form

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(herd: AsyncClient) -> None:
    """Lay out the tab; after every deed the page looks anew at once."""
    desk, seen, poll = Desk(herd), gr.State({}), make_poll(AT_REST_S)
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280, elem_classes="card"):
            form = lay_out_form()
        with gr.Column(scale=3, min_width=280):
            away, progress = gr.HTML(padding=False), gr.HTML(padding=False, elem_id="training")
    outcome = gr.HTML(padding=False, elem_id="outcome")
    with gr.Column(visible=False, elem_classes="card") as promotion:
        offer = gr.HTML(padding=False)
        signature = ask_signature()
        with gr.Row(elem_classes="actions"):
            push = gr.Button("Promote it", variant="primary", scale=0, elem_classes="narrow")
    promoted = gr.HTML(padding=False, elem_id="promoted")
    shown = [away, progress, outcome, promotion, offer, push, form.refusal, form.start, form.stop, poll, seen]
    ask_on(poll, desk.look, inputs=[seen], outputs=shown)
    started = form.start.click(desk.start, form.fields, [form.said], **QUIET)
    started.then(lambda: "", None, promoted, **QUIET).then(desk.look_anew, None, shown, **QUIET)
    form.stop.click(desk.stop, seen, form.said, **QUIET).then(desk.look_anew, None, shown, **QUIET)
    done = push.click(desk.promote, [seen, *signature.fields], [promoted, signature.why], **QUIET)
    done.then(desk.look_anew, None, shown, **QUIET)
