"""The Predict tab: a record in, its label out."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient, InvalidRecordError
from herdbook.errors import HerdbookError
from ui.answer import EMPTY, show_prediction
from ui.beat import follow
from ui.form import ON_LOAD, write_form
from ui.markup import notice
from ui.record import faults_by_field, read_record
from ui.sentence import say
from ui.tab.predict_many import build_many

TITLE = (
    "<h2>One record</h2>"
    "<p class=lead>The example of the dataset is filled in; change what you like and ask.</p>"
)
PUSH = "Predict"


def build(herd: AsyncClient, patient: AsyncClient) -> None:
    """Lay out the tab: the form with its answer beside it, and the file of many records beneath.

    The patient client is for files.
    """
    shown = gr.State(None)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, elem_classes="card"):
            gr.HTML(TITLE, padding=False)
            form = gr.HTML("", js_on_load=ON_LOAD, padding=False)
        with gr.Column(scale=2, elem_classes="card", min_width=300):
            answer = gr.HTML(EMPTY, padding=False, elem_id="answer", elem_classes="live")
    with gr.Column(elem_classes="card"):
        build_many(patient)

    async def show(before: Any) -> tuple[Any, Any, Any]:
        try:
            dataset = await herd.dataset()
        except HerdbookError as error:
            return before, gr.skip() if before else notice(say(error)), gr.skip()
        if dataset == before:
            return gr.skip(), gr.skip(), gr.skip()
        return dataset, write_form(dataset, tab="predict", push=PUSH), EMPTY

    async def predict(event: gr.EventData) -> tuple[Any, str]:
        typed = event.typed
        try:
            dataset = await herd.dataset()
            return await ask(herd, dataset, typed)
        except HerdbookError as error:
            return gr.skip(), notice(say(error))

    follow(show, inputs=[shown], outputs=[shown, form, answer])
    form.submit(predict, outputs=[form, answer], show_progress="hidden", api_visibility="private")


async def ask(herd: AsyncClient, dataset: dict[str, Any], typed: dict[str, Any]) -> tuple[str, str]:
    """Predict what was typed; give the form with its faults and the answer."""
    try:
        prediction = await herd.predict_one(read_record(dataset["features"], typed))
    except InvalidRecordError as error:
        faults = faults_by_field(error.faults)
        said = "The record was not predicted: see the fields that are marked." if faults else say(error)
        return write_form(dataset, tab="predict", push=PUSH, typed=typed, faults=faults), notice(said)
    return write_form(dataset, tab="predict", push=PUSH, typed=typed), show_prediction(
        prediction, await names_of(herd)
    )


async def names_of(herd: AsyncClient) -> dict[str, str]:
    """Give the names of the current model's clusters; none where it has no discovery."""
    try:
        names: dict[str, str] = (await herd.discovery())["names"]
    except HerdbookError:
        return {}
    return names
