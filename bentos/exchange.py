"""What passes between door, batcher and log: tickets come in, share batches, and answers go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from herdbook.clusters import Assignment
from herdbook.errors import HerdbookError
from herdbook.predictor import Answers, Predictor


class Decoded(NamedTuple):
    """The records of one body.

    Attributes
    ----------
    frame
        The valid records, shape (n_valid, n_features).
    keys
        The client's own name for each valid record, or None.
    n_records
        How many the body has, valid or not.
    refused
        Why each of the others is refused, by its place in the body; empty unless it asks for inline errors.
    is_flat
        Whether the body is one record, and the answer flat.
    is_inline
        Whether a record that fails is answered in its place, instead of refusing the request.
    """

    frame: NDArray[np.float64]
    keys: list[str | None]
    n_records: int
    refused: Mapping[int, HerdbookError]
    is_flat: bool = False
    is_inline: bool = False


class Ticket(NamedTuple):
    """A request that was let in, bound to the model that will answer it.

    Attributes
    ----------
    logs_later
        Whether who asked logs the answer, instead of its batch.
    """

    request_id: str
    predictor: Predictor
    decoded: Decoded
    logs_later: bool = False


class Share(NamedTuple):
    """What a model said about the rows of one ticket.

    Attributes
    ----------
    columns
        `Answers` or `Assignment` of the rows that it answered, in order; None if there are none.
    failed
        Places, in the ticket's frame, of the rows on which it failed.
    """

    columns: Any
    failed: Sequence[int] = ()


class Answer(NamedTuple):
    """What is answered to a ticket.

    Attributes
    ----------
    columns
        What the model said about the records in `places`, one row each; None if there are none.
    places
        Where the answered records stand in the body.
    failed
        What is wrong with the others, by place.
    frame
        The answered records, shape (n_answered, n_features).
    ids
        The id of each answered record in the prediction log; empty for what is not logged.
    keys
        The client's own name for each answered record.
    """

    ticket: Ticket
    columns: Answers | Assignment | None
    places: Sequence[int]
    failed: Mapping[int, HerdbookError]
    frame: NDArray[np.float64]
    ids: list[str]
    keys: list[str | None]


Outcome = Answer | Exception
"""What becomes of a ticket."""

Give = Callable[[Sequence[Outcome]], None]
"""Gives what became of the tickets of a batch, in order; called once, on the event loop."""
