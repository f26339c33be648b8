"""The routes of ours besides BentoML's methods, a file a subject. What reads files runs on a thread."""

from __future__ import annotations

from collections.abc import Sequence

from bentos.hall import Hall
from bentos.operation import Page
from bentos.routes.about import About
from bentos.routes.dataset import dataset_pages
from bentos.routes.discovery import discovery_pages
from bentos.routes.generation import generation_pages
from bentos.routes.model import model_pages
from bentos.routes.prediction import prediction_pages
from bentos.training.pages import training_pages


class Routes:
    """The routes of one hall.

    Attributes
    ----------
    document
        The OpenAPI document, set once all routes are known.
    """

    def __init__(self, hall: Hall) -> None:
        self._about = About(hall)
        self._pages = (
            *self._about.pages(),
            *dataset_pages(hall),
            *model_pages(hall),
            *generation_pages(hall),
            *discovery_pages(hall),
            *training_pages(hall),
            *prediction_pages(hall),
        )

    @property
    def document(self) -> bytes:
        """The OpenAPI document."""
        return self._about.document

    @document.setter
    def document(self, document: bytes) -> None:
        self._about.document = document

    def pages(self) -> Sequence[Page]:
        """List every route with what the document says of it; of two that fit a path, the first answers."""
        return self._pages
