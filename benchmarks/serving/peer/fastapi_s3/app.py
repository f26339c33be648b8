"""FastAPI and scikit-learn, and one object in S3 for each request before it is answered."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from animal import Animal, Animals, Prediction
from fastapi import FastAPI, Request
from kit import load_pipeline, say
from pydantic import BaseModel, TypeAdapter

pipeline = load_pipeline()
predictions = TypeAdapter(list[Prediction])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open a client of the store; keys and secrets come by boto's own variables."""
    config = AioConfig(max_pool_connections=256, region_name="us-east-1")
    connected = get_session().create_client("s3", endpoint_url=os.environ["BENCH_S3"], config=config)
    async with connected as app.state.s3:
        yield


app = FastAPI(lifespan=lifespan)


async def keep(request: Request, asked: BaseModel, answered: list[Prediction]) -> None:
    """Log one request."""
    body = asked.model_dump_json().encode() + b"\n" + predictions.dump_json(answered)
    await request.app.state.s3.put_object(Bucket=os.environ["BENCH_BUCKET"], Key=f"log/{uuid4()}", Body=body)


@app.post("/predict_one")
async def predict_one(animal: Animal, request: Request) -> Prediction:
    """Predict one record."""
    answered = say(pipeline.predict_proba([animal.row()]))
    await keep(request, animal, answered)
    return answered[0]


@app.post("/predict")
async def predict(body: Animals, request: Request) -> list[Prediction]:
    """Predict many records."""
    answered = say(pipeline.predict_proba(body.rows()))
    await keep(request, body, answered)
    return answered
