"""Save the pipeline as an MLflow model, with a signature that MLflow checks each request against."""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow.sklearn
import pandas as pd
from kit import FACTS, INPUTS, load_pipeline
from mlflow.models import infer_signature

pipeline = load_pipeline()
example = pd.DataFrame([[0.0] * len(INPUTS)], columns=INPUTS)
mlflow.sklearn.save_model(
    pipeline,
    Path(sys.argv[1]) / "model",
    signature=infer_signature(example, pipeline.predict_proba(example.to_numpy())),
    pyfunc_predict_fn="predict_proba",
    serialization_format="skops",
    skops_trusted_types=FACTS["trusted"],
)
