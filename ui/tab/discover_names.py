"""The part of the Discover tab that names clusters."""

from __future__ import annotations

from typing import Any

import gradio as gr

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.answer import say_cluster
from ui.beat import follow
from ui.markup import notice
from ui.sentence import say
from ui.steering import REFUSED, ask_signature

MOST_CHARACTERS = 200
"""As long as a name of a cluster may be."""

TITLE = (
    "<h2>Name a cluster</h2><p class=lead>A name stands in the ledger with who gave it and why. "
    "What was learned under the old names keeps them.</p>"
)


def build_names(herd: AsyncClient) -> gr.State:
    """Lay out the naming; the state that is given changes with each name."""
    gr.HTML(TITLE, padding=False)
    with gr.Row():
        cluster = gr.Dropdown(label="Cluster", choices=[], interactive=True)
        name = gr.Textbox(label="New name", max_lines=1, max_length=MOST_CHARACTERS)
    signature, refusal = ask_signature(), gr.HTML("", padding=False)
    push = gr.Button("Name it", variant="primary", elem_classes="narrow", interactive=False)
    said = gr.HTML("", padding=False, elem_classes="live")
    named = gr.State(0)

    async def show() -> list[Any]:
        try:
            can_steer = bool((await herd.dataset()).get("can_steer"))
            found = await herd.discovery()
        except HerdbookError:
            return [gr.update(choices=[], value=None), gr.skip(), gr.update(interactive=False)]
        return [
            _choices(found),
            "" if can_steer else notice(REFUSED, "note"),
            gr.update(interactive=can_steer),
        ]

    async def give(chosen: str | None, called: str, giver: str, reason: str, so_far: int) -> list[Any]:
        lacking = [
            what
            for what, text in (("a cluster", chosen), ("a name", called), ("who", giver), ("why", reason))
            if not str("" if text is None else text).strip()
        ]
        if lacking:
            return [notice(f"To name a cluster, give {', '.join(lacking)}."), gr.skip(), gr.skip()]
        try:
            found = await herd.discovery()
            told = await herd.name_clusters(
                found["report"], {str(chosen): called.strip()}, why=reason.strip(), who=giver.strip()
            )
        except HerdbookError as error:
            return [notice(say(error)), gr.skip(), gr.skip()]
        good = notice(f"Cluster {chosen} is called {called.strip()} from now on.", "good")
        return [good, _choices({**found, "names": told["names"]}, chosen), so_far + 1]

    follow(show, outputs=[cluster, refusal, push])
    push.click(
        give,
        inputs=[cluster, name, *signature.fields, named],
        outputs=[said, cluster, named],
        show_progress="hidden",
        api_visibility="private",
    )
    return named


def _choices(found: dict[str, Any], chosen: str | None = None) -> Any:
    numbers = [one["cluster"] for one in found["clusters"]]
    choices = [(say_cluster(number, found["names"]), str(number)) for number in numbers]
    return gr.update(choices=choices, value=chosen or (choices[0][1] if choices else None))
