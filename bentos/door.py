"""What answers the three methods: from what the guard took in to the bytes that go out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Scope

from bentos.columnar.form import form_of
from bentos.guard import BODY, HEADERS
from bentos.hall import Hall
from bentos.idempotency.door import key_of, respond_once
from bentos.idempotency.once import HEADER
from bentos.reply import REQUEST_ID, Direct, Reply


def build_doors(hall: Hall) -> Mapping[str, Direct]:
    """Give what answers each method of the service, by its name."""
    return {
        "predict": _predict(hall, "predict", only_one=False),
        "predict_one": _predict(hall, "predict_one", only_one=True),
        "cluster": _cluster(hall),
    }


def _predict(hall: Hall, name: str, *, only_one: bool) -> Direct:
    async def answer(scope: Scope) -> Reply:
        headers = scope[HEADERS]
        form = None if only_one else form_of(hall.codec, headers, scope["query_string"])
        if HEADER in headers and (key := key_of(scope)) is not None:
            return await respond_once(hall, name, key, scope, form=form)
        ticket = await hall.admit(scope[BODY], scope[REQUEST_ID], only_one=only_one, form=form)
        encoded = await hall.encode_predictions(await hall.predict(ticket), form)
        return Reply(encoded) if form is None else Reply(encoded, media_type=form.wanted)

    return answer


def _cluster(hall: Hall) -> Direct:
    async def answer(scope: Scope) -> Reply:
        ticket = await hall.admit(scope[BODY], scope[REQUEST_ID])
        return Reply(await hall.encode_clusters(await hall.cluster(ticket)))

    return answer
