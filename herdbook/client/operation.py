"""Every operation of the API, each described once: what is sent, and how its answer is read.

The docstrings here are those of the methods of `Client` and `AsyncClient`.
"""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from herdbook.client.answer import (
    Assignment,
    HistoryPage,
    Prediction,
    RowError,
    assignment_of,
    one_prediction_of,
    prediction_of,
    row_error_of,
)
from herdbook.client.call import Call
from herdbook.client.encode import encode, encode_records, given, require_finite, require_key
from herdbook.client.errors import UnsendableError

T = TypeVar("T")
Record = Mapping[str, Any]
Errors = Literal["refuse", "inline"]


def predict(
    records: Sequence[Record], *, errors: Errors = "refuse", idempotency_key: str | None = None
) -> Call[list[Prediction | RowError]]:
    """Predict many records.

    Every retry carries the same `Idempotency-Key`, so that no prediction is logged twice.

    Parameters
    ----------
    records
        Feature names to values; `key` is your own name for a record. At most `max_records` of `dataset()`.
    errors
        What a bad record does: `refuse` the whole request, or be answered `inline` by a `RowError`.
    idempotency_key
        1 to 255 visible ASCII characters. A repeat of the same records under the same key, within the window
        of the service, gives the first answer. Made anew for each call if left out.

    Returns
    -------
    list of Prediction or RowError
        One a record, in their order.

    Raises
    ------
    InvalidRecordError
        A record breaks the schema, and `errors` is `refuse`.

    Examples
    --------
    ::

        with Client() as client:
            for each in client.predict([{"height": 0.6, ...}, {"height": 1.2, ...}]):
                print(each.label, each.confidence)
    """
    listed = list(records) if not isinstance(records, Mapping) else records
    return Call(
        "POST",
        "/predict",
        partial(_many, "predictions", prediction_of, len(listed)),
        encode_records(listed, errors=errors),
        headers=_idempotent(idempotency_key),
    )


def predict_one(record: Record, *, idempotency_key: str | None = None) -> Call[Prediction]:
    """Predict one record.

    Parameters
    ----------
    record
        Feature names to values; `key` is your own name for the record.
    idempotency_key
        As for `predict`.

    Raises
    ------
    InvalidRecordError
        The record breaks the schema.

    Examples
    --------
    ::

        with Client() as client:
            print(client.predict_one({"height": 0.6, ...}).label)
    """
    require_finite(record, "the record")
    body = encode(dict(record))
    return Call("POST", "/predict_one", one_prediction_of, body, headers=_idempotent(idempotency_key))


def cluster(records: Sequence[Record], *, errors: Errors = "refuse") -> Call[list[Assignment | RowError]]:
    """Tell in which clusters records lie; nothing is logged.

    Parameters
    ----------
    records, errors
        As for `predict`.

    Returns
    -------
    list of Assignment or RowError
        One a record, in their order.
    """
    listed = list(records) if not isinstance(records, Mapping) else records
    read = partial(_many, "clusters", assignment_of, len(listed))
    return Call("POST", "/cluster", read, encode_records(listed, errors=errors))


def health() -> Call[dict[str, Any]]:
    """Tell how the service is: `status`, `dataset`, `model`, `generation`."""
    return _get("/health")


def dataset() -> Call[dict[str, Any]]:
    """Describe the dataset: `features`, `classes`, `example`, `max_records` and what the service can do."""
    return _get("/dataset")


def models() -> Call[dict[str, Any]]:
    """List the models: `models`, newest first, and `current`, the tag of the one that answers."""
    return _get("/models")


def model(tag: str) -> Call[dict[str, Any]]:
    """Give a model's `card`, the `generations` whose champion it is, and the names of its `reports`.

    Raises
    ------
    NotFoundError
        There is no such model.
    """
    return _get(f"/models/{_part(tag)}")


def evaluation(tag: str) -> Call[dict[str, Any]]:
    """Give a model's evaluation report.

    Raises
    ------
    NotFoundError
        There is no such model, or it has no such report.
    """
    return _get(f"/models/{_part(tag)}/evaluation")


def generations() -> Call[dict[str, Any]]:
    """List the `generations`, newest first: which model was promoted when, by whom and why."""
    return _get("/generations")


def promote(tag: str, *, why: str, who: str | None = None) -> Call[dict[str, Any]]:
    """Let a model answer; give the generation that says so. Not sent twice if it may have arrived.

    Parameters
    ----------
    why, who
        Stand in the ledger for ever; `who` is your user name if left out.

    Raises
    ------
    ConflictError
        Somebody else promoted first.
    RefusedError
        This service does not let itself be steered over HTTP.
    """
    return _post("/promote", {"tag": tag, "who": who or _me(), "why": why})


def roll_back(
    *, why: str, who: str | None = None, to: int | None = None, from_generation: int | None = None
) -> Call[dict[str, Any]]:
    """Let the champion before answer again, or that of generation `to`; as for `promote`.

    With `from_generation` it is a ConflictError if another generation than that one is the current one.
    """
    said = [("who", who or _me()), ("why", why), ("to", to), ("from_generation", from_generation)]
    return _post("/rollback", given(said))


def discovery(*, model: str | None = None, report: str | None = None) -> Call[dict[str, Any]]:
    """Give a discovery report: that of a model, one by its name, or that of the current model."""
    return _get("/discovery", given([("model", model), ("report", report)]))


def place(records: Sequence[Record], *, report: str | None = None) -> Call[dict[str, Any]]:
    """Place records on the map of a discovery: `points`, one a record, and the `report`'s full name."""
    body = encode_records(records, **given([("report", report)]))
    return Call("POST", "/discovery/place", _object, body)


def name_clusters(
    report: str, names: Mapping[int | str, str], *, why: str, who: str | None = None
) -> Call[dict[str, Any]]:
    """Name the clusters of a discovery: numbers to names. Not sent twice if it may have arrived."""
    said = {str(number): name for number, name in names.items()}
    return _post("/discovery/names", {"report": report, "names": said, "who": who or _me(), "why": why})


def trainings() -> Call[dict[str, Any]]:
    """List the `trainings` that this service ran, newest first."""
    return _get("/trainings")


def training(id: str) -> Call[dict[str, Any]]:
    """Tell how a training is: its `state`, `steps`, the end of its `log` and its `answer`."""
    return _get(f"/trainings/{_part(id)}")


def start_training(
    *,
    effort: Literal["quick", "thorough"] = "quick",
    seed: int | None = None,
    budget_cpu_s: float | None = None,
    again: bool = False,
    ingest: bool = False,
) -> Call[dict[str, Any]]:
    """Start a training. Not sent twice if it may have arrived.

    Parameters
    ----------
    effort
        How widely to search.
    seed, budget_cpu_s
        The dataset's own if left out.
    again
        Train although the same was trained before.
    ingest
        Take a new snapshot of the data first.

    Raises
    ------
    ConflictError
        A training runs.
    """
    wanted = given([("seed", seed), ("budget_cpu_s", budget_cpu_s)])
    return _post("/trainings", {"effort": effort, "again": again, "ingest": ingest, **wanted})


def stop_training(id: str) -> Call[dict[str, Any]]:
    """Stop a training; give how it is then. One that has ended stays as it is."""
    return Call("POST", f"/trainings/{_part(id)}/stop", _object, b"{}")


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
    return _get(f"/predictions/{_part(id)}")


def pedigree(id: str) -> Call[dict[str, Any]]:
    """Give where a prediction comes from: the row, its model, snapshot, and who promoted it and why."""
    return _get(f"/predictions/{_part(id)}/pedigree")


def _get(path: str, query: Mapping[str, Any] | None = None) -> Call[dict[str, Any]]:
    return Call("GET", path, _object, query=query or {})


def _post(path: str, body: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Describe what must not happen twice."""
    return Call("POST", path, _object, encode(body), is_repeatable=False)


def _idempotent(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex if key is None else require_key(key)}


def _part(name: str) -> str:
    """Quote a part of a path, so that a slash or a dot in it names nothing else."""
    if name in ("", ".", ".."):
        raise UnsendableError("the name", got=repr(name), expected="a name")
    return quote(name, safe=":")


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


def _microseconds(when: datetime | int | None) -> int | None:
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        expected = "one with a zone, such as datetime.now(UTC)"
        raise UnsendableError("the time", got=f"{when.isoformat()} without a zone", expected=expected)
    return int(when.timestamp() * 1_000_000)


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise TypeError
    return said


def _page(said: Any) -> HistoryPage:
    return HistoryPage(list(said["predictions"]), said["next"])


def _many(name: str, answer_of: Callable[[Any, str], T], n: int, said: Any) -> list[T | RowError]:
    rows, tag = said[name], said["model"]
    if len(rows) != n:
        raise ValueError
    return [
        row_error_of(row, place) if "error" in row else answer_of(row, tag) for place, row in enumerate(rows)
    ]
