"""The page and its tabs as one ASGI application behind its door."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from herdbook.client import AsyncClient
from ui.beat import Pulse
from ui.door import MOST_BYTES, Door
from ui.front import Front
from ui.masthead import build_masthead
from ui.tab import discover, history, models, predict, train
from ui.theme import make_theme

OWN = Path(__file__).parent / "own"
IDLE_S = 0.05
"""How long Gradio's queue sleeps while it is empty: its own millisecond costs a twentieth of a core."""
TABS = (
    ("Discover", discover.build),
    ("Train", train.build),
    ("Models", models.build),
    ("History", history.build),
)


def build_app(
    url: str,
    *,
    host_header: str | None = None,
    allowed_hosts: Collection[str] = ("localhost", "127.0.0.1", "::1"),
) -> Door:
    """Make the application that speaks to the service at a URL and answers only the allowed host names."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, Pulse(AsyncClient(url, retries=1, host_header=host_header)))
    gr.mount_gradio_app(
        app,
        make_blocks(url, host_header=host_header),
        path="/",
        theme=make_theme(),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        max_file_size=MOST_BYTES,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
    )
    return Door(Front(app), allowed_hosts)


def make_blocks(url: str, *, host_header: str | None = None) -> gr.Blocks:
    """Make the page: its head, and a tab for each thing that a person does.

    A person who waits for an answer soon hears that there is none. A file is asked for again for longer: one
    that is given up in the middle has logged what was answered.
    """
    herd = AsyncClient(url, retries=1, host_header=host_header)
    blocks = _build(herd, AsyncClient(url, host_header=host_header))
    blocks._queue.sleep_when_free = IDLE_S  # noqa: SLF001 - Gradio offers no other way to say it
    return blocks


def _build(herd: AsyncClient, patient: AsyncClient) -> gr.Blocks:
    blocks: gr.Blocks = gr.Blocks(title="Herdbook", analytics_enabled=False, delete_cache=(600, 3600))
    with blocks:
        build_masthead(herd)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Predict", id="predict"):
                predict.build(herd, patient)
            for name, build in TABS:
                with gr.Tab(name, id=name.lower()):
                    build(herd)
    blocks.queue(default_concurrency_limit=8)
    return blocks


def _add_routes(app: FastAPI, pulse: Pulse) -> None:
    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/pulse")
    async def feel() -> dict[str, str]:
        return {"seen": await pulse.feel()}

    found = importlib.util.find_spec("plotly")
    assert found is not None
    assert found.origin is not None
    drawing = Path(found.origin).parent / "package_data" / "plotly.min.js"

    @app.get("/own/plotly.min.js")
    async def plotly() -> FileResponse:
        return FileResponse(drawing, headers={"cache-control": "public, max-age=86400"})

    app.mount("/own", StaticFiles(directory=OWN))
    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=4)
