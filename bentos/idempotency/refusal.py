"""What is refused about `Idempotency-Key`.

::

    RefusalError
    ├── IdempotencyKeyInvalidError  the key is no key
    ├── IdempotencyKeyReusedError   the key came before with another request
    └── IdempotencyBusyError        the first request of the key is still at work
"""

from __future__ import annotations

from bentos.refusal import RefusalError, brief

LONGEST_KEY = 255


class IdempotencyKeyInvalidError(RefusalError):
    """The key is no key."""

    def __init__(self, got: str) -> None:
        super().__init__(
            f"the Idempotency-Key is {brief(got)!r}; "
            f"send one of 1 to {LONGEST_KEY} visible ASCII characters, a UUID for example"
        )


class IdempotencyKeyReusedError(RefusalError):
    """The key came before with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the Idempotency-Key {brief(key)!r} came before with another body or path; "
            "send each new request under a key of its own"
        )


class IdempotencyBusyError(RefusalError):
    """The first request of the key is still at work."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the first request with the Idempotency-Key {brief(key)!r} is still at work; "
            "send it again in a moment, and get its answer"
        )
