"""The fixed soft vote: four members with settings that stand here, packaged as every model of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from skops.io import dumps

from herdbook.canonical import canonical_skops
from herdbook.clusters import Clusters
from herdbook.dataset import Dataset
from herdbook.package import CLUSTERS, FRAME_AND_CLUSTERS, read_card
from herdbook.predictor import Predictor
from training.compile import compile_model
from training.fit import Fitted
from training.pipeline import build_pipeline
from training.progress import QUIET
from training.register import package

OF_ANOTHER = ("calibration", "compiled", "golden", "search", "classic", "evaluation", "recipe")
"""What the served model's card says of that model alone."""

GOLDEN_ROWS = 8


def build_vote(dataset: Dataset, served: Path, frame: NDArray[np.float64], workdir: Path) -> Path:
    """Fit the vote on a frame that the served model labels, and give the folder of its package."""
    clusters, answers = Clusters.load(served / CLUSTERS), Predictor.load(served, dataset).predict(frame)
    inputs = np.hstack([frame, answers.assignment.columns()])
    pipeline = build_pipeline(dataset, _unfitted(), inputs=FRAME_AND_CLUSTERS)[1:]
    pipeline.fit(inputs, np.array(answers.classes)[answers.label])
    compiled = compile_model(
        dataset,
        pipeline,
        inputs,
        inputs=FRAME_AND_CLUSTERS,
        n_clusters=clusters.n_clusters,
        progress=QUIET,
    )
    card = {name: said for name, said in read_card(served).items() if name not in OF_ANOTHER}
    card |= {"inputs": FRAME_AND_CLUSTERS, "classes": [str(name) for name in pipeline.classes_]}
    card["compiled"] = compiled.card
    card["golden"] = {
        "records": dataset.to_records(frame[:GOLDEN_ROWS]),
        "probabilities": pipeline.predict_proba(inputs[:GOLDEN_ROWS]).tolist(),
        "cluster": answers.assignment.cluster[:GOLDEN_ROWS].tolist(),
    }
    fitted = Fitted(
        card=card,
        model=canonical_skops(dumps(pipeline)),
        compiled=compiled,
        clusters=clusters,
        discovery={},
        reports={},
        timings={},
        fits=0,
    )
    return package(dataset, fitted, "fixed", workdir=workdir)[1]


def _unfitted() -> Any:
    machine = CalibratedClassifierCV(SVC(random_state=0), ensemble=False, cv=3)
    members = [
        ("logistic_regression", LogisticRegression(max_iter=2_000)),
        ("rbf_svm", machine),
        ("random_forest", RandomForestClassifier(n_estimators=100, random_state=0)),
        ("hist_gradient_boosting", HistGradientBoostingClassifier(early_stopping=False, random_state=0)),
    ]
    return VotingClassifier(members, voting="soft")
