"""The page and its tabs as one ASGI application."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI

from herdbook.client import AsyncClient
from ui.tab import discover, predict
from ui.theme import make_theme

TABS = (
    ("Predict", predict.build),
    ("Discover", discover.build),
)


def build_blocks(herd: AsyncClient) -> gr.Blocks:
    """Lay out the page."""
    with gr.Blocks(title="Herdbook", analytics_enabled=False) as blocks, gr.Tabs():
        for name, build in TABS:
            with gr.Tab(name, id=name.lower()):
                build(herd)
    return blocks


def build_app(url: str, *, host_header: str | None = None) -> FastAPI:
    """Make the application that speaks to the service at a URL."""
    herd = AsyncClient(url, host_header=host_header)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    return gr.mount_gradio_app(app, build_blocks(herd), path="/", theme=make_theme(), footer_links=[])
