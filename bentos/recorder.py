"""The recorder: logs answers before they are given, and counts them."""

from __future__ import annotations

from collections.abc import Sequence

from bentos import metrics
from bentos.assemble import assemble, logged_of, predictions_of
from bentos.exchange import Answer, Give, Outcome, Share, Ticket
from bentos.tally import Tallies
from bentos.write_ahead import Faults, WriteAheadLog


class Recorder:
    """Logs and counts the predictions of one worker."""

    def __init__(self, log: WriteAheadLog, tallies: Tallies) -> None:
        self._log = log
        self._tallies = tallies
        self._counted: dict[str, metrics.PredictionTally] = {}

    async def record(self, answer: Answer) -> None:
        """Log one answer: all of its rows in one append, there all or none."""
        if answer.columns is not None:
            await self._log.append(logged_of(answer))
            self._count(answer)

    def record_batch(self, tickets: Sequence[Ticket], shares: Sequence[Share], give: Give) -> None:
        """Log the answers of one batch together, with one sync, and give them then."""
        outcomes = [put_together(ticket, share) for ticket, share in zip(tickets, shares, strict=True)]
        recorded = [
            (place, outcome)
            for place, outcome in enumerate(outcomes)
            if isinstance(outcome, Answer) and outcome.columns is not None and not outcome.ticket.logs_later
        ]
        if not recorded:
            give(outcomes)
            return

        def settle(faults: Faults) -> None:
            for (place, _), fault in zip(recorded, faults, strict=True):
                outcomes[place] = outcomes[place] if fault is None else fault
            give(outcomes)
            for (_, answer), fault in zip(recorded, faults, strict=True):
                if fault is None:
                    self._count(answer)

        self._log.append_together([logged_of(answer) for _, answer in recorded], settle)

    def _count(self, answer: Answer) -> None:
        answers, tag = predictions_of(answer), answer.ticket.predictor.tag
        tally = self._counted.get(tag)
        if tally is None:
            tally = self._counted[tag] = metrics.PredictionTally(tag, answers.classes)
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
