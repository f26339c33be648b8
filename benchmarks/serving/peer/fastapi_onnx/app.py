"""FastAPI and the same ONNX model that Herdbook serves; uvicorn runs it."""

from __future__ import annotations

from typing import Any

import numpy as np
from animal import Animal, Animals, Prediction
from fastapi import FastAPI
from kit import FACTS, KIT, say
from onnxruntime import InferenceSession, SessionOptions

options = SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1

app = FastAPI()
session = InferenceSession(KIT / "model.onnx", options, providers=["CPUExecutionProvider"])


def infer(rows: list[list[float]]) -> Any:
    """Give the probabilities of rows."""
    given = {FACTS["onnx"]["input"]: np.array(rows, dtype=FACTS["onnx"]["dtype"])}
    return session.run([FACTS["onnx"]["output"]], given)[0]


@app.post("/predict_one")
async def predict_one(animal: Animal) -> Prediction:
    """Predict one record."""
    return say(infer([animal.row()]))[0]


@app.post("/predict")
async def predict(body: Animals) -> list[Prediction]:
    """Predict many records."""
    return say(infer(body.rows()))
