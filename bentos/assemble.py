"""Put an answer together: what the model said, what was refused, and what is logged of it."""

from __future__ import annotations

import time

from bentos.exchange import Answer, Share, Ticket
from bentos.refusal import PredictionFailedError
from herdbook.errors import HerdbookError
from herdbook.prediction_log.row import Logged, new_ids
from herdbook.predictor import Answers

CHAMPION = "champion"


def assemble(ticket: Ticket, share: Share) -> Answer:
    """Put the share of a ticket's valid records together with those that were refused at the door.

    Raises
    ------
    PredictionFailedError
        The model failed on a record, and the body does not ask for inline errors.
    """
    decoded = ticket.decoded
    if share.failed or decoded.refused:
        return _assemble_around(ticket, share)
    n_rows = len(decoded.frame)
    ids = new_ids(n_rows) if isinstance(share.columns, Answers) else []
    return Answer(ticket, share.columns, range(n_rows), {}, decoded.frame, ids, decoded.keys)


def _assemble_around(ticket: Ticket, share: Share) -> Answer:
    decoded = ticket.decoded
    valid = [place for place in range(decoded.n_records) if place not in decoded.refused]
    failed: dict[int, HerdbookError] = dict(decoded.refused)
    if share.failed:
        bad = [valid[nth] for nth in share.failed]
        if not decoded.is_inline:
            raise PredictionFailedError(bad)
        failed |= {place: PredictionFailedError([place]) for place in bad}
    is_bad = frozenset(share.failed)
    kept = [nth for nth in range(len(valid)) if nth not in is_bad]
    return Answer(
        ticket=ticket,
        columns=share.columns,
        places=[valid[nth] for nth in kept],
        failed=failed,
        frame=decoded.frame[kept] if share.failed else decoded.frame,
        ids=new_ids(len(kept)) if isinstance(share.columns, Answers) else [],
        keys=[decoded.keys[nth] for nth in kept],
    )


def predictions_of(answer: Answer) -> Answers:
    """Give the columns of an answer that has predictions."""
    columns = answer.columns
    assert isinstance(columns, Answers)
    return columns


def logged_of(answer: Answer) -> Logged:
    """Say what is to be logged of an answer that has predictions."""
    ticket = answer.ticket
    return Logged(
        ids=answer.ids,
        time_us=time.time_ns() // 1000,
        request_id=ticket.request_id,
        keys=answer.keys,
        model=ticket.predictor.tag,
        role=CHAMPION,
        schema_hash=ticket.predictor.schema_hash,
        frame=answer.frame,
        answers=predictions_of(answer),
    )
