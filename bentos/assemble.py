"""Put an answer together: what the model said, what was refused, and what is logged of it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bentos.batch import gather
from bentos.exchange import Answer, Outcome, Row, Ticket
from bentos.refusal import PredictionFailedError
from herdbook.errors import HerdbookError
from herdbook.prediction_log.row import Logged, new_ids
from herdbook.predictor import Answers

CHAMPION = "champion"


def assemble(ticket: Ticket, outcomes: Sequence[Outcome]) -> Answer:
    """Put the outcomes of a ticket's valid records together with those that were refused at the door.

    Raises
    ------
    PredictionFailedError
        The model failed on a record, and the body does not ask for inline errors.
    """
    decoded = ticket.decoded
    valid = [place for place in range(decoded.n_records) if place not in decoded.refused]
    failed: dict[int, HerdbookError] = dict(decoded.refused)
    kept = [nth for nth, outcome in enumerate(outcomes) if isinstance(outcome, Row)]
    if len(kept) < len(valid):
        bad = sorted(set(valid) - {valid[nth] for nth in kept})
        if not decoded.is_inline:
            raise PredictionFailedError(bad)
        failed |= {place: PredictionFailedError([place]) for place in bad}
    rows = [outcome for outcome in outcomes if isinstance(outcome, Row)]
    columns = gather(rows) if rows else None
    return Answer(
        ticket=ticket,
        columns=columns,
        places=[valid[nth] for nth in kept],
        failed=failed,
        frame=decoded.frame if len(kept) == len(valid) else decoded.frame[kept],
        ids=new_ids(len(rows)) if isinstance(columns, Answers) else [],
        keys=[decoded.keys[nth] for nth in kept],
    )


def logged_of(answer: Answer, answers: Answers) -> Logged:
    """Say what is to be logged of an answer, and of its columns."""
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
        answers=answers,
    )
