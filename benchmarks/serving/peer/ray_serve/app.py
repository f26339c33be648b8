"""Ray Serve, batched: one replica."""

import numpy as np
import ray
from animal import Animals, Prediction
from fastapi import FastAPI
from kit import PORT, load_pipeline, say
from ray import serve

app = FastAPI()


@serve.deployment(max_ongoing_requests=300, logging_config={"enable_access_log": False})
@serve.ingress(app)
class Predict:
    """Predicts the records of all requests that wait."""

    def __init__(self) -> None:
        self.pipeline = load_pipeline()

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.01)
    async def infer(self, requests: list[np.ndarray]) -> list[np.ndarray]:
        """Answer several requests in one call."""
        cuts = np.cumsum([len(rows) for rows in requests])[:-1]
        return np.split(self.pipeline.predict_proba(np.concatenate(requests)), cuts)

    @app.post("/predict")
    async def predict(self, body: Animals) -> list[Prediction]:
        """Predict many records."""
        return say(await self.infer(np.array(body.rows())))


if __name__ == "__main__":
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"host": "127.0.0.1", "port": PORT})
    serve.run(Predict.bind(), blocking=True)
