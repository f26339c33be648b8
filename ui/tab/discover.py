"""The Discover tab: the groups that were found, on a map, in words and by their names."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient, InvalidRecordError
from herdbook.errors import HerdbookError
from ui.answer import say_cluster
from ui.beat import follow
from ui.figure.plane import draw_map
from ui.form import ON_LOAD, write_form
from ui.markup import notice
from ui.profile import write_profiles
from ui.record import faults_by_field, read_record
from ui.sentence import say
from ui.tab.discover_names import build_names

PUSH = "Place it on the map"
TITLE = "<h2>The groups in the records</h2>"
FORM_TITLE = "<h2>Where does a record lie?</h2><p class=lead>The record of the Predict tab, or another.</p>"


def build(herd: AsyncClient) -> None:
    """Lay out the tab: the map with a record on it, the profiles of the clusters, and their names."""
    seen = gr.State(None)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, elem_classes="card"):
            gr.HTML(TITLE, padding=False)
            plane = gr.HTML("", padding=False)
        with gr.Column(scale=2, elem_classes="card", min_width=300):
            gr.HTML(FORM_TITLE, padding=False)
            placed = gr.HTML("", padding=False, elem_classes="live")
            form = gr.HTML("", js_on_load=ON_LOAD, padding=False)
    profiles = gr.HTML("", padding=False)
    with gr.Column(elem_classes="card"):
        named = build_names(herd)

    async def show(before: Any) -> list[Any]:
        try:
            dataset, found = await herd.dataset(), await herd.discovery()
        except HerdbookError as error:
            return [before, *(gr.skip() if before else one for one in (notice(say(error)), "", ""))]
        fresh = gr.skip() if before else write_form(dataset, tab="discover", push=PUSH)
        return [found["report"], draw_map(found), fresh, write_profiles(found)]

    async def place(event: gr.EventData) -> list[Any]:
        try:
            return await place_record(herd, event.typed)
        except HerdbookError as error:
            return [gr.skip(), gr.skip(), notice(say(error))]

    follow(show, inputs=[seen], outputs=[seen, plane, form, profiles])
    form.submit(place, outputs=[plane, form, placed], show_progress="hidden", api_visibility="private")
    gr.on(
        [named.change],
        show,
        inputs=[seen],
        outputs=[seen, plane, form, profiles],
        show_progress="hidden",
        api_visibility="private",
    )


async def place_record(herd: AsyncClient, typed: dict[str, Any]) -> list[Any]:
    """Draw the map with a record on it; give the map, the form with its faults, and where the record lies."""
    dataset, found = await herd.dataset(), await herd.discovery()
    record = read_record(dataset["features"], typed)
    try:
        point = (await herd.place([record], report=found["report"]))["points"][0]
    except InvalidRecordError as error:
        faults = faults_by_field(error.faults)
        said = "The record was not placed: see the fields that are marked." if faults else say(error)
        return [
            gr.skip(),
            write_form(dataset, tab="discover", push=PUSH, typed=typed, faults=faults),
            notice(said),
        ]
    form = write_form(dataset, tab="discover", push=PUSH, typed=typed)
    return [draw_map(found, point), form, say_place(point, found["names"])]


def say_place(point: dict[str, Any], names: dict[str, str]) -> str:
    """Say where a record lies."""
    if point["outlier"]:
        return notice(
            "This record lies in no cluster: it is unlike the records that the clusters were found in.",
            "warn",
        )
    cluster = say_cluster(point["cluster"], names)
    return notice(f"This record lies in {cluster}, with a membership of {point['membership']:.2f}.", "good")
