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
    seen, star = gr.State(None), gr.State(None)
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

    async def show(before: Any, point: Any) -> list[Any]:
        return await show_found(herd, before, point)

    async def place(event: gr.EventData) -> list[Any]:
        try:
            return await place_record(herd, event.typed)
        except HerdbookError as error:
            return [gr.skip(), notice(say(error)), gr.skip(), gr.skip()]

    outputs = [seen, star, placed, plane, form, profiles]
    follow(show, inputs=[seen, star], outputs=outputs)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    named.change(show, inputs=[seen, star], outputs=outputs, **quiet)
    form.submit(place, outputs=[star, placed, plane, form], **quiet)


async def show_found(herd: AsyncClient, before: Any, point: Any) -> list[Any]:
    """Show the discovery of the current model, with the placed record again if it was placed on this one.

    Gives the report's name, the placed point, where it lies in words, the map, the form and the profiles.
    """
    try:
        dataset, found = await herd.dataset(), await herd.discovery()
    except HerdbookError as error:
        said = [gr.skip()] * 3 if before else [notice(say(error)), "", ""]
        return [before, gr.skip(), gr.skip(), *said]
    kept = point if before == found["report"] else None
    fresh = gr.skip() if before else write_form(dataset, tab="discover", push=PUSH)
    where = say_place(kept, found["names"]) if kept else ""
    return [found["report"], kept, where, draw_map(found, kept), fresh, write_profiles(found)]


async def place_record(herd: AsyncClient, typed: dict[str, Any]) -> list[Any]:
    """Place a record; give its point, where it lies in words, the map, and the form with its faults."""
    dataset, found = await herd.dataset(), await herd.discovery()
    record = read_record(dataset["features"], typed)
    try:
        point = (await herd.place([record], report=found["report"]))["points"][0]
    except InvalidRecordError as error:
        faults = faults_by_field(error.faults)
        said = "The record was not placed: see the fields that are marked." if faults else say(error)
        form = write_form(dataset, tab="discover", push=PUSH, typed=typed, faults=faults)
        return [None, notice(said), draw_map(found), form]
    form = write_form(dataset, tab="discover", push=PUSH, typed=typed)
    return [point, say_place(point, found["names"]), draw_map(found, point), form]


def say_place(point: dict[str, Any], names: dict[str, str]) -> str:
    """Say where a record lies."""
    if point["outlier"]:
        return notice(
            "This record lies in no cluster: it is unlike the records that the clusters were found in.",
            "warn",
        )
    cluster = say_cluster(point["cluster"], names)
    return notice(f"This record lies in {cluster}, with a membership of {point['membership']:.2f}.", "good")
