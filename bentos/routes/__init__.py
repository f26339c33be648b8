"""The routes of ours besides BentoML's methods, a file a subject. What reads files runs on a thread."""

from __future__ import annotations

from collections.abc import Sequence

from bentos.hall import Hall
from bentos.operation import Page
from bentos.routes.about import About
from bentos.routes.model import model_pages
from bentos.routes.prediction import prediction_pages


class Routes:
    """The routes of one hall.

    Attributes
    ----------
    document
        The OpenAPI document, set once all routes are known.
    """

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._about = About(hall)

    @property
    def document(self) -> bytes:
        """The OpenAPI document."""
        return self._about.document

    @document.setter
    def document(self, document: bytes) -> None:
        self._about.document = document

    def pages(self) -> Sequence[Page]:
        """List every route with what the document says of it; of two that fit a path, the first answers."""
        return (
            *self._about.pages(),
            *model_pages(self._hall),
            *prediction_pages(self._hall),
        )
