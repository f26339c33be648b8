"""How BentoML is told what comes and goes: bodies as types, decoded and encoded by the hall alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from _bentoml_sdk import IODescriptor
from _bentoml_sdk.io_models import IOMixin
from pydantic import BaseModel, create_model
from starlette.requests import Request
from starlette.responses import Response

from bentos.decode import build_body_class
from bentos.exchange import Answer, Ticket
from bentos.guard import body_of, request_id_of
from bentos.hall import Hall
from bentos.shape import ClustersShape, OnePredictionShape, PredictionsShape

JSON = "application/json"
Spec = type[IODescriptor]


class _PredictOut(PredictionsShape):
    """As BentoML's own clients are told: of several shapes they know the first and drop what it has not."""

    predictions: list[dict[str, Any]]  # type: ignore[assignment]  # wider, for them


class _ClusterOut(ClustersShape):
    """As BentoML's own clients are told, like `_PredictOut`."""

    clusters: list[dict[str, Any]]  # type: ignore[assignment]


class Specs(NamedTuple):
    """The input and output specs of the three methods."""

    predict_in: Spec
    predict_out: Spec
    predict_one_in: Spec
    predict_one_out: Spec
    cluster_in: Spec
    cluster_out: Spec


def build_specs(hall: Hall) -> Specs:
    """Make the specs of a hall's dataset, once."""
    many = build_body_class(hall.dataset, hall.settings.max_records)
    one = hall.dataset.record_class
    admit_one = partial(hall.admit, only_one=True)
    return Specs(
        predict_in=_input("PredictIn", many, hall.admit),
        predict_out=_output("PredictOut", _PredictOut, hall.encode_predictions),
        predict_one_in=_input("PredictOneIn", one, admit_one),
        predict_one_out=_output("PredictOneOut", OnePredictionShape, hall.encode_predictions),
        cluster_in=_input("ClusterIn", many, hall.admit),
        cluster_out=_output("ClusterOut", _ClusterOut, hall.encode_clusters),
    )


def _input(name: str, shape: type[BaseModel], admit: Callable[[bytes, str], Awaitable[Ticket]]) -> Spec:
    """Make a spec that has the fields of `shape`, and whose instance in a request is a ticket."""

    async def from_http_request(_: Spec, request: Request, serde: object) -> Ticket:  # noqa: ARG001 - BentoML gives it
        return await admit(body_of(request), request_id_of(request))

    return _spec(name, shape, from_http_request=classmethod(from_http_request))


def _output(name: str, shape: type[BaseModel], encode: Callable[[Answer], Awaitable[bytes]]) -> Spec:
    """Make a spec that has the fields of `shape`, and that takes an answer of the hall."""

    async def to_http_response(_: Spec, answer: Answer, serde: object) -> Response:  # noqa: ARG001 - BentoML gives it
        return Response(await encode(answer), media_type=JSON)

    return _spec(name, shape, to_http_response=classmethod(to_http_response))


def _spec(name: str, shape: type[BaseModel], **methods: Any) -> Spec:
    bases: Any = (IOMixin, shape)
    spec: Any = create_model(name, __base__=bases, __doc__=shape.__doc__)
    # without a media type BentoML would build the JSON schema anew for every answer
    for attribute, value in (methods | {"media_type": JSON}).items():
        setattr(spec, attribute, value)
    found: Spec = spec
    return found
