"""What the service says of itself: the page for people, the document for programs, its health."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import JSON, answer
from bentos.hall import Hall
from bentos.operation import STORED, Operation, Page
from bentos.shape import HealthShape

# a page that runs only what it brings: no script, style or picture from elsewhere
CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
)


class About:
    """What one hall says of itself.

    Attributes
    ----------
    document
        The OpenAPI document, set once all routes are known.
    """

    def __init__(self, hall: Hall) -> None:
        self.document = b"{}"
        self._hall = hall
        self._page = files("bentos").joinpath("docs.html").read_bytes()

    def pages(self) -> Sequence[Page]:
        """List these routes."""
        docs = Operation("This API for people: every route, to read and to try", media_type="text/html")
        documents = Operation("This API for programs, as OpenAPI")
        health = Operation("How this worker is", (HealthShape,), refusals=STORED)
        return (
            Page("/", self.docs, docs),
            Page("/docs", self.docs, docs),
            Page("/openapi.json", self.openapi, documents),
            Page("/health", self.health, health),
        )

    async def docs(self, _: Request) -> Response:
        """Answer the page for people."""
        return Response(
            self._page, media_type="text/html", headers={"Content-Security-Policy": CONTENT_POLICY}
        )

    async def openapi(self, _: Request) -> Response:
        """Answer the OpenAPI document."""
        return Response(self.document, media_type=JSON)

    async def health(self, _: Request) -> Response:
        """Answer how this worker is; 503 while it has no model."""
        serving = self._hall.serving
        said = {
            "status": "ready",
            "dataset": self._hall.dataset.name,
            "model": serving.require().tag,
            "generation": serving.generation,
            "log_depth_rows": self._hall.log_depth,
        }
        return answer(said)
