"""The recorder: logs answers before they are given, and counts them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bentos import metrics
from bentos.assemble import assemble, logged_of
from bentos.exchange import Answer, Give, Outcome, Share, Ticket
from bentos.tally import Tallies
from bentos.write_ahead import Outcomes, WriteAheadLog
from herdbook.predictor import Answers, Predictor


class Recorder:
    """Logs and counts the predictions of one worker."""

    def __init__(self, log: WriteAheadLog, tallies: Tallies) -> None:
        self._log = log
        self._tallies = tallies
        self._counted: dict[str, metrics.PredictionTally] = {}

    async def record(self, answer: Answer) -> None:
        """Log one answer: all of its rows in one append, there all or none."""
        if isinstance(answer.columns, Answers):
            await self._log.append(logged_of(answer, answer.columns))
            self._count(answer.ticket.predictor, answer.columns)

    def record_batch(self, tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
        """Log the answers of one batch together, with one sync, and give them then."""
        outcomes = [put_together(ticket, share) for ticket, share in zip(tickets, shares, strict=True)]
        logged, places = [], []
        for place, answer in enumerate(outcomes):
            if isinstance(answer, Answer) and not answer.ticket.logs_later:
                columns = answer.columns
                if isinstance(columns, Answers):
                    logged.append(logged_of(answer, columns))
                    places.append(place)
        if logged:
            self._log.append_together(logged, partial(self._give, outcomes, places, give))
        else:
            give(outcomes)

    def _give(self, outcomes: list[Outcome], places: Sequence[int], give: Give, said: Outcomes) -> None:
        for place, error in zip(places, said, strict=True):
            answer = outcomes[place]
            if error is not None:
                outcomes[place] = error
            elif isinstance(answer, Answer) and isinstance(answer.columns, Answers):
                self._count(answer.ticket.predictor, answer.columns)
        give(outcomes)

    def _count(self, predictor: Predictor, answers: Answers) -> None:
        tally = self._counted.get(predictor.tag)
        if tally is None:
            tally = self._counted[predictor.tag] = metrics.PredictionTally(predictor.tag, answers.classes)
            self._tallies.add(tally)
        tally.count(answers)
        self._tallies.stir()


def put_together(ticket: Ticket, share: Share) -> Outcome:
    """Give the answer to a ticket, or why there is none."""
    try:
        return assemble(ticket, share)
    except Exception as error:  # noqa: BLE001 - one ticket that has no answer must not keep the others from theirs
        return error


def give_batch(tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
    """Give the answers of one batch that nobody logs."""
    give([put_together(ticket, share) for ticket, share in zip(tickets, shares, strict=True)])
