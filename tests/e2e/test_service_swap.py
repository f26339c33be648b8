"""A running service follows promotions and rollbacks without a failed request."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.fixtures.load import Load, under_load, wait_until
from tests.fixtures.service import Book, Service

pytestmark = pytest.mark.integration
TWO_WORKERS = {"BENTOML_CONFIG_OPTIONS": "services.herdbook.workers=2"}


def swap(book: Book, load: Load, nth: int) -> tuple[float, str]:
    """Promote a model, keep asking for 3 s more, and give when that was and who should answer."""
    began, tag = time.monotonic(), book.promote(nth)
    time.sleep(3)
    return began, tag


def test_swap_under_load_fails_no_request(book: Book, running_service: Callable[..., Service]) -> None:
    """Within 2 s of each swap both workers answer by the new model alone, and no request fails."""
    service = running_service(book.environment | TWO_WORKERS)
    wait_until(lambda: service.output.count("serves (generation 1)") == 2, timeout_s=60)

    with under_load(service) as load:
        swaps = [swap(book, load, nth) for nth in (1, 0, 1)]

    assert load.failed == []
    for began, tag in swaps:
        settled = {model for at, model in load.models if began + 2 < at < began + 3}
        assert settled == {tag}
