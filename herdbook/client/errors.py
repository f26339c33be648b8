"""What can go wrong with a service that is asked, each with the sentence it says.

::

    HerdbookError                herdbook/errors.py draws the rest of the tree
    └── ClientError
        ├── UnsendableError      a record, a table or a key cannot be sent as it is
        ├── ServiceAwayError     no connection, or no answer in time, after every retry
        ├── BrokenAnswerError    what answers is not this service, or its answer is cut or too large
        └── RefusedError         the service answers that it will not
            ├── InvalidRecordError   the records break the dataset's schema
            ├── BusyError            it is too busy or not ready, after every retry
            ├── ConflictError        somebody else was first, or it cannot be done now
            └── NotFoundError        there is no such thing
"""

from __future__ import annotations

from herdbook.client.answer import Problem
from herdbook.errors import HerdbookError


class ClientError(HerdbookError):
    """The root of every failure of the client."""


class UnsendableError(ClientError):
    """Something cannot be sent as it is; nothing was asked."""

    def __init__(self, what: str, *, got: str, expected: str) -> None:
        super().__init__(f"{what}: got {got}, expected {expected}")


class ServiceAwayError(ClientError):
    """No connection, or no answer in time, after every retry.

    Attributes
    ----------
    may_have_arrived
        Whether the service may have received the request, and done what it asks.
    """

    def __init__(self, url: str, *, problem: str, attempts: int, may_have_arrived: bool) -> None:
        self.may_have_arrived = may_have_arrived
        tries = "" if attempts == 1 else f" after {attempts} attempts"
        cure = "check the URL, or start it with `herdbook serve`"
        if may_have_arrived:
            cure = "look whether it was done before asking again"
        super().__init__(f"the service {url} does not answer{tries} ({problem}); {cure}")


class BrokenAnswerError(ClientError):
    """What answers is not this service, or its answer is cut or too large."""

    def __init__(self, url: str, *, problem: str) -> None:
        super().__init__(
            f"the answer of {url} cannot be used: {problem}; check that the URL is that of a Herdbook service"
        )


class RefusedError(ClientError):
    """The service answers that it will not.

    Attributes
    ----------
    status
        The HTTP status.
    kind
        Name of the failure, as the API documents it.
    sentence
        What the service says was wrong, and the cure; also the text of this error.
    faults, total_faults
        What is wrong with which record: at most five are told, of so many.
    request_id
        Under which the service logged the request.
    retry_after_s
        When the service says to ask again, in seconds; None if it does not say.
    """

    def __init__(self, problem: Problem, *, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(problem.error)
        self.sentence = problem.error
        self.status = status
        self.kind = problem.kind
        self.faults = problem.faults
        self.total_faults = problem.total_faults
        self.request_id = problem.request_id
        self.retry_after_s = retry_after_s


class InvalidRecordError(RefusedError):
    """The records break the dataset's schema; `faults` says where."""


class BusyError(RefusedError):
    """The service is too busy or not ready, after every retry."""


class ConflictError(RefusedError):
    """Somebody else was first, or it cannot be done now."""


class NotFoundError(RefusedError):
    """There is no such thing."""
