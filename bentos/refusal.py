"""What the door refuses; `bentos/status.py` gives each its status.

::

    HerdbookError                  herdbook/errors.py draws the rest of the tree
    └── RefusalError
        ├── UndecodableError       the body is not of the type that it is declared as
        ├── MediaTypeError         the body is of a type that is not taken
        ├── BodyTooLargeError      the body has too many bytes
        ├── TooManyRecordsError    the request has too many records
        ├── BodySlowError          the body did not arrive in time
        ├── HeadInvalidError       the head of the request is no HTTP
        ├── HeadSlowError          the head did not arrive in time
        ├── HeadTooLargeError      the head has too many bytes
        ├── HostRefusedError       the Host is not ours
        ├── OriginRefusedError     a foreign web page asks
        ├── SteeringRefusedError   who reaches the service may not change what it serves
        ├── RouteMissingError      there is no such path
        ├── MethodRefusedError     the path does not know the method
        ├── ParameterError         a query parameter, or a field beside the records, is wrong
        ├── PredictionMissingError no prediction has this id
        ├── PredictionFailedError  the model failed on a record
        ├── NotReadyError          no model is loaded yet
        ├── BusyError              the queue is full
        └── AnswerSlowError        the answer took too long
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from herdbook.errors import Fault, HerdbookError, shown

LONGEST_SHOWN = 80
NO_RECORD = -1
"""The record of a fault that lies in no record."""


class RefusalError(HerdbookError):
    """A request that the door does not let in."""

    def __init__(self, sentence: str, *, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(sentence)


class UndecodableError(RefusalError):
    """The body is not of the type that it is declared as."""

    def __init__(self, problem: str, *, form: str = "JSON", cure: str = "one JSON object in UTF-8") -> None:
        super().__init__(f"the body is not {form}: {problem}; send {cure}")


class MediaTypeError(RefusalError):
    """The body is of a type that is not taken."""

    def __init__(self, got: str, *, taken: Collection[str] = (), encoding: str | None = None) -> None:
        others = [each for each in taken if each != "application/json"]
        also = f", or columns as {' or '.join(others)}" if others else ""
        problem = f"the body is declared as {brief(got)!r}; send JSON as application/json{also}"
        if encoding is not None:
            problem = f"the body is encoded as {brief(encoding)!r}; send it plain, without Content-Encoding"
        super().__init__(problem)


class BodyTooLargeError(RefusalError):
    """The body has too many bytes."""

    def __init__(self, limit_bytes: int, *, is_unpacked: bool = False) -> None:
        once = " once it is unpacked" if is_unpacked else ""
        super().__init__(
            f"the body has more than {limit_bytes:,} bytes{once}; send fewer records in each request"
        )


class TooManyRecordsError(RefusalError):
    """The request has too many records."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"the request has more than {limit:,} records, the most in one request; send several requests"
        )


class BodySlowError(RefusalError):
    """The body did not arrive in time."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"the body did not arrive within {timeout_s:g} s; send it at once")


class HeadInvalidError(RefusalError):
    """The head of the request is no HTTP."""

    def __init__(self) -> None:
        super().__init__("the request is no HTTP/1.1; send it with an HTTP client")


class HeadSlowError(RefusalError):
    """The head of the request did not arrive in time."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"the head of the request did not arrive within {timeout_s:g} s; send it at once")


class HeadTooLargeError(RefusalError):
    """The head of the request has too many bytes."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the head of the request has more than {limit_bytes:,} bytes; send fewer headers")


class HostRefusedError(RefusalError):
    """The Host is not ours."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"this service does not answer to the host {brief(host)!r}; "
            "add it to HERDBOOK_ALLOWED_HOSTS if it should"
        )


class OriginRefusedError(RefusalError):
    """A foreign web page asks."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"web pages of the origin {brief(origin)!r} may not call this service; "
            "add it to HERDBOOK_ALLOWED_ORIGINS if they should"
        )


class SteeringRefusedError(RefusalError):
    """Who reaches the service may not change what it serves."""

    def __init__(self, *, is_off: bool) -> None:
        why = "HERDBOOK_STEERING is off" if is_off else "it or its UI may be reached from beyond loopback"
        super().__init__(
            f"this service may not be steered over HTTP, since {why}; use the `herdbook` command, or set "
            "HERDBOOK_STEERING=on if everyone who reaches the service may promote, name clusters and train"
        )


class RouteMissingError(RefusalError):
    """There is no such path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is nothing at {brief(path)!r}; /docs lists every path")


class MethodRefusedError(RefusalError):
    """The path does not know the method."""

    def __init__(self, method: str, path: str, *, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(f"{brief(path)!r} does not know {brief(method)}; it takes {allowed}")


class ParameterError(RefusalError):
    """A query parameter, or a field of the body beside the records, is wrong."""

    def __init__(self, place: str, faults: Sequence[Fault]) -> None:
        said = "; ".join(_said(each) for each in faults)
        super().__init__(f"the {place} is wrong: {said}", faults=faults)


class PredictionMissingError(RefusalError):
    """No prediction has this id."""

    def __init__(self, prediction: str) -> None:
        super().__init__(f"the prediction log holds no prediction {brief(prediction)!r}")


class PredictionFailedError(RefusalError):
    """The model failed on a record."""

    def __init__(self, records: Sequence[int]) -> None:
        super().__init__(
            f"the model failed on record {shown(records)}; the others of the request are not at fault"
        )


class NotReadyError(RefusalError):
    """No model is loaded yet."""

    def __init__(self) -> None:
        super().__init__("no model is loaded yet; try again in a moment, /readyz tells when")


class BusyError(RefusalError):
    """The queue is full."""

    def __init__(self) -> None:
        super().__init__(
            "the service has more requests waiting than it can answer in time; try again in a moment"
        )


class AnswerSlowError(RefusalError):
    """The answer took too long."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"the answer took longer than {timeout_s:g} s; send fewer records, or try again")


class HistorySlowError(RefusalError):
    """The prediction log was not read in time."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(
            f"the history was not read within {limit_s:g} s; ask for fewer days or fewer rows, or try again"
        )


def _said(fault: Fault) -> str:
    """Say what is wrong in the words of JSON."""
    where = "" if fault.field is None else f"{fault.field!r}: "
    got = "null" if fault.got is None else repr(fault.got)
    return f"{where}got {got}, expected {fault.expected}"


def brief(value: object) -> str:
    """Cut a text from outside to what fits into a sentence."""
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def shorten(value: object) -> object:
    """Cut a value from outside to what fits into an answer: numbers and short texts stay as they are."""
    match value:
        case None | bool() | float():
            return value
        case int():
            return (
                value
                if abs(value) < 2**53
                else brief(f"{value:e}" if abs(value) < 10**300 else "a huge number")
            )
        case str():
            return brief(value)
        case list():
            return f"an array of {len(value)}"
        case dict():
            return f"an object of {len(value)} fields"
        case _:
            return type(value).__name__
