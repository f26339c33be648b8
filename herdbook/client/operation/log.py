"""Operations on the prediction log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from herdbook.client.answer import HistoryPage
from herdbook.client.call import Call
from herdbook.client.encode import given
from herdbook.client.errors import UnsendableError
from herdbook.client.operation.request import get, part_of


def history(  # noqa: PLR0913 - the filters that the API has
    *,
    start: datetime | int | None = None,
    end: datetime | int | None = None,
    label: str | None = None,
    model: str | None = None,
    key: str | None = None,
    limit: int | None = None,
    before: str | None = None,
) -> Call[HistoryPage]:
    """Give a page of the prediction log, newest first.

    Parameters
    ----------
    start, end
        From then on, and before then: an aware datetime, or microseconds since 1970, UTC.
    label, model, key
        Only predictions of this label, by the model of this tag, of records with this key.
    limit
        Most rows to give, at most 1,000.
    before
        The `next` of the page before.
    """
    named = [("label", label), ("model", model), ("key", key), ("limit", limit), ("before", before)]
    query = given([("start_us", _microseconds(start)), ("end_us", _microseconds(end)), *named])
    return Call("GET", "/predictions", _page, query=query)


def prediction(id: str) -> Call[dict[str, Any]]:
    """Give one row of the prediction log.

    Raises
    ------
    NotFoundError
        No prediction has this id.
    """
    return get(f"/predictions/{part_of(id)}")


def pedigree(id: str) -> Call[dict[str, Any]]:
    """Give where a prediction comes from: the row, its model, snapshot, and who promoted it and why."""
    return get(f"/predictions/{part_of(id)}/pedigree")


def _page(said: Any) -> HistoryPage:
    return HistoryPage(list(said["predictions"]), said["next"])


def _microseconds(when: datetime | int | None) -> int | None:
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        expected = "one with a zone, such as datetime.now(UTC)"
        raise UnsendableError("the time", got=f"{when.isoformat()} without a zone", expected=expected)
    return int(when.timestamp() * 1_000_000)
