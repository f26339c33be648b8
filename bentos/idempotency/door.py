"""The door to answers that are given once: a request with an `Idempotency-Key` to a method that logs."""

from __future__ import annotations

from starlette.types import Scope

from bentos.answer import JSON
from bentos.columnar.form import Form
from bentos.guard import BODY
from bentos.hall import Hall
from bentos.idempotency.once import key_of
from bentos.idempotency.refusal import LONGEST_KEY
from bentos.operation import Parameter
from bentos.reply import REQUEST_ID, Reply

__all__ = ["LOGGED", "PARAMETER", "key_of", "respond_once"]

PREDICT_ONE = "predict_one"
LOGGED = frozenset({"predict", PREDICT_ONE})
"""The methods whose answers are logged; a repeat of any other does no harm."""

REPLAYED = "Idempotency-Replayed"
PARAMETER = Parameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": LONGEST_KEY},
    "a name of your own for this request: sent again under it, the request gets the first answer, with the "
    f"header {REPLAYED}, and nothing is logged twice; kept for an hour unless HERDBOOK_IDEMPOTENCY_S says "
    "otherwise, by the workers that share a state folder",
    place="header",
)


async def respond_once(hall: Hall, name: str, key: str, scope: Scope, *, form: Form | None = None) -> Reply:
    """Answer a method of `LOGGED`; a repeat gets the first answer, byte for byte."""
    body, is_replayed = await hall.predict_once(
        key, scope[BODY], scope[REQUEST_ID], only_one=name == PREDICT_ONE, form=form
    )
    headers = ((REPLAYED.lower().encode(), b"true"),) if is_replayed else ()
    return Reply(body, headers, JSON if form is None else form.wanted)
