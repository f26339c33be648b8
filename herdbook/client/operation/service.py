"""Operations that tell what a service is."""

from __future__ import annotations

from typing import Any

from herdbook.client.call import Call
from herdbook.client.operation.request import get


def health() -> Call[dict[str, Any]]:
    """Tell how the service is: `status`, `dataset`, `model`, `generation`."""
    return get("/health")


def dataset() -> Call[dict[str, Any]]:
    """Describe the dataset: `features`, `classes`, `example`, `max_records` and what the service can do."""
    return get("/dataset")
