"""FastAPI and scikit-learn; uvicorn runs it."""

from __future__ import annotations

from animal import Animal, Animals, Prediction
from fastapi import FastAPI
from kit import load_pipeline, say

app = FastAPI()
pipeline = load_pipeline()


@app.post("/predict_one")
async def predict_one(animal: Animal) -> Prediction:
    """Predict one record."""
    return say(pipeline.predict_proba([animal.row()]))[0]


@app.post("/predict")
async def predict(body: Animals) -> list[Prediction]:
    """Predict many records."""
    return say(pipeline.predict_proba(body.rows()))
