"""One OpenAPI document, made from the routes that are really there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute, Route

from bentos.columnar.media import COLUMNAR
from bentos.columnar.media import PARAMETER as INLINE_ERRORS
from bentos.idempotency.door import PARAMETER
from bentos.operation import BODY, CONNECTION, GUARDED, Operation
from bentos.shape import (
    ClustersShape,
    OneClusterShape,
    OnePredictionShape,
    PredictionsShape,
    ProblemShape,
)
from herdbook.dataset import Dataset

VERSION = "3.1.0"
API_VERSION = "1"
REF = "#/components/schemas/{model}"
JSON = "application/json"
PLAIN = "text/plain"
Described = Mapping[tuple[str, str], Operation]
"""What is said of each route, by its method and path; what is said of a GET holds for its HEAD."""

SYSTEM: Described = {
    ("GET", "/livez"): Operation("Whether the process lives", media_type=PLAIN),
    ("GET", "/healthz"): Operation("The same as /livez", media_type=PLAIN),
    ("GET", "/readyz"): Operation("Whether a verified model is loaded", media_type=PLAIN, refusals=(503,)),
    ("GET", "/metrics"): Operation("Prometheus metrics of all workers", media_type=PLAIN),
    ("GET", "/schema.json"): Operation("The methods as BentoML's clients read them"),
}
"""What BentoML serves by itself."""


def describe_methods(dataset: Dataset, body: type[BaseModel]) -> Described:
    """Describe the three routes that take records of a dataset, alone or in a `body` of many."""
    one = dataset.record_class
    return {
        ("POST", "/predict"): Operation(
            "Predict many records, or one flat record",
            (PredictionsShape, OnePredictionShape),
            (body, one),
            columnar=COLUMNAR,
            parameters=(PARAMETER, INLINE_ERRORS),
            refusals=(*BODY, 409),
        ),
        ("POST", "/predict_one"): Operation(
            "Predict one record",
            (OnePredictionShape,),
            (one,),
            parameters=(PARAMETER,),
            refusals=(*BODY, 409),
        ),
        ("POST", "/cluster"): Operation(
            "Tell in which clusters records lie", (ClustersShape, OneClusterShape), (body, one), refusals=BODY
        ),
    }


def build_document(routes: Sequence[BaseRoute], described: Described, dataset: Dataset) -> dict[str, Any]:
    """Build the document of the routes; one that nobody described is left out, which a test finds."""
    taken = {shape for operation in described.values() for shape in operation.body}
    given = {shape for operation in described.values() for shape in operation.shapes} | {ProblemShape}
    asked: list[Any] = [(shape, "validation") for shape in sorted(taken, key=_name)]
    asked += [(shape, "serialization") for shape in sorted(given, key=_name)]
    _, schemas = models_json_schema(asked, ref_template=REF)
    return {
        "openapi": VERSION,
        "info": {
            "title": f"Herdbook: {dataset.name}",
            "version": API_VERSION,
            "description": dataset.description,
        },
        "paths": dict(sorted(_paths(routes, described).items())),
        "components": {"schemas": schemas["$defs"]},
    }


def _paths(routes: Sequence[BaseRoute], described: Described) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for route in [route for route in routes if isinstance(route, Route)]:
        for method in sorted(route.methods or ()):
            asked = ("GET" if method == "HEAD" else method, route.path)
            if asked in described:
                said = _operation(described[asked], method, route.path)
                paths.setdefault(route.path, {})[method.lower()] = said
    return paths


def _name(shape: type[BaseModel]) -> str:
    return shape.__name__


def _operation(operation: Operation, method: str, path: str) -> dict[str, Any]:
    words = [method.lower(), *path.strip("/").replace("{", "").replace("}", "").replace(".", "/").split("/")]
    said: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": "_".join(word for word in words if word),
        "responses": _responses(operation, with_content=method != "HEAD"),
    }
    if operation.parameters:
        said["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "required": each.place == "path",
                "description": each.description,
                "schema": dict(each.schema),
            }
            for each in operation.parameters
        ]
    if operation.body:
        content = {JSON: {"schema": _any_of(operation.body)}} | _files(operation)
        said["requestBody"] = {"required": True, "content": content}
    return said


def _responses(operation: Operation, *, with_content: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if operation.shapes:
        schema = {"schema": _any_of(operation.shapes)}
    elif operation.media_type != JSON:
        schema = {"schema": {"type": "string"}}
    status = operation.status
    content = {operation.media_type: schema} | _files(operation)
    responses: dict[str, Any] = {str(status): {"description": HTTPStatus(status).phrase, "content": content}}
    problem = {JSON: {"schema": {"$ref": REF.format(model=ProblemShape.__name__)}}}
    for status in sorted({*CONNECTION, *GUARDED, *operation.refusals}):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
    if not with_content:
        for response in responses.values():
            del response["content"]
    return responses


def _files(operation: Operation) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in operation.columnar}


def _any_of(shapes: Sequence[type[BaseModel]]) -> dict[str, Any]:
    refs = [{"$ref": REF.format(model=shape.__name__)} for shape in shapes]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}
