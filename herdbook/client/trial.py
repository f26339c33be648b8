"""One call until its end: whether to ask again, how long to wait before, or what to answer or raise.

Waiting follows "full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a
random time between none and a bound that doubles. A `Retry-After` of the service is waited for besides.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Generic, NamedTuple, TypeVar

import orjson

from herdbook.client.answer import Problem, problem_of
from herdbook.client.call import Call, Lost, Outcome, Reply
from herdbook.client.errors import (
    BrokenAnswerError,
    BusyError,
    ClientError,
    ConflictError,
    InvalidRecordError,
    NotFoundError,
    RefusedError,
    ServiceAwayError,
)

T = TypeVar("T")
FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 10.0
LONGEST_RETRY_AFTER_S = 60.0
"""A service that asks for a longer wait is not waited for: the caller knows better what to do meanwhile."""

BUSY = frozenset({429, 502, 503, 504})
NOT_STARTED = frozenset({429})
"""Statuses that say that nothing was begun, so that even what must not be done twice may be asked again."""

AT_WORK = "IdempotencyBusyError"
BAD_RECORDS = "RecordError"
SAID_OF_OTHERS = 200


class Wait(NamedTuple):
    """Ask again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The answer."""

    answer: T


class Trial(Generic[T]):
    """Judge what came of each attempt of one call; asks nothing itself.

    Parameters
    ----------
    retries
        How often to ask again at most.
    """

    def __init__(self, call: Call[T], *, url: str, retries: int) -> None:
        self._call = call
        self._url = url
        self._retries = retries
        self._attempts = 0

    def judge(self, outcome: Outcome) -> Wait | Done[T]:
        """Say what to do after an attempt.

        Raises
        ------
        ClientError
            It failed, and asking again is not allowed, or did not help.
        """
        self._attempts += 1
        if isinstance(outcome, Lost):
            return self._again_after(outcome)
        if 200 <= outcome.status < 300:
            return Done(self._read(outcome.body))
        error = refused(outcome, self._url)
        if not self._may_repeat(error):
            raise error
        asked_s = error.retry_after_s if isinstance(error, RefusedError) else None
        return self._wait(error, at_least_s=asked_s or 0.0)

    def _again_after(self, lost: Lost) -> Wait:
        harmless = self._call.is_repeatable or not lost.may_have_arrived
        error = ServiceAwayError(
            self._url,
            problem=lost.problem,
            attempts=self._attempts,
            may_have_arrived=lost.may_have_arrived and not self._call.is_repeatable,
        )
        if lost.is_hopeless or not harmless:
            raise error
        return self._wait(error)

    def _may_repeat(self, error: ClientError) -> bool:
        if not isinstance(error, RefusedError):
            return False
        if error.status in NOT_STARTED or error.kind == AT_WORK:
            return True
        return error.status in BUSY and self._call.is_repeatable

    def _wait(self, error: ClientError, *, at_least_s: float = 0.0) -> Wait:
        if self._attempts > self._retries or at_least_s > LONGEST_RETRY_AFTER_S:
            raise error
        most_s = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** (self._attempts - 1))
        return Wait(at_least_s + random.uniform(0.0, most_s))  # noqa: S311 - spreads load, hides nothing

    def _read(self, body: bytes) -> T:
        try:
            return self._call.read(self._call.parse(body))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problem = f"{self._call.path} gave {shortened(body)} ({type(error).__name__})"
            raise BrokenAnswerError(self._url, problem=problem) from None


def refused(reply: Reply, url: str) -> ClientError:
    """Make the error that an answer of another status than 2xx means."""
    try:
        problem = problem_of(orjson.loads(reply.body))
    except (KeyError, TypeError, ValueError):
        said = f"status {reply.status}, {shortened(reply.body)}"
        if reply.status not in BUSY:
            return BrokenAnswerError(url, problem=said)
        problem = Problem(f"{url} cannot answer now: {said}", "")  # of a proxy before the service
    kind = _kind_of(reply.status, problem.kind)
    return kind(problem, status=reply.status, retry_after_s=seconds_of(reply.retry_after))


def _kind_of(status: int, kind: str) -> type[RefusedError]:
    if kind == BAD_RECORDS:
        return InvalidRecordError
    known = {404: NotFoundError, 409: ConflictError, **dict.fromkeys(BUSY, BusyError)}
    return known.get(status, RefusedError)


def seconds_of(retry_after: str | None) -> float | None:
    """Read a `Retry-After` (RFC 9110, 10.2.3): seconds or a date; None if it is neither.

    >>> seconds_of("2"), seconds_of("Wed, 21 Oct 2015 07:28:00 GMT"), seconds_of("soon")
    (2.0, 0.0, None)
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())


def shortened(body: bytes) -> str:
    """Show the beginning of a body on one line."""
    text = " ".join(body[: 4 * SAID_OF_OTHERS].decode(errors="replace").split())
    return repr(text[:SAID_OF_OTHERS] + ("…" if len(text) > SAID_OF_OTHERS else "")) if text else "nothing"
