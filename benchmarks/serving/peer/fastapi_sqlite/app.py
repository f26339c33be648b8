"""FastAPI and scikit-learn, and one row in SQLite for each request before it is answered."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiosqlite
from animal import Animal, Animals, Prediction
from fastapi import FastAPI, Request
from kit import load_pipeline, say
from pydantic import BaseModel, TypeAdapter

pipeline = load_pipeline()
predictions = TypeAdapter(list[Prediction])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the log. As ours, a row is on the disk when it is answered: `synchronous` is left at FULL."""
    async with aiosqlite.connect(f"{os.environ['BENCH_SCRATCH']}/log.sqlite") as app.state.log:
        await app.state.log.execute("PRAGMA journal_mode=WAL")
        await app.state.log.execute("CREATE TABLE log (time DEFAULT CURRENT_TIMESTAMP, asked, answered)")
        yield


app = FastAPI(lifespan=lifespan)


async def keep(request: Request, asked: BaseModel, answered: list[Prediction]) -> None:
    """Log one request."""
    log: aiosqlite.Connection = request.app.state.log
    row = (asked.model_dump_json(), predictions.dump_json(answered))
    await log.execute("INSERT INTO log (asked, answered) VALUES (?, ?)", row)
    await log.commit()


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
