"""Answers as JSON: byte for byte what their objects would be, though they are written from columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentos.encode import ROWS_AT_ONCE, encode_clusters, encode_predictions
from bentos.exchange import Answer, Decoded, Ticket
from bentos.refusal import PredictionFailedError
from herdbook.clusters import Assignment
from herdbook.errors import HerdbookError
from herdbook.predictor import Answers
from tests.bentos.test_batch import Echo

TRICKY = ("cow", "100% hen", 'so-called "goat"', "a\nb", "%b", "Büffel")
FAILED = "PredictionFailedError"
texts = st.text(st.characters(codec="utf-8"), max_size=12)


def answers_of(classes: tuple[str, ...], n: int, seed: int) -> Answers:
    """Make up answers, some of them with numbers that JSON writes in another way."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(len(classes)), size=n) * rng.choice([1.0, 1e-9, 0.0], size=(n, 1))
    label = probabilities.argmax(axis=1)
    membership = rng.choice([0.0, 1.0, 0.1 + 0.2, 5e-324], size=n)
    assignment = Assignment(rng.integers(-1, 3, size=n), membership, 1.0 - membership)
    return Answers(classes, probabilities, label, probabilities.max(axis=1), assignment)


def answer_of(
    columns: Any, keys: list[str | None], *, failed: dict[int, HerdbookError] | None = None
) -> Answer:
    """Make the answer to a list of records, in which those that failed have their places."""
    failed = failed or {}
    n = len(keys)
    places = [place for place in range(n + len(failed)) if place not in failed]
    frame = np.zeros((n, 1))
    decoded = Decoded(frame, keys, n + len(failed), failed)
    ticket = Ticket("r", Echo("animals:0123456789ab"), decoded)  # type: ignore[arg-type]
    return Answer(ticket, columns, places, failed, frame, [f"id-{place}" for place in range(n)], keys)


def prediction(answer: Answer, nth: int) -> dict[str, Any]:
    """Give one prediction as an object."""
    said: Any = answer.columns
    cluster = int(said.assignment.cluster[nth])
    row = {
        "id": answer.ids[nth],
        "label": said.classes[said.label[nth]],
        "confidence": float(said.confidence[nth]),
        "probabilities": dict(zip(said.classes, said.probabilities[nth].tolist(), strict=True)),
        "cluster": cluster,
        "membership": float(said.assignment.membership[nth]),
        "outlier": cluster == -1,
    }
    return row if answer.keys[nth] is None else row | {"key": answer.keys[nth]}


@given(
    classes=st.lists(st.sampled_from(TRICKY), min_size=1, max_size=4, unique=True).map(tuple),
    keys=st.lists(st.none() | texts | st.sampled_from(TRICKY), min_size=1, max_size=9),
    seed=st.integers(0, 2**32 - 1),
)
def test_predictions_are_the_bytes_of_their_objects(
    classes: tuple[str, ...], keys: list[str | None], seed: int
) -> None:
    """Whatever the classes and the client's keys are called, and however small a number is."""
    answer = answer_of(answers_of(classes, len(keys), seed), keys)

    rows = [prediction(answer, nth) for nth in range(len(keys))]
    assert encode_predictions(answer) == orjson.dumps({"predictions": rows, "model": "animals:0123456789ab"})


@pytest.mark.parametrize("n", [ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 3 * ROWS_AT_ONCE])
def test_many_predictions_stay_in_their_order(n: int) -> None:
    """They are written part by part."""
    keys: list[str | None] = [None] * (n - 1) + ["last"]
    answer = answer_of(answers_of(TRICKY, n, 1), keys)

    told = orjson.loads(encode_predictions(answer))["predictions"]

    assert told == [prediction(answer, nth) for nth in range(n)]


def test_failed_records_stand_in_their_places_among_many() -> None:
    """Also where one part of what is written ends and the next begins."""
    places = (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2 * ROWS_AT_ONCE)
    failed: dict[int, HerdbookError] = {place: PredictionFailedError([place]) for place in places}
    keys: list[str | None] = [str(nth) for nth in range(2 * ROWS_AT_ONCE)]
    answer = answer_of(answers_of(TRICKY, len(keys), 1).assignment, keys, failed=failed)

    told = orjson.loads(encode_clusters(answer))["clusters"]

    assert [place for place, row in enumerate(told) if "kind" in row] == list(places)
    assert [row["key"] for row in told if "kind" not in row] == keys


def test_what_is_no_finite_number_is_null() -> None:
    """JSON has no other word for it; the memory may lie in any order."""
    said = answers_of(TRICKY, 2, 1)
    probabilities = np.asfortranarray(said.probabilities)
    probabilities[:, 1] = [np.nan, np.inf]
    answer = answer_of(said._replace(probabilities=probabilities), [None, None])

    told = orjson.loads(encode_predictions(answer))["predictions"]

    assert [row["probabilities"]["100% hen"] for row in told] == [None, None]
    assert [row["probabilities"]["cow"] for row in told] == said.probabilities[:, 0].tolist()


def test_failed_records_stand_in_their_places() -> None:
    """First, last and in the middle."""
    failed: dict[int, HerdbookError] = {place: PredictionFailedError([place]) for place in (0, 2, 5)}
    answer = answer_of(answers_of(TRICKY, 3, 1), [None, "a\nkey", None], failed=failed)

    told = orjson.loads(encode_predictions(answer))["predictions"]

    assert [row.get("id", row.get("kind")) for row in told] == [
        *(FAILED, "id-0", FAILED, "id-1", "id-2", FAILED)
    ]
    assert told[3]["key"] == "a\nkey"


def test_answer_without_any_record_that_went_well_is_its_failures() -> None:
    """Nothing is written from columns then."""
    answer = answer_of(None, [], failed={0: PredictionFailedError([0])})

    told = orjson.loads(encode_predictions(answer))

    assert [row["kind"] for row in told["predictions"]] == [FAILED]


@pytest.mark.parametrize(
    ("encode", "name"), [(encode_predictions, "predictions"), (encode_clusters, "clusters")]
)
def test_answer_to_no_record_is_an_empty_list(encode: Any, name: str) -> None:
    """Nobody asked for anything."""
    assert orjson.loads(encode(answer_of(None, []))) == {name: [], "model": "animals:0123456789ab"}


@given(keys=st.lists(st.none() | texts, min_size=1, max_size=9), seed=st.integers(0, 2**32 - 1))
def test_clusters_are_the_bytes_of_their_objects(keys: list[str | None], seed: int) -> None:
    """A record in none is an outlier."""
    said = answers_of(("cow",), len(keys), seed).assignment
    columns = (said.cluster, said.membership, said.outlier_score)
    answer = answer_of(said, keys)
    rows = [
        {"cluster": c, "membership": m, "outlier_score": s, "outlier": c == -1}
        | ({} if key is None else {"key": key})
        for c, m, s, key in zip(*(column.tolist() for column in columns), keys, strict=True)
    ]

    assert encode_clusters(answer) == orjson.dumps({"clusters": rows, "model": "animals:0123456789ab"})
    if len(keys) == 1:
        flat = answer._replace(
            ticket=answer.ticket._replace(decoded=answer.ticket.decoded._replace(is_flat=True))
        )
        assert encode_clusters(flat) == orjson.dumps(rows[0] | {"model_used": "animals:0123456789ab"})
