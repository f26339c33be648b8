"""BentoML as its documentation shows it: a service with a batchable method on a scikit-learn model."""

from __future__ import annotations

import bentoml
from animal import Animal, Prediction
from kit import load_pipeline, say


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Animals:
    """Predicts animals."""

    def __init__(self) -> None:
        self.pipeline = load_pipeline()

    @bentoml.api(batchable=True, max_batch_size=1_000)
    def predict(self, animals: list[Animal]) -> list[Prediction]:
        """Predict the records of all requests that wait."""
        return say(self.pipeline.predict_proba([animal.row() for animal in animals]))
