"""LitServe, batched: one API server, one worker."""

from typing import Any

import litserve as ls
import numpy as np
from animal import Animals, Prediction
from kit import PORT, load_pipeline, say


class Predict(ls.LitAPI):
    """Predicts the records of all requests that wait; each request is a list of records."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - LitServe gives it
        """Load the model in the worker."""
        self.pipeline = load_pipeline()

    def decode_request(self, request: Animals) -> np.ndarray:
        """Validate a body, and turn it into rows."""
        return np.array(request.rows())

    def batch(self, inputs: list[np.ndarray]) -> list[np.ndarray]:
        """Keep requests apart: they have different numbers of records."""
        return inputs

    def predict(self, inputs: list[np.ndarray]) -> list[Any]:
        """Predict them in one call."""
        cuts = np.cumsum([len(rows) for rows in inputs])[:-1]
        return np.split(self.pipeline.predict_proba(np.concatenate(inputs)), cuts)

    def unbatch(self, output: list[Any]) -> list[Any]:
        """Give each request what is its own."""
        return output

    def encode_response(self, output: Any) -> list[Prediction]:
        """Turn probabilities into an answer."""
        return say(output)


if __name__ == "__main__":
    api = Predict(max_batch_size=64, batch_timeout=0.01)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=PORT, log_level="error", access_log=False, generate_client_file=False)
