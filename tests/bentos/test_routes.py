"""The GET routes without a server: what is not as it should be is told as the document says."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from bentos.guard import Guard
from bentos.hall import Hall
from bentos.routes import Routes
from bentos.seal import Sealer
from bentos.shape import ProblemShape
from herdbook.ledger import Ledger, open_ledger
from herdbook.settings import Settings
from tests.fixtures.log import logged_of, write_spool
from tests.fixtures.models import dataset_named

IRIS = dataset_named("iris")


def get(settings: Settings, path: str) -> httpx.Response:
    """Ask the routes of a hall that is not open, behind the guard."""
    pages = Routes(Hall(settings, IRIS)).pages()
    guard = Middleware(Guard, settings=settings, posts=[])
    app = Starlette(routes=[Route(page.path, page.endpoint) for page in pages], middleware=[guard])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def settings(ledger: Ledger, tmp_path: Path) -> Settings:
    """Seal three predictions into a ledger, and give the settings that lead to them."""
    settings = Settings(ledger=ledger.url, state=tmp_path / "state")
    write_spool(settings.spool, [logged_of(3, dataset=IRIS)], dataset=IRIS)
    Sealer(settings.spool, IRIS, partial(open_ledger, ledger.url)).drain(timeout_s=10)
    return settings


def test_predictions_sealed_are_answered(settings: Settings) -> None:
    """What a segment holds is answered."""
    assert len(get(settings, "/predictions").json()["predictions"]) == 3


@pytest.mark.parametrize("path", ["/predictions", "/predictions?label=dog"])
def test_predictions_missing_segment_is_a_declared_failure_without_its_key(
    settings: Settings, path: str
) -> None:
    """A hole in the prediction log is no wrong path: a client gets a 500, and no key of the ledger."""
    (segment,) = Path(settings.ledger).glob("predictions/iris/date=*/*")
    segment.unlink()

    answer = get(settings, path)

    problem = ProblemShape.model_validate(answer.json())
    assert (answer.status_code, problem.kind) == (500, "KeyMissingError")
    assert segment.stem not in answer.text
