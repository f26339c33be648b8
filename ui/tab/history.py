"""The History tab: what was answered when and by which model, and where one answer comes from."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from ui.history import listing, wanted
from ui.history.desk import Desk
from ui.poll import ask_on, make_poll

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
LEAD = (
    "<h2>Every answered prediction</h2><p class='lead'>Each is written down before its answer leaves the "
    "service. Push one to follow it back to the records its model learned from.</p>"
)

TO_CHAIN = "() => { document.querySelector('#pedigree')?.scrollIntoView({ block: 'start' }); return []; }"


def build(herd: AsyncClient) -> None:
    """Lay out the tab; it shows anew each time it is opened."""
    desk, place, poll = Desk(herd), gr.State({}), make_poll()
    gr.HTML(LEAD, padding=False)
    form = gr.HTML(padding=False, js_on_load=wanted.ON_LOAD, elem_id="filters")
    refusal = gr.HTML(padding=False)
    page = gr.HTML(padding=False, js_on_load=listing.ON_LOAD, elem_id="predictions")
    with gr.Row(elem_classes="actions"):
        newer = gr.Button("Newer", interactive=False, scale=0, elem_classes="narrow")
        older = gr.Button("Older", interactive=False, scale=0, elem_classes="narrow")
        save = gr.Button("Write a CSV file of all that match", scale=0, elem_classes="narrow")
        offer = gr.DownloadButton(
            "Download it", visible=False, variant="primary", scale=0, elem_classes="narrow"
        )
    saved = gr.HTML(padding=False, elem_id="saved")
    with gr.Column(elem_classes="card"):
        with gr.Row(equal_height=False, elem_classes="search"):
            sought = gr.Textbox(label="Find one by its id, or by your own key", scale=3, max_length=256)
            find = gr.Button("Find it", scale=0, elem_classes="narrow")
        chain = gr.HTML(padding=False, elem_id="pedigree")
    shown = [refusal, page, newer, older, place]
    ask_on(poll, desk.open, inputs=[place], outputs=[form, *shown])
    form.filter(desk.filter, None, shown, **QUIET).then(_forget, None, [saved, offer], **QUIET)
    newer.click(desk.newer, place, shown, **QUIET)
    older.click(desk.older, place, shown, **QUIET)
    save.click(desk.save, place, [saved, offer], **QUIET)
    page.choose(desk.choose, None, chain, **QUIET).then(None, js=TO_CHAIN, api_visibility="private")
    gr.on([find.click, sought.submit], desk.find, sought, chain, **QUIET)


def _forget() -> tuple[str, Any]:
    """Take away a file of other filters."""
    return "", gr.update(visible=False)
