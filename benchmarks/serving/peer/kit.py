"""What the peers are handed: one fitted model as skops and as ONNX, and the names of its classes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from animal import Prediction

KIT = Path(os.environ["BENCH_KIT"])
PORT = int(os.environ.get("BENCH_PORT", "0"))
FACTS: dict[str, Any] = json.loads((KIT / "kit.json").read_text())
CLASSES: list[str] = FACTS["classes"]
INPUTS: list[str] = FACTS["inputs"]


def load_pipeline() -> Any:
    """Load the scikit-learn pipeline; the list of trusted types is the benchmark's own."""
    from skops.io import load

    return load(KIT / "model.skops", trusted=FACTS["trusted"])


def say(probabilities: Any) -> list[Prediction]:
    """Turn probabilities (n, n_classes) into what is answered."""
    return [
        Prediction(label=CLASSES[label], probabilities=dict(zip(CLASSES, row, strict=True)))
        for label, row in zip(probabilities.argmax(axis=1), probabilities.tolist(), strict=True)
    ]
