"""A batch: every item by its own model, in its own place, and a bad one alone with its failure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bentos.assemble import assemble
from bentos.batch import join, rows_of, run_batch, run_frame
from bentos.exchange import Decoded, Share, Ticket
from bentos.refusal import PredictionFailedError
from herdbook.clusters import Assignment
from herdbook.predictor import Answers

BAD = -1.0


class Echo:
    """A model that answers with the first feature, and fails on a batch that holds a bad row."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.seen: list[int] = []

    def predict(self, frame: NDArray[np.float64]) -> Answers:
        """Answer each row with itself."""
        self.seen.append(len(frame))
        if (frame == BAD).any():
            raise ValueError("a bad row")
        n = len(frame)
        assignment = Assignment(np.arange(n), frame[:, 0], frame[:, 0])
        return Answers((self.tag,), frame[:, :1], np.zeros(n, dtype=np.int64), frame[:, 0], assignment)


def ticket(model: Any, numbers: list[float], **named: Any) -> Ticket:
    """Make a ticket of one-feature records."""
    frame = np.array(numbers, dtype=np.float64).reshape(-1, 1)
    return Ticket("r", model, Decoded(frame, [None] * len(numbers), len(numbers), {}, **named))


numbers = st.lists(st.floats(0, 1) | st.just(BAD), max_size=20)


@given(st.lists(st.tuples(st.integers(0, 2), numbers), max_size=6))
def test_batch_each_ticket_gets_the_answers_of_its_own_model(asked: list[tuple[int, list[float]]]) -> None:
    """Whatever waits together: a record's answer is its own model's, and a bad one harms only itself."""
    models = [Echo(f"m{place}") for place in range(3)]
    tickets = [ticket(models[place], wanted) for place, wanted in asked]

    shares = run_batch(tickets, Echo.predict)  # type: ignore[arg-type]

    for each, share in zip(tickets, shares, strict=True):
        wanted = each.decoded.frame[:, 0].tolist()
        good = [number for number in wanted if number != BAD]
        assert list(share.failed) == [place for place, number in enumerate(wanted) if number == BAD]
        assert rows_of(share.columns) == len(good)
        if good:
            assert share.columns.classes == (each.predictor.tag,)
            assert share.columns.confidence.tolist() == good
            assert share.columns.assignment.membership.tolist() == good


@given(numbers.filter(bool), st.integers(1, 7))
def test_join_puts_rows_together_again(wanted: list[float], step: int) -> None:
    """An answer does not depend on how its records were cut into batches."""
    model: Any = Echo("m")
    frame = np.array([each for each in wanted if each != BAD] or [0.5]).reshape(-1, 1)
    chunks = [frame[first : first + step] for first in range(0, len(frame), step)]

    share = join([run_frame(model, chunk, Echo.predict) for chunk in chunks])  # type: ignore[arg-type]

    assert np.array_equal(share.columns.confidence, frame[:, 0])
    assert np.array_equal(share.columns.assignment.membership, frame[:, 0])
    assert share.columns.probabilities.shape == (len(frame), 1)


def test_run_frame_bad_row_costs_few_calls() -> None:
    """Halving finds one bad row among many in a few calls."""
    model: Any = Echo("m")
    frame = np.ones((256, 1))
    frame[77] = BAD

    share = run_frame(model, frame, Echo.predict)  # type: ignore[arg-type]

    assert (share.failed, rows_of(share.columns)) == ([77], 255)
    assert len(model.seen) <= 17


def test_assemble_failed_record_refuses_the_request() -> None:
    """Without a wish for inline errors, a record that the model fails on fails its request."""
    asked = ticket(Echo("m"), [0.1, BAD, 0.3])

    with pytest.raises(PredictionFailedError, match="record 1"):
        assemble(asked, run_batch([asked], Echo.predict)[0])  # type: ignore[arg-type]


def test_assemble_inline_answers_around_the_failed_record() -> None:
    """With it, the others are answered in their places."""
    asked = ticket(Echo("m"), [0.1, BAD, 0.3], is_inline=True)

    answer = assemble(asked, run_batch([asked], Echo.predict)[0])  # type: ignore[arg-type]

    assert (answer.places, list(answer.failed)) == ([0, 2], [1])
    assert answer.frame[:, 0].tolist() == [0.1, 0.3]
    assert len(set(answer.ids)) == 2


def test_assemble_nothing_asked_is_an_empty_answer() -> None:
    """A request without records is answered without predictions."""
    answer = assemble(ticket(SimpleNamespace(tag="m"), []), Share(None))

    assert (answer.columns, answer.places, answer.ids) == (None, range(0), [])
