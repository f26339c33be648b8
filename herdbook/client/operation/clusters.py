"""Operations on discoveries and the names of their clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from herdbook.client.call import Call
from herdbook.client.encode import encode_records, given
from herdbook.client.operation.predictions import Record
from herdbook.client.operation.request import get, object_of, post, user


def discovery(*, model: str | None = None, report: str | None = None) -> Call[dict[str, Any]]:
    """Give a discovery report: that of a model, one by its name, or that of the current model."""
    return get("/discovery", given([("model", model), ("report", report)]))


def place(records: Sequence[Record], *, report: str | None = None) -> Call[dict[str, Any]]:
    """Place records on the map of a discovery: `points`, one a record, and the `report`'s full name."""
    body = encode_records(records, **given([("report", report)]))
    return Call("POST", "/discovery/place", object_of, body)


def name_clusters(
    report: str, names: Mapping[int | str, str], *, why: str, who: str | None = None
) -> Call[dict[str, Any]]:
    """Name the clusters of a discovery: numbers to names. Not sent twice if it may have arrived."""
    said = {str(number): name for number, name in names.items()}
    return post("/discovery/names", {"report": report, "names": said, "who": who or user(), "why": why})
