"""What the fuzz does to a request before it is sent; schemathesis reads it from SCHEMATHESIS_HOOKS."""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis

KEY = "Idempotency-Key"


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Send each request under a key of its own: one key for several requests is refused, as it should be."""
    del context, kwargs
    if case.headers and isinstance(sent := case.headers.get(KEY), str):
        case.headers[KEY] = uuid.uuid4().hex + sent[32:]
