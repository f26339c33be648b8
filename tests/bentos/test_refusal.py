"""Every failure has a status and a shape, and none tells a secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bentos.refusal import HostRefusedError, shorten
from bentos.shape import ProblemShape
from bentos.status import STATUSES, problem_of, status_of
from herdbook.errors import (
    Fault,
    HerdbookError,
    KeyInvalidError,
    KeyMissingError,
    KeyTakenError,
    RecordError,
    StoreAwayError,
)


def every_class(root: type[HerdbookError] = HerdbookError) -> Iterator[type[HerdbookError]]:
    """Walk over a class and all below it that are ours and that the service may raise."""
    yield root
    for each in root.__subclasses__():
        is_clients = each.__module__.startswith("herdbook.client")
        if each.__module__.startswith(("herdbook", "bentos")) and not is_clients:
            yield from every_class(each)


def test_status_every_class_is_mapped() -> None:
    """A new failure without a line in the table is a decision that nobody took."""
    unmapped = {each.__name__ for each in every_class()} - {each.__name__ for each in STATUSES}

    assert unmapped == set()


def test_status_unforeseen_is_500() -> None:
    """What nobody foresaw is our fault."""
    assert status_of(ZeroDivisionError()).code == 500


def test_problem_server_side_failure_hides_its_sentence() -> None:
    """The address of the store is not for clients."""
    error = StoreAwayError("s3://secret-bucket?endpoint=http://10.0.0.7:9000", problem="refused")

    problem = problem_of(error, "r1")

    assert "secret" not in str(problem)
    assert problem["error"] == "The store cannot be reached."


@pytest.mark.parametrize(
    "error",
    [
        KeyMissingError("log/secret/0.parquet"),
        KeyTakenError("log/secret/0.parquet"),
        KeyInvalidError("log/secret", expected="a name"),
    ],
)
def test_problem_of_a_key_is_ours_and_hides_it(error: HerdbookError) -> None:
    """No client names keys of the ledger: what is wrong with one is our fault, and none of theirs to read."""
    assert status_of(error).code == 500
    assert "secret" not in str(problem_of(error, "r1"))


def test_problem_unforeseen_hides_everything() -> None:
    """Neither the message nor the name of an unforeseen failure is for clients."""
    problem = problem_of(KeyError("/etc/passwd"), "r1")

    assert "passwd" not in str(problem)
    assert problem["kind"] == "InternalError"


def test_problem_shows_five_faults_and_counts_all() -> None:
    """A client reads the first five faults and how many there are."""
    faults = [Fault(place, "height", "tall", "a number") for place in range(9)]

    problem = problem_of(RecordError("animals", faults), "r1")

    assert (len(problem["faults"]), problem["total_faults"]) == (5, 9)


@pytest.mark.parametrize("error", [HostRefusedError("evil.example"), ValueError("x")])
def test_problem_has_the_documented_shape(error: Exception) -> None:
    """The document promises one shape, and this is it."""
    ProblemShape.model_validate(problem_of(error, "r1"))


@pytest.mark.parametrize("value", ["x" * 10_000, [1] * 10_000, {"a": "b" * 10_000}, 10**400, object()])
def test_shorten_is_short(value: object) -> None:
    """Whatever a client sends, an answer repeats little of it."""
    assert len(str(shorten(value))) < 100
