"""Make what MLServer's scikit-learn runtime reads: it takes joblib files only, so one is made here.

It is made in MLServer's own environment, into a temporary folder, from the skops file, and stays there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import joblib
from kit import PORT, load_pipeline

folder = Path(sys.argv[1])
joblib.dump(load_pipeline(), folder / "model.joblib")
model = {
    "name": "animals",
    "implementation": "mlserver_sklearn.SKLearnModel",
    "parameters": {"uri": "./model.joblib"},
    "max_batch_size": 64,
    "max_batch_time": 0.01,
}
(folder / "model-settings.json").write_text(json.dumps(model))
server = {
    "host": "127.0.0.1",
    "http_port": PORT,
    "grpc_port": PORT + 1,
    "metrics_port": PORT + 2,
    "parallel_workers": 0,  # one worker: the model runs in the server's process
    "debug": False,
}
(folder / "settings.json").write_text(json.dumps(server))
