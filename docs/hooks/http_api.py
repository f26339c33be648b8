"""The page of the HTTP API, from the OpenAPI document of the routes that are really there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATASET = "animals"
NOWHERE = "/dev/null/none"
"""A ledger out of reach: the service knows its routes without a model then."""

Schema = dict[str, Any]


def read_document() -> Schema:
    """Ask the service for its OpenAPI document, in a process of its own, without model and ledger."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HERDBOOK_")}
    ours = {"HERDBOOK_DATASET": DATASET, "HERDBOOK_LEDGER": NOWHERE, "BENTOML_DO_NOT_TRACK": "True"}
    program = "import json, service; print(json.dumps(service.service.openapi_spec))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], cwd=ROOT, env=environment | ours, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the service does not say its OpenAPI document:\n{done.stderr.decode()}")
    document: Schema = json.loads(done.stdout.splitlines()[-1])
    return document


def write_api(document: Schema) -> str:
    """Write a section for each path and method, then one for each schema."""
    routes = [route for path, methods in document["paths"].items() for route in _routes(path, methods)]
    sections = [_section(*route) for route in routes]
    schemas = document["components"]["schemas"]
    return "\n\n".join([_summary(routes), *sections, "## Schemas", *map(_schema, schemas, schemas.values())])


def _routes(path: str, methods: Schema) -> list[tuple[str, str, Schema]]:
    """Give the methods of a path with what is said of each; HEAD goes with GET, whose body it leaves out."""
    named = {method.upper(): said for method, said in methods.items()}
    if {"GET", "HEAD"} <= set(named):
        del named["HEAD"]
        named = {("GET, HEAD" if method == "GET" else method): said for method, said in named.items()}
    return [(method, path, said) for method, said in named.items()]


def _summary(routes: list[tuple[str, str, Schema]]) -> str:
    rows = [
        _row(f"[`{method} {path}`](#{said['operationId']})", said["summary"]) for method, path, said in routes
    ]
    return "\n".join([_row("route", "does"), "|---|---|", *rows])


def _section(method: str, path: str, said: Schema) -> str:
    parts = [f"## `{method} {path}` {{ #{said['operationId']} }}", said["summary"]]
    if "description" in said:
        parts.append(said["description"])
    if said.get("parameters"):
        parts.append(_parameters(said["parameters"]))
    if "requestBody" in said:
        parts.append(f"Body: {_contents(said['requestBody'].get('content', {}))}.")
    return "\n\n".join([*parts, _answers(said["responses"])])


def _parameters(parameters: list[Schema]) -> str:
    rows = [
        _row(f"`{each['name']}`", each["in"], _type(each["schema"]), _text(each.get("description", "")))
        for each in parameters
    ]
    return "\n".join([_row("parameter", "in", "type", "meaning"), "|---|---|---|---|", *rows])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _answers(responses: Schema) -> str:
    """List the statuses; the refusals that share a shape share a line."""
    rows: dict[tuple[str, bool], list[str]] = {}
    for status, said in responses.items():
        what = _contents(said.get("content", {})) or "nothing"
        rows.setdefault((what, status < "300"), []).append(f"`{status}` {HTTPStatus(int(status)).phrase}")
    lines = [f"| {', '.join(statuses)} | {what} |" for (what, _), statuses in rows.items()]
    return "\n".join(["| status | answer |", "|---|---|", *lines])


def _contents(content: Schema) -> str:
    return ", ".join(
        _type(said.get("schema", {})) if kind == "application/json" else f"`{kind}`"
        for kind, said in content.items()
    )


def _schema(name: str, said: Schema) -> str:
    parts = [f"### {name} {{ #schema-{name.lower()} }}", _text(said.get("description", ""))]
    needed = said.get("required", [])
    rows = [
        _row(f"`{field}`", _type(each), "yes" if field in needed else "", _text(each.get("description", "")))
        for field, each in said.get("properties", {}).items()
    ]
    if rows:
        parts.append("\n".join([_row("field", "type", "required", "meaning"), "|---|---|---|---|", *rows]))
    return "\n\n".join(part for part in parts if part)


def _type(schema: Schema) -> str:
    """Say a JSON schema in few words, with links to the schemas that have a section."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#schema-{name.lower()})"
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return " or ".join(map(_type, schema[union]))
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"array of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return f"{kind}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" from {low}" if low is not None else f" to {high}" if high is not None else ""


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
