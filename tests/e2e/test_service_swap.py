"""A running service follows promotions and rollbacks without a failed request."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from tests.fixtures.load import under_load, wait_until
from tests.fixtures.service import Book, Service

pytestmark = pytest.mark.integration
TWO_WORKERS = {"BENTOML_CONFIG_OPTIONS": "services.herdbook.workers=2"}


def swap(act: Callable[[], str]) -> tuple[float, str]:
    """Let another model serve, keep asking for 3 s more, and give when that was and who should answer."""
    began, tag = time.monotonic(), act()
    time.sleep(3)
    return began, tag


def test_swap_under_load_fails_no_request(plain_book: Book, running_service: Callable[..., Service]) -> None:
    """Within 2 s of each swap both workers answer by the new model alone, and no request fails."""
    book = plain_book
    service = running_service(book.environment | TWO_WORKERS)
    wait_until(lambda: service.output.count("serves (generation 1)") == 2)

    with under_load(service, pause_s=0.005) as load:
        swaps = [swap(act) for act in (partial(book.promote, 1), book.roll_back, partial(book.promote, 1))]

    assert load.failed == []
    assert [tag for _, tag in swaps] == [book.tags[1], book.tags[0], book.tags[1]]
    for began, tag in swaps:
        settled = {model for at, model in load.models if began + 2 < at < began + 3}
        assert settled == {tag}
