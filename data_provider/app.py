"""The data service's routes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse

from data_provider.accept import choose_format
from data_provider.animal import generate
from data_provider.contract import Animal, DataRequest, Health, Refusal, refuse
from data_provider.encode import JSON, PARQUET, encode_json, encode_parquet
from data_provider.limit import BodyLimit

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The body is not JSON, or the number of records is out of bounds"},
    406: {"model": Refusal, "description": "Neither JSON nor Parquet is accepted"},
    413: {"model": Refusal, "description": "The body is too large"},
    422: {"model": Refusal, "description": "A field is missing, unknown or wrong"},
}


def create_app() -> FastAPI:
    """Build the data service."""
    app = FastAPI(
        title="Animals",
        summary="Raw, unlabelled, synthetic animals; the same request gives the same records everywhere.",
        version="1",
    )
    app.add_middleware(BodyLimit)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.post(
        "/api/v1/animals/data",
        response_model=list[Animal],
        responses={
            200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}},
            **REFUSALS,
        },
    )(give_animals)
    app.get("/api/v1/animals/schema")(give_schema)
    app.get("/health")(give_health)
    return app


def give_animals(wanted: DataRequest, accept: Annotated[str | None, Header()] = None) -> StreamingResponse:
    """Give raw records as a JSON array, or as a Parquet file if `Accept` asks for it."""
    chosen = choose_format(accept)
    if chosen is None:
        raise HTTPException(406, f"this service answers {JSON} or {PARQUET}")
    encode = encode_json if chosen == JSON else encode_parquet
    return StreamingResponse(
        encode(generate(wanted.herd()), include_kind=wanted.include_kind), media_type=chosen
    )


def give_schema() -> dict[str, Any]:
    """Give the JSON schema of one record."""
    return Animal.model_json_schema()


def give_health() -> Health:
    """Say that the service is up."""
    return Health()


def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    status, sentence = refuse(error.errors()[0])
    return JSONResponse({"detail": sentence}, status_code=status)
