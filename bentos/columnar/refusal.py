"""How the door says no to columns, in the words and with the statuses that JSON has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError  # noqa: N812 - what struct calls `error`

import pyarrow as pa

from bentos.refusal import NO_RECORD, BodyTooLargeError, ParameterError, UndecodableError, brief, shorten
from herdbook.errors import Fault

BROKEN = (pa.ArrowException, OSError, EOFError, ValueError, IndexError, KeyError, OverflowError, StructError)
"""What pyarrow, and our own look at a body, raise on bytes that are not what they should be."""


def wrong_column(name: str | None, got: object, expected: str) -> ParameterError:
    """Refuse a column, or all of them, whatever its rows hold."""
    field = None if name is None else brief(name)
    return ParameterError("body", [Fault(NO_RECORD, field, shorten(got), expected)])


def too_large(limit_bytes: int) -> BodyTooLargeError:
    """Refuse what would be too large once it is unpacked."""
    return BodyTooLargeError(limit_bytes, is_unpacked=True)


@contextmanager
def readable(form: str) -> Iterator[None]:
    """Say of bytes that cannot be read that they are not of the form."""
    try:
        yield
    except MemoryError:
        raise undecodable("it asks for more memory than there is", form) from None
    except BROKEN as error:
        said = brief(" ".join(str(error).split())) or type(error).__name__
        raise undecodable(said, form) from None


def undecodable(problem: str, form: str) -> UndecodableError:
    """Refuse bytes that are not of the form."""
    return UndecodableError(problem, form=form, cure=f"{form} of flat columns, or JSON")
