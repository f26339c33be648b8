"""Reading predictions back, newest first: what is still in the spool and what the ledger holds.

Arrow is imported when something is asked for: a worker that answers requests has somebody else read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from herdbook.ledger import Ledger


class Named(Protocol):
    """A dataset, of which reading needs the name alone."""

    @property
    def name(self) -> str:
        """What it is called."""


@dataclass(frozen=True)
class Page:
    """Some predictions, newest first; `next` is the `before` of the page after this one."""

    rows: list[dict[str, Any]]
    next: str | None


def history(  # noqa: PLR0913 - each argument is one filter of the route, and all are optional
    ledger: Ledger,
    spool: Path,
    dataset: Named,
    *,
    start_us: int | None = None,
    end_us: int | None = None,
    label: str | None = None,
    model: str | None = None,
    key: str | None = None,
    limit: int = 100,
    before: str | None = None,
) -> Page:
    """Give the newest predictions that match every filter.

    Parameters
    ----------
    start_us, end_us
        Made at or after, and before, this time (UTC, microseconds since 1970).
    limit
        Most rows of the page.
    before
        Only ids below this one: the `next` of the page before.
    """
    asked = {"start_us": start_us, "end_us": end_us, "label": label, "model": model, "key": key}
    before = None if before is None else before.lower()
    rows = _newest(ledger, spool, dataset.name, limit + 1, before=before, **asked)
    page = rows[:limit]
    return Page(page, page[-1]["id"] if len(rows) > limit and page else None)


def find_prediction(ledger: Ledger, spool: Path, dataset: Named, id: str) -> dict[str, Any] | None:
    """Find one prediction by its id, or None."""
    if (found := find_unsealed(spool, dataset, id)) is not None:
        return found
    if (wanted := _canonical(id)) is None:
        return None
    rows = _newest(ledger, spool, dataset.name, 1, id=wanted)
    return rows[0] if rows else None


def find_unsealed(spool: Path, dataset: Named, id: str) -> dict[str, Any] | None:
    """Find one prediction that is still in the spool by its id, or None; the ledger is not asked."""
    from herdbook.prediction_log.query import Query, rows_to_dicts  # noqa: PLC0415 - as above
    from herdbook.prediction_log.waiting import waiting_tables  # noqa: PLC0415

    if (wanted := _canonical(id)) is None:
        return None
    query = Query(id=wanted)
    for table in waiting_tables(spool, dataset.name):
        if rows := rows_to_dicts(table, query.rows_of(table, 1)):
            return rows[0]
    return None


def _newest(ledger: Ledger, spool: Path, dataset: str, limit: int, **asked: Any) -> list[dict[str, Any]]:
    from herdbook.prediction_log.query import Query, rows_to_dicts  # noqa: PLC0415 - as above
    from herdbook.prediction_log.search import Newest, Search  # noqa: PLC0415
    from herdbook.prediction_log.waiting import waiting_tables  # noqa: PLC0415

    query, found = Query(**asked), Newest(limit)
    # Spool before index: a file that is sealed in between is then seen twice, never missed.
    for table in waiting_tables(spool, dataset):
        found.add(rows_to_dicts(table, query.rows_of(table, limit)))
    Search(ledger, dataset, query).run(found)
    return found.rows()


def _canonical(id: str) -> str | None:
    try:
        return str(UUID(id))
    except ValueError:
        return None
